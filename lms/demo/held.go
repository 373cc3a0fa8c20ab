package demo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/shelf"
	"mostik/live/signal"
)

// held is a webinar while the demonstration lets it happen: in the same room as every other, by the commands that
// browsers send, with a clock that runs ahead. What the room writes down is all that remains of it, so that minutes,
// tables and credits are the program's own work.
type held struct {
	*room.Room
	begins  time.Time
	minute  float64
	script  []scene
	centres map[string]*gathering
	seats   map[string]string // by the key of a centre, or of somebody who comes alone
	journal bytes.Buffer
	files   []keepsake
	decks   map[string][]byte
	orders  int
	reply   *signal.Message // to the last command
	failed  error
}

// scene is something that happens at a minute of the webinar.
type scene struct {
	minute float64
	what   func()
}

// gathering is a centre with the people who come there.
type gathering struct {
	centre *centre
	people []*person
}

// keepsake is a file that was brought.
type keepsake struct {
	key     string
	item    shelf.Item
	content []byte
}

// newHeld opens the room as it is opened for whoever comes first.
func newHeld(info room.Info, begins time.Time) *held {
	info.WaitingRoom = false
	return &held{
		Room: room.Open(room.New(pastID, info), []byte(pastID)), begins: begins, centres: map[string]*gathering{}, seats: map[string]string{},
		decks: map[string][]byte{},
	}
}

func (h *held) at(minute float64, what func()) { h.script = append(h.script, scene{minute, what}) }

// moment is when a minute of the webinar was.
func (h *held) moment(minute float64) time.Time {
	return h.begins.Add(time.Duration(minute * float64(time.Minute)))
}

// clock is the room's, in Unix milliseconds.
func (h *held) clock() int64 { return h.moment(h.minute).UnixMilli() }

// run plays the scenes in their order, with the room's own clock ticking between them.
func (h *held) run() error {
	slices.SortStableFunc(h.script, func(a, b scene) int { return cmp.Compare(a.minute, b.minute) })
	h.minute = h.script[0].minute
	for _, s := range h.script {
		for h.minute+1 < s.minute {
			h.minute++
			h.Tick(h.clock())
			h.carry()
		}
		h.minute = s.minute
		s.what()
		if h.failed != nil {
			return fmt.Errorf("minute %v of the past webinar: %w", s.minute, h.failed)
		}
	}
	return nil
}

// carry takes from the room what it writes down, and its last answer.
func (h *held) carry() {
	for _, e := range h.Effects() {
		if e.Tell != nil && (e.Tell.Type == "ok" || e.Tell.Type == "no") {
			h.reply = e.Tell
		}
		if e.Note == nil {
			continue
		}
		raw, err := json.Marshal(e.Note)
		h.check(err)
		h.journal.Write(append(raw, '\n'))
	}
}

func (h *held) check(err error) {
	if h.failed == nil {
		h.failed = err
	}
}

// comes lets somebody in, or back to their seat.
func (h *held) comes(key string, t live.Ticket) {
	t.Webinar, t.ID = pastID, key
	seat, err := h.Join(h.clock(), t, "", key, 0)
	h.check(err)
	h.seats[key] = seat
	h.carry()
}

// goes takes somebody's line away.
func (h *held) goes(key string) {
	h.Leave(h.clock(), h.seats[key])
	h.carry()
}

// does sends a command; a room that refuses it ends the story.
func (h *held) does(key string, c signal.Command) {
	h.orders++
	h.Apply(h.clock(), h.seats[key], fmt.Sprint(h.orders), c)
	h.carry()
	if h.reply.Type == "no" {
		h.check(fmt.Errorf("%s, %s: %s", key, c.Name(), h.reply.Data))
	}
}

// connects lets a centre come as one connection.
func (h *held) connects(key string) {
	c := h.centres[key].centre
	h.comes(key, live.Ticket{Role: live.Viewer, Site: c.id.String(), Name: c.name, City: c.name, Zone: c.zone})
}

func (p *person) fullName() string { return p.given.own + " " + p.family.own }

// entry finds somebody on a centre's roster, "" when they are not on it.
func (h *held) entry(centre string, p *person) string {
	for key, e := range h.Roster {
		if e.Site == h.seats[centre] && e.Name == p.fullName() {
			return key
		}
	}
	return ""
}

// ticks is the facilitator's word on people of the centre, by their numbers; whom the roster lacks is written down.
func (h *held) ticks(centre, state string, numbers ...int) {
	for _, n := range numbers {
		p := h.centres[centre].people[n]
		key := h.entry(centre, p)
		if key == "" {
			key = fmt.Sprintf("%s-%d", centre, n)
			h.does(centre, &signal.WalkIn{Key: key, Visitor: p.fullName()})
		}
		if h.Roster[key].State != state {
			h.does(centre, &signal.TickRoster{Entries: []string{key}, State: state})
		}
	}
}

