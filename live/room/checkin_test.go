package room_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"mostik/live"
	"mostik/live/room"
)

const minute = 60_000

// shows gives what a site shows for check-in now.
func (s *scene) shows(site string) (code, word string) {
	s.t.Helper()
	s.must(site, "site.code", `{"address":"https://mostik.example"}`)
	var shown struct {
		Code, Word string
		QR         []string
	}
	for _, m := range s.told[site] {
		if m.Type == "ok" && strings.Contains(string(m.Data), "word") {
			_ = json.Unmarshal(m.Data, &shown)
		}
	}
	if len(shown.Code) != 6 || len(shown.Word) != 12 || len(shown.QR) != 29 || len(shown.QR[0]) != 29 {
		s.t.Fatalf("shown: %+v", shown)
	}
	return shown.Code, shown.Word
}

// door opens the one door of a code.
func (s *scene) door(code string) string {
	s.t.Helper()
	places := s.room.Shown(s.now, code)
	if len(places) != 1 {
		s.t.Fatalf("%q leads to %+v", code, places)
	}
	return places[0].Door
}

// checkIn checks somebody in and gives their pass.
func (s *scene) checkIn(door, account, name string) string {
	s.t.Helper()
	pass, err := s.room.CheckIn(s.now, door, account, name)
	if err != nil {
		s.t.Fatalf("%s %s: %v", account, name, err)
	}
	s.carry()
	return pass
}

// entries are the roster as a host sees it, by name: the state and by what it is known.
func (s *scene) entries(host string) map[string]string {
	list := map[string]string{}
	for key := range s.room.Roster {
		var e struct{ Name, State, By string }
		_ = json.Unmarshal([]byte(s.knows(host, "roster", key)), &e)
		list[e.Name] += strings.Trim(e.State+" "+e.By, " ")
	}
	return list
}

func (s *scene) heads(host, site string) int {
	var p room.Person
	_ = json.Unmarshal([]byte(s.knows(host, "people", site)), &p)
	return p.Heads
}

func TestCodesOfAMinute(t *testing.T) {
	s := newScene(t)
	_, site, _, _ := s.people()
	s.now = s.now/minute*minute + 1000
	code, word := s.shows(site)
	for _, c := range []struct {
		name, code string
		after      int64
		found      bool
	}{
		{"the digits", code, 0, true},
		{"the word", word, 0, true},
		{"a minute later", code, minute, true},
		{"the word a minute later", word, minute, true},
		{"two minutes later", code, 2 * minute, false},
		{"the word two minutes later", word, 2 * minute, false},
		{"before its minute", code, -2 * minute, false},
		{"nothing", "", 0, false},
		{"a word of another minute", "ABCDEFGHJKLM", 0, false},
		{"digits that are not shown", fmt.Sprintf("%06d", (atoi(code)+1)%1_000_000), 0, false},
	} {
		if got := len(s.room.Shown(s.now+c.after, c.code)) == 1; got != c.found {
			t.Errorf("%s: found %v", c.name, got)
		}
	}
}

func atoi(code string) (n int) { fmt.Sscan(strings.TrimLeft(code, "0")+" 0", &n); return n }

// Somebody who is expected is found by their account, and by their name in any order; the others are added.
func TestCheckInFindsWhoIsExpected(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	s.room.Expect(s.now, site, []room.Expected{{"account-1", "Aliya Satpaeva"}, {"account-2", "Артём Ким"}, {"account-3", "Dina"}})
	s.carry()
	if got := s.entries(host); len(got) != 3 || got["Dina"] != "expected" || s.heads(host, site) != 1 {
		t.Fatalf("expected: %v, %d heads", got, s.heads(host, site))
	}
	_, word := s.shows(site)
	door := s.door(word)
	s.checkIn(door, "account-1", "Алия Сатпаева")
	s.checkIn(door, "", " ким   артем ")
	s.checkIn(door, "account-9", "Bakyt")
	s.checkIn(door, "", "Guest")
	want := map[string]string{"Aliya Satpaeva": "here device", "Артём Ким": "here code", "Dina": "expected", "Bakyt": "here device", "Guest": "here code"}
	if got := s.entries(host); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the roster is %v", got)
	}
	if n := s.heads(host, site); n != 4 {
		t.Errorf("%d heads", n)
	}
	// Each once, whichever way they come again.
	s.checkIn(door, "account-1", "Aliya Satpaeva")
	s.checkIn(door, "", "Satpaeva Aliya")
	s.checkIn(door, "account-2", "Артём Ким")
	s.checkIn(door, "", "guest")
	want["Артём Ким"] = "here device" // better evidence of the same
	if got := s.entries(host); fmt.Sprint(got) != fmt.Sprint(want) || s.heads(host, site) != 4 {
		t.Errorf("after the second time: %v, %d heads", got, s.heads(host, site))
	}
	s.room.Expect(s.now, site, []room.Expected{{"account-1", "Aliya Satpaeva"}, {"account-9", "Bakyt"}})
	s.carry()
	if got := s.entries(host); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("asked again whom the site expects: %v", got)
	}
	for _, m := range append(s.told[host], s.told[site]...) {
		if strings.Contains(string(m.Data), "account-") {
			t.Fatalf("an account's id is told: %s", m.Data)
		}
	}
	for key := range s.room.Roster {
		if s.knows(trainee, "roster", key) != "" {
			t.Error("the audience reads a roster")
		}
	}
	accounts := map[string]bool{}
	for _, n := range s.notes {
		if n.Kind == "roster" {
			accounts[n.Account+" "+n.By] = true
		}
	}
	for _, each := range []string{"account-1 device", "account-2 code", "account-2 device", "account-9 device", " code"} {
		if !accounts[each] {
			t.Errorf("the journal does not know %q: %v", each, accounts)
		}
	}
}

