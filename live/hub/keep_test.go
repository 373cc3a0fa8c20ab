package hub

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/shelf"
	"mostik/live/signal"
)

// silent is a line that nobody listens to.
type silent struct{}

func (silent) Send([]byte) {}
func (silent) Close(int)   {}

func newHub(t *testing.T, dir string, info func(string) (room.Plan, error)) *Hub {
	t.Helper()
	h, err := New(Config{Dir: dir, Info: info, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func enter(t *testing.T, h *Hub, ticket live.Ticket) *Visitor {
	t.Helper()
	v, err := h.Enter(ticket, &signal.Hello{}, silent{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func host(webinar string) live.Ticket {
	return live.Ticket{ID: "1", Webinar: webinar, Role: live.Host, Person: "account-1", Name: "Trainer"}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func kinds(t *testing.T, journal string) string {
	t.Helper()
	var list []string
	for line := range strings.Lines(journal) {
		n, ok := noteOf([]byte(line))
		if !ok {
			n.Kind = "torn"
		}
		list = append(list, n.Kind)
	}
	return strings.Join(list, " ")
}

// What lies in the folder at any moment is what a killed program leaves: two seconds after somebody came it is all there.
func TestWhatAKilledProgramLeaves(t *testing.T) {
	dir, left := t.TempDir(), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		h := newHub(t, dir, nil)
		v := enter(t, h, host("w"))
		v.Do("1", &signal.SetPause{On: true, Label: "tea"})
		time.Sleep(90 * time.Second)
		killed := time.Now()
		if err := os.CopyFS(left, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		journal := filepath.Join(left, JournalDir, "w.jsonl")
		if err := os.Chtimes(journal, killed, killed); err != nil { // the copy is younger than what it copies
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, JournalDir, "w.jsonl"))
		if err != nil || killed.Sub(info.ModTime()) > time.Second {
			t.Errorf("the journal was marked %v before the end (%v)", killed.Sub(info.ModTime()), err)
		}
		f, err := os.OpenFile(journal, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.WriteString(`{"kind":"jo`) // torn
		f.Close()
		if err := os.Chtimes(journal, killed, killed); err != nil {
			t.Fatal(err)
		}
		v.Left(false)
		h.Close()

		time.Sleep(30 * time.Second)
		next := newHub(t, left, nil)
		back := enter(t, next, host("w"))
		if back.person != v.person {
			t.Errorf("the seat is %s, and was %s", back.person, v.person)
		}
		back.Left(false)
		next.Close()
		all := read(t, journal)
		if got := kinds(t, all); got != "begin join pause alive alive torn restart join leave" {
			t.Errorf("the journal: %s", got)
		}
		for line := range strings.Lines(all) {
			if n, _ := noteOf([]byte(line)); n.Kind == "restart" && time.Unix(0, 0).Add(time.Duration(number(n.Text))*time.Millisecond).Sub(killed).Abs() > time.Second {
				t.Errorf("the last sign of life is said to be %s, and was %v", n.Text, killed.UnixMilli())
			}
		}
		s, err := readState(filepath.Join(left, RoomsDir, "w.json"))
		if err != nil || s.Room.PauseLabel != "tea" {
			t.Errorf("the pause is lost: %+v %v", s, err)
		}
	})
}

func number(s string) (n int64) {
	for _, c := range s {
		n = 10*n + int64(c-'0')
	}
	return n
}

// A calendar that does not answer keeps nobody waiting but those who open that very room.
func TestACalendarThatIsAwayDelaysNoOtherRoom(t *testing.T) {
	release := make(chan struct{})
	asked := make(chan struct{})
	h := newHub(t, t.TempDir(), func(id string) (room.Plan, error) {
		if id == "stuck" {
			close(asked)
			<-release
		}
		return room.Plan{Info: room.Info{Title: id}}, nil
	})
	entered := make(chan *Visitor)
	go func() {
		v, err := h.Enter(host("stuck"), &signal.Hello{}, silent{})
		if err != nil {
			v = nil
		}
		entered <- v
	}()
	<-asked
	v := enter(t, h, host("w")) // would never return if it waited for the other
	close(release)
	if other := <-entered; other == nil {
		t.Error("the other room did not open in the end")
	} else {
		other.Left(false)
	}
	v.Left(false)
	h.Close()
}

func TestErasure(t *testing.T) {
	dir := t.TempDir()
	h := newHub(t, dir, nil)
	h.Now = time.Now
	people := func(webinar string) (trainer, site *Visitor) {
		trainer = enter(t, h, live.Ticket{ID: "1", Webinar: webinar, Role: live.Host, Person: "account-1", Name: "Zarina"})
		site = enter(t, h, live.Ticket{ID: "2", Webinar: webinar, Role: live.Viewer, Site: "almaty", Name: "Almaty"})
		trainer.Do("1", &signal.SendChat{Key: "a", Text: "words of Zarina"})
		trainer.Do("2", &signal.Ask{Key: "q", Text: "a question of Zarina"})
		site.Do("1", &signal.WalkIn{Key: "walkin", Visitor: "Zarina Walk-in"})
		site.Do("2", &signal.WalkIn{Key: "other", Visitor: "Bakyt"})
		return trainer, site
	}
	gone1, gone2 := people("closed")
	gone1.Left(false)
	gone2.Left(false)
	for _, webinar := range []string{"closed", "retired"} {
		_, err := h.shelf.Put(webinar, "f", func(*os.File) (shelf.Item, error) {
			return shelf.Item{Name: "CV of Zarina.pdf", Keep: shelf.Webinar}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	host, site := people("open")
	path := func(kind, name string) string { return filepath.Join(dir, kind, name) }
	before := kinds(t, read(t, path(JournalDir, "closed.jsonl")))
	if err := h.Erase("account-1", map[string][]string{"closed": {"entry/walkin"}, "open": {"entry/walkin"}, "retired": {"file/f"}}); err != nil {
		t.Fatal(err)
	}
	site.Do("3", &signal.WalkIn{Key: "third", Visitor: "Chyngyz"})
	host.Left(false)
	site.Left(false)
	h.Close()
	for _, webinar := range []string{"closed", "open"} {
		for _, text := range []string{read(t, path(JournalDir, webinar+".jsonl")), read(t, path(RoomsDir, webinar+".json"))} {
			if strings.Contains(text, "Zarina") || strings.Contains(text, "account-1") {
				t.Errorf("%s still tells of her: %s", webinar, text)
			}
			if !strings.Contains(text, "Bakyt") || webinar == "open" && !strings.Contains(text, "Chyngyz") {
				t.Errorf("%s lost somebody else: %s", webinar, text)
			}
		}
	}
	for webinar, want := range map[string]string{"closed": "CV of Zarina.pdf", "retired": "….pdf"} {
		if item, _, err := h.shelf.Find(webinar, "f"); err != nil || item.Name != want {
			t.Errorf("the file of %s is called %q: %v", webinar, item.Name, err)
		}
	}
	if after := kinds(t, read(t, path(JournalDir, "closed.jsonl"))); after != before {
		t.Errorf("lines changed their places: %s, then %s", before, after)
	}
}

// Erasure takes one person out, and changes nothing of when others were there: a room that was opened again gave its seats
// to other people, and the file's time is the last sign of life.
func TestErasureLeavesOthersTheirEvidence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.jsonl")
	lines := `{"kind":"join","at":1,"person":"p2","account":"account-1","name":"Zarina"}
{"kind":"roster","at":1,"person":"p3","site":"almaty","entry":"e1","name":"First of e1"}
{"kind":"join","at":1,"person":"p9","name":"First of p9"}
{"kind":"end","at":2,"person":"p1"}
{"kind":"roster","at":3,"person":"p3","site":"osh","entry":"e1","name":"Second of e1"}
{"kind":"join","at":3,"person":"p9","name":"Second of p9"}
{"kind":"join","at":3,"person":"p2","account":"account-2","name":"Bakyt"}
{"kind":"agenda","at":4,"person":"p2","text":"words of Bakyt"}
`
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	alive := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(path, alive, alive); err != nil {
		t.Fatal(err)
	}
	// Of the second part the entry is theirs, and of the first it was somebody else's.
	if err := eraseLines(path, "account-1", []string{"entry/2/e1", "seat/2/p9"}); err != nil {
		t.Fatal(err)
	}
	text := read(t, path)
	if !strings.Contains(text, "First of e1") || strings.Contains(text, "Second of e1") || !strings.Contains(text, "First of p9") || strings.Contains(text, "Second of p9") {
		t.Errorf("the parts of a room are taken for one: %s", text)
	}
	if strings.Contains(text, "Zarina") || !strings.Contains(text, "account-2") || !strings.Contains(text, "words of Bakyt") {
		t.Errorf("the journal: %s", text)
	}
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(alive) {
		t.Errorf("people are said to have been there until %v, and were until %v (%v)", info.ModTime(), alive, err)
	}
}

// A report reads what is still there, and goes on without the rest.
func TestAFileThatIsGoneIsNoFault(t *testing.T) {
	h := newHub(t, t.TempDir(), nil)
	for _, part := range []string{"file", "deck"} {
		for _, key := range []string{"gone", "../rooms/w"} {
			path, err := h.KeptFile("w", part, key)
			if err == nil {
				_, err = os.Stat(path)
			}
			if !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s %s: %v", part, key, err)
			}
		}
	}
	h.Close()
}

func TestRetiring(t *testing.T) {
	dir := t.TempDir()
	h := newHub(t, dir, nil)
	v := enter(t, h, host("w"))
	if err := h.Retire("w"); !errors.Is(err, ErrBusy) {
		t.Errorf("an open room was put aside: %v", err)
	}
	v.Left(false)
	for range 2 { // again does no harm
		if err := h.Retire("w"); err != nil {
			t.Fatal(err)
		}
	}
	for path, there := range map[string]bool{
		filepath.Join(JournalDir, "w.jsonl"): false, filepath.Join(JournalDir, "w.jsonl"+room.Retired): true, filepath.Join(RoomsDir, "w.json"): false,
	} {
		if _, err := os.Stat(filepath.Join(dir, path)); (err == nil) != there {
			t.Errorf("%s: %v", path, err)
		}
	}
	h.Close()
}

// A change of a webinar reaches its room while it is open, and one that goes on after a restart.
func TestAChangeReachesTheRoom(t *testing.T) {
	dir := t.TempDir()
	var title atomic.Value
	title.Store("Burnout")
	info := func(string) (room.Plan, error) {
		return room.Plan{Info: room.Info{Title: title.Load().(string)}, Polls: []room.PlannedPoll{{Key: "mood", Question: title.Load().(string) + "?", Kind: "scale"}}}, nil
	}
	h := newHub(t, dir, info)
	v := enter(t, h, host("w"))
	called := func(h *Hub, want string) {
		t.Helper()
		got := ""
		for range 200 {
			if err := h.in("w", func(r *Room) { got = r.rules.Room.Title + " " + r.rules.Polls["mood"].Question }); err != nil {
				t.Fatal(err)
			}
			if got == want {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("the room is %q, want %q", got, want)
	}
	called(h, "Burnout Burnout?")
	title.Store("Burnout, again")
	h.Replan("w")
	called(h, "Burnout, again Burnout, again?")
	h.Replan("nobody-is-there") // is nothing
	v.Left(false)
	h.Close()

	title.Store("Third")
	next := newHub(t, dir, info)
	v = enter(t, next, host("w"))
	called(next, "Third Third?")
	v.Left(false)
	next.Close()
}
