package report

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/mail"
	"mostik/lms/text"
)

// maxNamed bounds how often an address is given for one participation: nobody sends mails to whomever they like.
const maxNamed = 5

// Supervised is what a supervisor is asked: the same as the person, in words about them.
func Supervised() *scale.Survey {
	s := Followup()
	for i := range s.Items {
		if said := supervisorStem(s.Items[i].Key); said != nil {
			stem := sixWords("", "", "", "", "", "")
			for _, lang := range text.Languages {
				stem[courseLang(lang)] = said(text.FollowupIn(lang))
			}
			s.Items[i].Stem = stem
		}
	}
	return s
}

// supervisorStem gives the words of a question that a supervisor is asked otherwise, nil for the others.
func supervisorStem(item string) func(*text.Followup) string {
	switch item {
	case "used":
		return func(f *text.Followup) string { return f.Used }
	case "sure":
		return func(f *text.Followup) string { return f.Sure }
	}
	return nil
}

// Supervisor is who was named, for those who may know it.
type Supervisor struct {
	// Email is "" while nobody is named.
	Email string `json:"email"`
	// ByOther tells that somebody else than the person named them.
	ByOther bool `json:"by_other"`
}

// supervised is a participation with what decides about its supervisor.
type supervised struct {
	id            lms.ID[lms.Participation]
	facts         lms.Facts
	email, letter string // the person's own address and language
}

const supervisedSQL = `
	SELECT pa.id, pa.person_id, coalesce(p.country, ''), p.centre_id, lower(coalesce(p.email, '')), p.language,
	       (SELECT coalesce(json_agg(json_build_object('course', e.course_id, 'cohort', e.cohort_id)), '[]')
	          FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn')
	  FROM participations pa JOIN persons p ON p.id = pa.person_id
	 WHERE pa.state <> 'withdrawn' AND p.state <> 'erased' AND `

// supervises reads a participation for one of the supervisor's steps and asks whether the actor may do it. Errors:
// NotFound, Forbidden.
func supervises(ctx context.Context, q db.Queryer, actor lms.Actor, action lms.Action, where, id string) (s supervised, err error) {
	if _, err := lms.ParseID[lms.Participation](id); err != nil {
		return s, lms.ErrNotFound("participation")
	}
	var raw []byte
	err = db.Row(ctx, q, supervisedSQL+where, id).Scan(&s.id, &s.facts.Owner, &s.facts.Country, &s.facts.Centre, &s.email, &s.letter, &raw)
	if err != nil {
		return s, db.Found(err, "participation")
	}
	var studies []struct {
		Course lms.ID[lms.Course]
		Cohort *lms.ID[lms.Cohort]
	}
	if err := json.Unmarshal(raw, &studies); err != nil {
		return s, err
	}
	for _, e := range studies {
		s.facts.Courses = append(s.facts.Courses, e.Course)
		if e.Cohort != nil {
			s.facts.Cohorts = append(s.facts.Cohorts, *e.Cohort)
		}
	}
	return s, actor.Can(action, s.facts)
}

// Of a follow-up of one's own, or of a participation.
const (
	byFollowup      = `pa.id = (SELECT participation_id FROM followups WHERE id = $1 AND asked_at IS NOT NULL)`
	byParticipation = `pa.id = $1`
)

// Supervisor tells whom somebody named who takes part, to a coordinator. Errors: NotFound, Forbidden.
func (s *Service) Supervisor(ctx context.Context, actor lms.Actor, participation string) (Supervisor, error) {
	p, err := supervises(ctx, s.DB, actor, lms.EnrolParticipant, byParticipation, participation)
	if err != nil {
		return Supervisor{}, err
	}
	return named(ctx, s.DB, p.id)
}

