package programme_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/lmstest"
	"mostik/lms/programme"
)

// onDay is a site with a day in KZ that began a quarter of an hour ago, and a facilitator of its centre.
func onDay(t *testing.T) (s *site, day lms.ID[lms.Day], facilitator lms.Actor, centre lms.ID[lms.Centre]) {
	s = newSite(t)
	s.published("assist", "", assisting(`{"all": [{"day": "day"}, {"practice": "meeting"}]}`))
	centre = s.Centre("KZ")
	day, err := s.programmes.CreateDay(t.Context(), s.author, "assist", programme.DayInput{
		Component: "day", Title: "Seminar", Centre: centre, StartsAt: s.now.Add(-15 * time.Minute), EndsAt: s.now.Add(4 * time.Hour),
	})
	s.check(err)
	return s, day, s.staff(lms.Facilitator, lms.CentreGround(centre)), centre
}

// door is the one that a code leads to.
func (s *site) door(code string) string {
	s.T.Helper()
	days, err := s.programmes.DaysShowing(s.T.Context(), code)
	s.check(err)
	if len(days) != 1 || days[0].Title != "Seminar" || !programme.IsDayDoor(days[0].Door) {
		s.T.Fatalf("%q is shown by %+v", code, days)
	}
	return days[0].Door
}

func (s *site) attendance(who lms.Actor) string {
	return s.Text(`SELECT coalesce((SELECT state || ' ' || minutes || ' ' || evidence FROM day_attendance WHERE person_id = $1), '')`, who.Person)
}