func TestDoorsAndPasses(t *testing.T) {
	s := newScene(t)
	host, site, _, _ := s.people()
	_, word := s.shows(site)
	door := s.door(word)
	other := room.Open(room.New("other", room.Info{Title: "Another"}), []byte("secret"))
	if len(other.Shown(s.now, word)) != 0 {
		t.Error("another room knows the word")
	}
	opened := s.now
	for _, c := range []struct {
		name  string
		room  *room.Room
		door  string
		after int64
		who   string
		err   error
	}{
		{"another room", other, door, 0, "Dina", room.ErrDoor},
		{"another room's name", other, strings.Replace(door, "demo.", "other.", 1), 0, "Dina", room.ErrDoor},
		{"another site", s.room, strings.Replace(door, site+".", "p1.", 1), 0, "Dina", room.ErrDoor},
		{"a later end", s.room, strings.Replace(door, ".1", ".2", 1), 0, "Dina", room.ErrDoor},
		{"too late", s.room, door, 6 * minute, "Dina", room.ErrDoor},
		{"nothing", s.room, "", 0, "Dina", room.ErrDoor},
		{"dots", s.room, "....", 0, "Dina", room.ErrDoor},
		{"no name", s.room, door, 0, "  ", room.ErrName},
		{"as it should be", s.room, door, 4 * minute, "Dina", nil},
	} {
		if _, err := c.room.CheckIn(opened+c.after, c.door, "", c.who); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	s.carry()
	pass := s.checkIn(door, "", "Dina")
	if p, err := s.room.CheckedIn(s.now, pass); err != nil || p.Name != "Dina" || p.State != "here" || p.Site != "Almaty" || p.Door != "" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := s.room.CheckedIn(s.now, door); err == nil {
		t.Error("a door is a pass")
	}
	if err := s.room.CheckOut(s.now, pass, false); err != nil {
		t.Fatal(err)
	}
	s.carry()
	if got := s.entries(host)["Dina"]; got != "left code" {
		t.Errorf("who left is %q", got)
	}
	if err := s.room.CheckOut(s.now, pass, true); err != nil {
		t.Fatal(err)
	}
	// Whoever is there by their own device is not sent away by somebody who knows the name.
	s.checkIn(door, "account-1", "Dina")
	if err := s.room.CheckOut(s.now, pass, false); !errors.Is(err, room.ErrDoor) {
		t.Errorf("a name sent a device away: %v", err)
	}
	s.must(host, "room.end", `{}`)
	if _, err := s.room.CheckIn(s.now, door, "", "Late"); !errors.Is(err, room.ErrDoor) {
		t.Errorf("after the end: %v", err)
	}
}

// A room's roster is bounded, whoever fills it.
func TestFullRoster(t *testing.T) {
	s := newScene(t)
	_, site, _, _ := s.people()
	var many []room.Expected
	for i := range 3001 {
		many = append(many, room.Expected{Account: fmt.Sprint("a", i), Name: fmt.Sprint("Person ", i)})
	}
	s.room.Expect(s.now, site, many)
	_, word := s.shows(site)
	door := s.door(word)
	if _, err := s.room.CheckIn(s.now, door, "", "One more"); !errors.Is(err, room.ErrFull) || len(s.room.Roster) != 3000 {
		t.Errorf("%v, %d entries", err, len(s.room.Roster))
	}
	if _, err := s.room.CheckIn(s.now, door, "a7", "Person 7"); err != nil {
		t.Errorf("somebody of the list: %v", err)
	}
}

// Whoever writes names at one door keeps nobody out elsewhere.
func TestOneSiteFillsItsOwnRosterOnly(t *testing.T) {
	s := newScene(t)
	_, site, _, _ := s.people()
	other := s.join(live.Ticket{Role: live.Viewer, Site: "astana", Name: "Astana"})
	_, word := s.shows(site)
	door := s.door(word)
	var err error
	for i := 0; err == nil && i < 3000; i++ {
		_, err = s.room.CheckIn(s.now, door, "", fmt.Sprint("Name ", i))
	}
	if !errors.Is(err, room.ErrFull) || len(s.room.Roster) != 500 {
		t.Errorf("%v after %d names", err, len(s.room.Roster))
	}
	s.must(other, "site.walkin", `{"key":"e1","name":"Aliya"}`)
	_, word = s.shows(other)
	if _, err := s.room.CheckIn(s.now, s.door(word), "", "Bakyt"); err != nil {
		t.Errorf("at the other site: %v", err)
	}
}

func TestTicksAndHeads(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	almaty := site
	astana := s.join(live.Ticket{Role: live.Viewer, Site: "astana", Name: "Astana"})
	var list []room.Expected
	for i := range 40 {
		list = append(list, room.Expected{Account: fmt.Sprint("a", i), Name: fmt.Sprint("Person ", i)})
	}
	s.room.Expect(s.now, almaty, list)
	s.carry()
	keys, _ := json.Marshal(mapKeys(s.room.Roster))
	s.must(almaty, "site.tick", fmt.Sprintf(`{"entries":%s,"state":"here"}`, keys))
	if n := s.heads(host, almaty); n != 40 {
		t.Errorf("all here: %d heads", n)
	}
	one := mapKeys(s.room.Roster)[0]
	if s.do(astana, "site.tick", fmt.Sprintf(`{"entry":%q,"state":"left"}`, one)) != "not-found" || s.do(trainee, "site.tick", fmt.Sprintf(`{"entry":%q,"state":"left"}`, one)) != "not-found" {
		t.Error("somebody else ticks the roster")
	}
	if s.do(almaty, "site.tick", fmt.Sprintf(`{"entries":[%q,"nobody"],"state":"left"}`, one)) != "not-found" || s.heads(host, almaty) != 40 {
		t.Error("half of a list was ticked")
	}
	s.must(almaty, "site.tick", fmt.Sprintf(`{"entry":%q,"state":"left"}`, one))
	if n := s.heads(host, almaty); n != 39 {
		t.Errorf("after one left: %d heads", n)
	}
	// What the facilitator counts stands beside the list: never below it, and 0 follows it again.
	s.must(almaty, "site.heads", `{"count":45}`)
	s.must(almaty, "site.walkin", `{"key":"w","name":"Somebody"}`)
	if n := s.heads(host, almaty); n != 45 {
		t.Errorf("counted 45: %d heads", n)
	}
	s.must(almaty, "site.heads", `{"count":0}`)
	if n := s.heads(host, almaty); n != 40 {
		t.Errorf("by the list: %d heads", n)
	}
	if s.do(almaty, "site.walkin", fmt.Sprintf(`{"key":"x","name":"Else","person":%q}`, astana)) != "forbidden" || s.do(trainee, "site.heads", `{"count":3}`) != "forbidden" {
		t.Error("somebody else keeps a site's roster")
	}
}

func mapKeys(m map[string]*room.Entry) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}