func named(ctx context.Context, q db.Queryer, id lms.ID[lms.Participation]) (v Supervisor, err error) {
	err = db.Row(ctx, q, `
		SELECT s.email, s.named_by IS DISTINCT FROM pa.person_id FROM followup_supervisors s JOIN participations pa ON pa.id = s.participation_id
		 WHERE s.participation_id = $1 AND s.email <> ''`, id).Scan(&v.Email, &v.ByOther)
	if isNoRows(err) {
		err = nil
	}
	return v, db.Translate(err)
}

// NameSupervisor names one's own supervisor where one is asked oneself: they get the same questions by mail, now and with
// the later ones. Errors: NotFound, Invalid, Conflict named-too-often.
func (s *Service) NameSupervisor(ctx context.Context, actor lms.Actor, followup, email string) (err error) {
	defer lms.Wrap(&err, "report.NameSupervisor")
	return s.nameSupervisor(ctx, actor, lms.Participate, byFollowup, followup, email)
}

// NameSupervisorOf is NameSupervisor of a coordinator, for somebody who takes part.
func (s *Service) NameSupervisorOf(ctx context.Context, actor lms.Actor, participation, email string) (err error) {
	defer lms.Wrap(&err, "report.NameSupervisorOf")
	return s.nameSupervisor(ctx, actor, lms.EnrolParticipant, byParticipation, participation, email)
}

func (s *Service) nameSupervisor(ctx context.Context, actor lms.Actor, action lms.Action, where, id, email string) error {
	email = strings.ToLower(strings.TrimSpace(email))
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		p, err := supervises(ctx, tx, actor, action, where+` FOR NO KEY UPDATE OF pa`, id)
		if err != nil {
			return err
		}
		if err := mail.CheckAddress("email", email); err != nil {
			return err
		}
		if email == p.email {
			return lms.ErrInvalid("email", "own-address", "a supervisor is somebody else")
		}
		n, err := db.Exec(ctx, tx, `
			INSERT INTO followup_supervisors AS s (participation_id, email, language, named_by, named_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (participation_id) DO UPDATE SET email = $2, language = $3, named_by = $4, named_at = $5, times = s.times + 1
			 WHERE s.times < $6 AND s.email <> $2`, p.id, email, text.Primary(p.letter), actor.Person, s.now(), maxNamed)
		if err != nil {
			return err
		}
		if n == 0 {
			var there string
			if err := db.Row(ctx, tx, `SELECT email FROM followup_supervisors WHERE participation_id = $1`, p.id).Scan(&there); err != nil || there == email {
				return db.Translate(err)
			}
			return &lms.Error{Kind: lms.Conflict, Code: "named-too-often", Field: "email", Detail: "the address was changed several times already"}
		}
		// Whoever was asked before at another address has no door any more.
		if _, err := db.Exec(ctx, tx, `DELETE FROM followup_doors d USING followups f WHERE f.id = d.followup_id AND f.participation_id = $1 AND NOT d.answered`, p.id); err != nil {
			return err
		}
		_, err = s.askSupervisors(ctx, tx, p.id)
		return errors.Join(err, s.wrote(ctx, tx, actor, "supervisor.name", "participation", p.id.String(), nil))
	})
}

// DropSupervisor takes back whom one named, or whom somebody named for one. Errors: NotFound.
func (s *Service) DropSupervisor(ctx context.Context, actor lms.Actor, followup string) (err error) {
	defer lms.Wrap(&err, "report.DropSupervisor")
	return s.dropSupervisor(ctx, actor, lms.Participate, byFollowup, followup)
}

// DropSupervisorOf is DropSupervisor of a coordinator.
func (s *Service) DropSupervisorOf(ctx context.Context, actor lms.Actor, participation string) (err error) {
	defer lms.Wrap(&err, "report.DropSupervisorOf")
	return s.dropSupervisor(ctx, actor, lms.EnrolParticipant, byParticipation, participation)
}

func (s *Service) dropSupervisor(ctx context.Context, actor lms.Actor, action lms.Action, where, id string) error {
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		p, err := supervises(ctx, tx, actor, action, where, id)
		if err != nil {
			return err
		}
		return errors.Join(forgetSupervisor(ctx, tx, p.id), s.wrote(ctx, tx, actor, "supervisor.drop", "participation", p.id.String(), nil))
	})
}