// checksIn lets people take the code that the centre shows, by their own device where it is signed in.
func (h *held) checksIn(centre string, signedIn bool, numbers ...int) {
	h.does(centre, &signal.SiteCode{})
	var shown struct {
		Code string `json:"code"`
	}
	h.check(json.Unmarshal(h.reply.Data, &shown))
	for _, place := range h.Shown(h.clock(), shown.Code) {
		if place.Site != h.centres[centre].centre.name {
			continue
		}
		for _, n := range numbers {
			p, account := h.centres[centre].people[n], ""
			if signedIn {
				account = p.id.String()
			}
			_, err := h.CheckIn(h.clock(), place.Door, account, p.fullName())
			h.check(err)
		}
	}
	h.carry()
}

// brings puts a file into the room, to be kept as long as a word of package shelf says.
func (h *held) brings(who, key, keep, name string, content []byte) {
	i := shelf.Item{Name: name, Media: "text/plain", Size: int64(len(content)), Keep: keep, At: h.moment(h.minute)}
	h.files = append(h.files, keepsake{key, i, content})
	if p := h.AddFile(h.clock(), h.seats[who], key, room.File{Name: i.Name, Size: i.Size, Type: i.Media, Keep: i.Keep}); p != nil {
		h.check(p)
	}
	h.carry()
}

// prepares puts slides into the room.
func (h *held) prepares(who, key string, slides []string) {
	pdf, err := drawSlides(slides)
	h.check(err)
	h.decks[key] = pdf
	if p := h.AddDeck(h.clock(), h.seats[who], key, slides[0]); p != nil {
		h.check(p)
	}
	h.DeckReady(h.clock(), key, len(slides), "")
	h.carry()
}

// keep writes what the room left into the folders of the live wing.
func (l *loading) keep(h *held) error {
	state, err := json.Marshal(h.State)
	if err != nil {
		return err
	}
	files := map[string][]byte{
		filepath.Join(l.Journals, pastID+".jsonl"): h.journal.Bytes(), filepath.Join(l.Rooms, pastID+".json"): state,
	}
	for key, pdf := range h.decks {
		path, err := l.DeckFile(pastID, key)
		if err != nil {
			return err
		}
		files[path] = pdf
	}
	for path, content := range files {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	for _, k := range h.files {
		_, err := l.Shelf.Put(pastID, k.key, func(f *os.File) (shelf.Item, error) {
			_, err := f.Write(k.content)
			return k.item, err
		})
		if err != nil {
			return err
		}
	}
	_, err = l.Shelf.End(pastID, h.moment(h.minute))
	return err
}

// hold lets the past webinar happen, reads its journal as the server does, and has it corrected as people do.
func (l *loading) hold(ctx context.Context) error {
	plan, err := l.Webinars.Room(ctx, pastID)
	if err != nil {
		return err
	}
	h := newHeld(plan.Info, l.begun())
	l.gather(h)
	expected := map[string][]room.Expected{}
	for key, g := range h.centres {
		if expected[key], err = l.Webinars.Expected(ctx, pastID, g.centre.id.String()); err != nil {
			return err
		}
	}
	l.direct(h, expected)
	if err := h.run(); err != nil {
		return err
	}
	if err := l.keep(h); err != nil {
		return err
	}
	if err := l.Webinars.Drain(ctx, l.Journals); err != nil {
		return err
	}
	if err := l.Webinars.KeepRooms(ctx, l.Rooms); err != nil {
		return err
	}
	return l.lookBack(ctx, h)
}

// begun is when the past webinar began.
func (l *loading) begun() time.Time {
	co := l.cohort(pastCohort)
	return l.at(co, co.webinar, 14)
}

// gather chooses five people of each centre: the trainee to look around with and those of the cohort first.
func (l *loading) gather(h *held) {
	cohort := l.cohort(pastCohort)
	rank := func(p *person) int {
		switch {
		case p.isAccount:
			return 0
		case slices.Contains(cohort.people, p):
			return 1
		}
		return 2
	}
	for _, key := range nineCentres {
		g := &gathering{centre: l.centre(key)}
		for _, p := range l.people {
			if p.centre == g.centre && p.state == "active" && !p.staff() && p.login != "newcomer" {
				g.people = append(g.people, p)
			}
		}
		slices.SortStableFunc(g.people, func(a, b *person) int { return cmp.Compare(rank(a), rank(b)) })
		g.people = g.people[:5]
		h.centres[key] = g
	}
}