// A site whose line fails goes on by telephone: its number, roster and turn are kept, a host keeps its list.
func TestSiteByTelephone(t *testing.T) {
	s := newScene(t)
	host, site, trainee, _ := s.people()
	s.must(site, "site.phone", `{"on":false,"number":"+7 700 1"}`) // before it is needed
	s.must(site, "site.walkin", `{"key":"w1","name":"Bakyt"}`)
	s.must(site, "hand.raise", `{}`)
	raised := s.room.People[site].Hand
	if strings.Contains(s.knows(trainee, "people", site), "+7") || !strings.Contains(s.knows(host, "people", site), "+7 700 1") {
		t.Error("the number is for the hosts")
	}
	s.room.Leave(s.now, site)
	s.carry()
	if s.do(trainee, "site.phone", fmt.Sprintf(`{"on":true,"person":%q}`, site)) != "forbidden" {
		t.Error("the audience hangs a site on the telephone")
	}
	s.must(host, "site.phone", fmt.Sprintf(`{"on":true,"person":%q}`, site))
	if p := s.room.People[site]; p.Line != "phone" || p.Phone != "+7 700 1" || p.Hand != raised || p.Heads != 1 {
		t.Errorf("by telephone: %+v", p)
	}
	s.must(host, "site.walkin", fmt.Sprintf(`{"key":"w2","name":"Dina","person":%q}`, site))
	s.must(host, "site.tick", `{"entry":"w1","state":"left"}`)
	s.must(host, "hand.lower", fmt.Sprintf(`{"person":%q}`, site))
	s.must(host, "hand.raise", fmt.Sprintf(`{"person":%q}`, site))
	if s.do(host, "hand.raise", fmt.Sprintf(`{"person":%q}`, trainee)) != "forbidden" {
		t.Error("a host raises the hand of somebody who is on the line")
	}
	s.room.Tick(s.now + 60*minute)
	s.carry()
	if s.room.People[site] == nil {
		t.Fatal("the site lost its place")
	}
	// The page comes back for a moment: the site stays on the telephone until it says otherwise.
	if back := s.join(live.Ticket{Role: live.Viewer, Site: "almaty", Name: "Almaty"}); back != site || s.room.People[site].Line != "phone" {
		t.Errorf("back as %s, %s", back, s.room.People[site].Line)
	}
	s.room.Leave(s.now, site)
	s.must(host, "site.phone", fmt.Sprintf(`{"on":false,"number":"+7 700 1","person":%q}`, site))
	if s.room.People[site].Line != "away" {
		t.Error("nobody hears them, and they are not away")
	}
	var story []string
	for _, n := range s.notes {
		if n.Person == site && (n.Kind == "phone" || n.Kind == "leave") {
			story = append(story, strings.Trim(n.Kind+" "+n.State, " "))
		}
	}
	if got := strings.Join(story, ", "); got != "leave, phone phone, phone away, leave" {
		t.Errorf("the journal says %q", got)
	}
}