// forgetSupervisor deletes an address with the doors that were sent to it and not used, and its mails.
func forgetSupervisor(ctx context.Context, tx bun.Tx, id lms.ID[lms.Participation]) error {
	_, mails := db.Exec(ctx, tx, `
		DELETE FROM mails m USING followup_supervisors s, participations pa
		 WHERE s.participation_id = $1 AND pa.id = $1 AND m.person_id = pa.person_id AND lower(m.address) = s.email`, id)
	_, doors := db.Exec(ctx, tx, `DELETE FROM followup_doors d USING followups f WHERE f.id = d.followup_id AND f.participation_id = $1 AND NOT d.answered`, id)
	_, gone := db.Exec(ctx, tx, `DELETE FROM followup_supervisors WHERE participation_id = $1`, id)
	return errors.Join(mails, doors, gone)
}

// door is what a mail carries; who has it may answer.
func newDoor() (door string, hash []byte) {
	raw := make([]byte, 18)
	rand.Read(raw) // never fails, see crypto/rand
	door = base64.RawURLEncoding.EncodeToString(raw)
	return door, doorHash(door)
}

func doorHash(door string) []byte {
	sum := sha256.Sum256([]byte(door))
	return sum[:]
}

// askSupervisors asks those of one participation, or of all where it is zero, whose people were asked and who were not
// asked themselves: a hundred at most, in the caller's transaction.
func (s *Service) askSupervisors(ctx context.Context, tx bun.Tx, of lms.ID[lms.Participation]) (int, error) {
	type due struct {
		id, months, name, email, language string
		person                            lms.ID[lms.Person]
		programme                         []byte
	}
	all, err := list(ctx, tx, func(from scanner) (d due, err error) {
		return d, from.Scan(&d.id, &d.months, &d.name, &d.email, &d.language, &d.person, &d.programme)
	}, `
		SELECT f.id::text, f.months::text, trim(p.given_name || ' ' || p.family_name), s.email, s.language, p.id, v.definition
		  FROM followup_supervisors s JOIN participations pa ON pa.id = s.participation_id AND pa.state <> 'withdrawn'
		  JOIN followups f ON f.participation_id = pa.id AND f.asked_at IS NOT NULL AND f.due_on + $2::int >= $1::date
		  JOIN persons p ON p.id = pa.person_id AND p.state = 'active' JOIN programme_versions v ON v.id = pa.version_id
		 WHERE ($3::uuid IS NULL OR pa.id = $3) AND NOT EXISTS (SELECT FROM followup_doors d WHERE d.followup_id = f.id)
		 ORDER BY f.id LIMIT 100 FOR UPDATE OF f SKIP LOCKED`, s.now(), int(openFor/24/time.Hour), participationOrNull(of))
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		var def definition
		if err := json.Unmarshal(d.programme, &def); err != nil {
			return 0, err
		}
		door, hash := newDoor()
		if _, err := db.Exec(ctx, tx, `INSERT INTO followup_doors (followup_id, door_hash, asked_at) VALUES ($1, $2, $3)`, d.id, hash, s.now()); err != nil {
			return 0, err
		}
		w := text.FollowupIn(d.language)
		if err := mail.Queue(ctx, tx, s.now(), mail.Draft{
			Person: d.person, Address: d.email, Subject: w.Subject, Letter: mail.Letter{
				Language: text.Primary(d.language), Heading: w.Subject, Paragraphs: []string{fmt.Sprintf(w.About, d.name, in(def.Title, d.language, "")), w.Intro, w.Why},
				Button: w.Answer, URL: s.PublicURL + "/asked/" + door + "?lang=" + text.Primary(d.language),
			},
		}); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

func participationOrNull(id lms.ID[lms.Participation]) any {
	if id.IsZero() {
		return nil
	}
	return id
}

// sweepSupervisors deletes the addresses of those who are asked no more.
func (s *Service) sweepSupervisors(ctx context.Context) error {
	_, err := db.Exec(ctx, s.DB, `
		DELETE FROM followup_supervisors s USING participations pa
		 WHERE pa.id = s.participation_id AND pa.certified_at + make_interval(months => $1, days => $2) < $3::timestamptz`,
		slices.Max(followupMonths), int(openFor/24/time.Hour), s.now())
	return err
}

// AskedAbout is what a supervisor sees behind their door.
type AskedAbout struct {
	About    string
	Answered bool
	Closed   bool
	Items    []AskedItem

	followup  string
	ours      lms.ID[lms.Programme]
	part      lms.ID[lms.Participation]
	land      string
	months    int
	programme []byte
	name      string
}

// Behind opens a supervisor's door. Errors: NotFound.
func (s *Service) Behind(ctx context.Context, door, lang string) (AskedAbout, error) {
	return s.behindDoor(ctx, s.DB, door, lang, "")
}

func (s *Service) behindDoor(ctx context.Context, q db.Queryer, door, lang, lock string) (a AskedAbout, err error) {
	err = db.Row(ctx, q, `
		SELECT f.id::text, f.months, d.answered, f.due_on + $2::int < $3::date, pa.id, pa.programme_id, coalesce(p.country, ''), v.definition,
		       trim(p.given_name || ' ' || p.family_name)
		  FROM followup_doors d JOIN followups f ON f.id = d.followup_id JOIN participations pa ON pa.id = f.participation_id
		  JOIN programme_versions v ON v.id = pa.version_id JOIN persons p ON p.id = pa.person_id
		 WHERE d.door_hash = $1 AND p.state <> 'erased'`+lock, doorHash(door), int(openFor/24/time.Hour), s.now()).
		Scan(&a.followup, &a.months, &a.Answered, &a.Closed, &a.part, &a.ours, &a.land, &a.programme, &a.name)
	if err != nil {
		return a, db.Found(err, "door")
	}
	var def definition
	if err := json.Unmarshal(a.programme, &def); err != nil {
		return a, err
	}
	a.About = fmt.Sprintf(text.FollowupIn(lang).About, a.name, in(def.Title, lang, ""))
	a.Items = askedItems(Supervised(), courseLang(lang))
	return a, nil
}

// AnswerBehind keeps what a supervisor answers as the answers of people are kept: it leads to nobody. Errors: NotFound,
// Invalid, Gone.
func (s *Service) AnswerBehind(ctx context.Context, door string, answers scale.Response) (err error) {
	defer lms.Wrap(&err, "report.AnswerBehind")
	if err := scale.Validate(Supervised(), answers); err != nil {
		return &lms.Error{Kind: lms.Invalid, Code: "answer-malformed", Field: "answers", Detail: err.Error(), Err: err}
	}
	raw, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		a, err := s.behindDoor(ctx, tx, door, text.Default, " FOR UPDATE OF d")
		switch {
		case err != nil:
			return err
		case a.Answered:
			return nil
		case a.Closed:
			return &lms.Error{Kind: lms.Gone, Code: "too-late", Detail: "the time to answer is over"}
		}
		_, told := db.Exec(ctx, tx, `UPDATE followup_doors SET answered = true WHERE followup_id = $1`, a.followup)
		return errors.Join(s.mixIn(ctx, tx, a.ours, a.months, a.land, true, string(raw)), told)
	})
}

// StopAsking deletes a supervisor's address, as they ask for it themselves. Errors: NotFound.
func (s *Service) StopAsking(ctx context.Context, door string) (err error) {
	defer lms.Wrap(&err, "report.StopAsking")
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		a, err := s.behindDoor(ctx, tx, door, text.Default, " FOR UPDATE OF d")
		if err != nil {
			return err
		}
		return errors.Join(forgetSupervisor(ctx, tx, a.part), s.wrote(ctx, tx, lms.Actor{}, "supervisor.stop", "participation", a.part.String(), nil))
	})
}