func TestCheckInByCode(t *testing.T) {
	s, day, facilitator, _ := onDay(t)
	ctx := t.Context()
	who, late := s.trainee("KZ"), s.trainee("TJ")
	id := s.invite("assist", who)[0]
	if days, err := s.programmes.DaysShowing(ctx, "000000"); err != nil || len(days) != 0 {
		t.Fatalf("before anybody showed a code: %v %v", days, err)
	}
	shown, err := s.programmes.Code(ctx, facilitator, day, "https://mostik.example")
	s.check(err)
	door := s.door(shown.Word)
	s.door(shown.Code)
	e, err := s.programmes.DayEntrance(ctx, lms.Actor{}, door)
	s.check(err)
	if e.Name != "" || e.Title != "Seminar" || e.At != nil {
		t.Errorf("a stranger stands before %+v", e)
	}
	s.refused(s.programmes.CheckInDay(ctx, lms.Actor{}, door), lms.Unauthorized, "")
	s.refused(s.programmes.CheckInDay(ctx, facilitator, door), lms.Forbidden, "not-oneself")
	s.check(s.programmes.CheckInDay(ctx, who, door))
	s.check(s.programmes.CheckInDay(ctx, who, door)) // a second tap
	if got := s.attendance(who); got != "present 255 code" {
		t.Errorf("checked in: %s", got)
	}
	if v := s.standing(id); v.State != "active" || v.Done != 1 {
		t.Errorf("it counts at once: %s, %d done", v.State, v.Done)
	}
	if n := s.Int(`SELECT count(*) FROM audit_events WHERE action = 'day.check-in'`); n != 1 {
		t.Errorf("%d acts are written down", n)
	}
	e, err = s.programmes.DayEntrance(ctx, who, door)
	s.check(err)
	if e.At == nil || e.Name == "" {
		t.Errorf("after checking in: %+v", e)
	}
	// Half an hour late is a part; the code that led here is old by then, and so is the door.
	s.now = s.now.Add(45 * time.Minute)
	s.refused(s.programmes.CheckInDay(ctx, late, door), lms.Gone, "check-in-over")
	if days, err := s.programmes.DaysShowing(ctx, shown.Code); err != nil || len(days) != 0 {
		t.Errorf("an old code leads to %v %v", days, err)
	}
	shown, err = s.programmes.Code(ctx, facilitator, day, "")
	s.check(err)
	s.check(s.programmes.CheckInDay(ctx, late, s.door(shown.Code)))
	if got := s.attendance(late); got != "part 195 code" {
		t.Errorf("late: %s", got)
	}
	for name, broken := range map[string]string{"changed": strings.Replace(door, "day.", "day.1", 1), "a webinar's": "w.x.y", "no id": "day.", "none": ""} {
		if _, err := s.programmes.DayEntrance(ctx, who, broken); lms.KindOf(err) != lms.Gone {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.now = s.now.Add(5 * time.Hour)
	_, err = s.programmes.Code(ctx, facilitator, day, "")
	s.refused(err, lms.Conflict, "day-closed")
}

// What is known by a code is not made weaker by a tick, and what somebody said is not overruled by a code.
func TestEvidenceOfADayIsGraded(t *testing.T) {
	s, day, facilitator, centre := onDay(t)
	ctx := t.Context()
	person := func() lms.Actor {
		return lms.Actor{Person: s.Person(lmstest.PersonSpec{Country: "KZ", Centre: centre}), Language: "en"}
	}
	shown, err := s.programmes.Code(ctx, facilitator, day, "")
	s.check(err)
	door := s.door(shown.Code)
	tick := func(who lms.Actor, state, evidence string) error {
		return s.programmes.TickDay(ctx, facilitator, day, []programme.Tick{{Person: who.Person, State: state, Evidence: evidence}})
	}
	code, sheet, absent := person(), person(), person()
	s.check(s.programmes.CheckInDay(ctx, code, door))
	s.check(tick(code, "present", "tick"))
	s.check(tick(sheet, "present", "tick"))
	s.check(tick(sheet, "present", "sheet"))
	s.check(tick(sheet, "present", "tick"))
	s.check(tick(absent, "absent", "tick"))
	s.refused(s.programmes.CheckInDay(ctx, absent, door), lms.Conflict, "said-absent")
	s.refused(tick(absent, "present", "code"), lms.Invalid, "evidence-unknown")
	for _, c := range []struct {
		who  lms.Actor
		want string
	}{{code, "present 255 code"}, {sheet, "present 255 sheet"}, {absent, "absent 0 tick"}} {
		if got := s.attendance(c.who); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	s.check(s.programmes.CheckInDay(ctx, sheet, door))
	if got := s.attendance(sheet); got != "present 255 code" {
		t.Errorf("a signed sheet and a code: %s", got)
	}
}

func TestSignedSheetsOfADay(t *testing.T) {
	s, day, facilitator, _ := onDay(t)
	ctx := t.Context()
	who := s.trainee("KZ")
	var plain bytes.Buffer
	s.check(jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 8, 8)), nil))
	exif := append([]byte("Exif\x00\x00"), secretPlace...)
	picture := slices.Concat(plain.Bytes()[:2], []byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif, plain.Bytes()[2:])
	elsewhere := s.staff(lms.Facilitator, lms.CentreGround(s.Centre("KZ")))
	abroad := s.staff(lms.Coordinator, lms.CountryGround("TJ"))
	_, err := s.programmes.AddScan(ctx, elsewhere, day, "sheet.jpg", bytes.NewReader(picture))
	s.refused(err, lms.Forbidden, "")
	_, err = s.programmes.AddScan(ctx, abroad, day, "sheet.jpg", bytes.NewReader(picture))
	s.refused(err, lms.NotFound, "")
	_, err = s.programmes.AddScan(ctx, facilitator, day, "sheet.jpg", strings.NewReader("MZ a program"))
	s.refused(err, lms.Invalid, "file-program")
	scan, err := s.programmes.AddScan(ctx, facilitator, day, "sheet.jpg", bytes.NewReader(picture))
	s.check(err)
	f, opened, err := s.programmes.OpenScan(ctx, facilitator, day, scan.ID)
	s.check(err)
	defer f.Close()
	kept, err := io.ReadAll(f)
	s.check(err)
	if opened.FileType != "image/jpeg" || len(kept) == 0 || bytes.Contains(kept, []byte(secretPlace)) {
		t.Errorf("%s of %d bytes tells the place", opened.FileType, len(kept))
	}
	for name, actor := range map[string]lms.Actor{"of another centre": elsewhere, "of another country": abroad, "a trainee": who} {
		if _, _, err := s.programmes.OpenScan(ctx, actor, day, scan.ID); err == nil {
			t.Errorf("somebody %s opens the sheet", name)
		}
	}
	sheet, err := s.programmes.Sheet(ctx, elsewhere, day)
	s.check(err)
	if sheet.MayShow || len(sheet.Scans) != 0 {
		t.Errorf("the day elsewhere: %+v", sheet)
	}
	if sheet, err = s.programmes.Sheet(ctx, facilitator, day); err != nil || !sheet.MayShow || !sheet.CodeOpen || len(sheet.Scans) != 1 {
		t.Errorf("the own day: %+v %v", sheet, err)
	}
	s.refused(s.programmes.DropScan(ctx, abroad, day, scan.ID), lms.NotFound, "")
	s.check(s.programmes.DropScan(ctx, facilitator, day, scan.ID))
	s.refused(s.programmes.DropScan(ctx, facilitator, day, scan.ID), lms.NotFound, "")
}