// Whatever the kind of a poll, and whether anonymous or not: a site has no more votes than heads.
func TestNoMoreVotesThanHeads(t *testing.T) {
	for _, kind := range []string{"single", "multiple", "scale", "quiz"} {
		for _, anonymous := range []bool{false, true} {
			t.Run(fmt.Sprint(kind, anonymous), func(t *testing.T) {
				s := newScene(t)
				host, site, trainee, _ := s.people()
				right := ""
				if kind == "quiz" {
					right = `,"right":["a"]`
				}
				s.must(host, "poll.make", fmt.Sprintf(`{"key":"k","question":"?","kind":%q,"anonymous":%v,"options":[{"key":"a","text":"A"},{"key":"b","text":"B"}]%s}`, kind, anonymous, right))
				s.must(host, "poll.open", `{"key":"k"}`)
				s.must(site, "site.heads", `{"count":6}`)
				for _, votes := range []string{`{"a":7}`, `{"a":0,"b":0}`, `{"a":1,"c":1}`} {
					if s.do(site, "poll.vote", `{"key":"k","heads":`+votes+`}`) == "" {
						t.Errorf("%s was counted", votes)
					}
				}
				if code := s.do(site, "poll.vote", `{"key":"k","heads":{"a":4,"b":3}}`); (code == "") != (kind == "multiple") {
					t.Errorf("seven marks of six people: %q", code)
				}
				if s.do(trainee, "poll.vote", `{"key":"k","heads":{"a":2}}`) != "forbidden" {
					t.Error("one person voted for several")
				}
				s.do(site, "poll.vote", `{"key":"k","heads":{"a":3,"b":3}}`) // an anonymous one of several answers has been cast
				var poll struct{ Votes int }
				_ = json.Unmarshal([]byte(s.knows(host, "polls", "k")), &poll)
				if poll.Votes > 6 || poll.Votes == 0 {
					t.Errorf("%d votes of six people", poll.Votes)
				}
			})
		}
	}
}

// FuzzCheckIn brings anything as a code, a door and a pass: none opens.
func FuzzCheckIn(f *testing.F) {
	f.Add("123456", "demo.p1.1795300300000.AAAAAAAAAAAAAAAAAAAAAAAA", "demo.e.code.1795300300000.AAAAAAAAAAAAAAAAAAAAAAAA", "Dina")
	f.Add("", ".", "...", "\x00")
	f.Fuzz(func(t *testing.T, code, door, pass, name string) {
		r := room.Open(room.New("demo", room.Info{}), []byte("s"))
		if _, err := r.Join(1, live.Ticket{ID: "t", Role: live.Viewer, Webinar: "demo", Site: "almaty"}, "", "x", 0); err != nil {
			t.Fatal(err)
		}
		if _, err := r.CheckIn(2, door, "", name); err == nil {
			t.Errorf("%q is a door", door)
		}
		if _, err := r.CheckedIn(2, pass); err == nil || r.CheckOut(2, pass, false) == nil {
			t.Errorf("%q is a pass", pass)
		}
		places := r.Shown(2, code)
		if len(places) == 0 {
			return
		}
		_, err := r.CheckIn(2, places[0].Door, "", name)
		if err != nil && !errors.Is(err, room.ErrName) {
			t.Errorf("a right code: %v", err)
		}
		_ = r.Effects()
	})
}
