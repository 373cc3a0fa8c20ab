package room

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"mostik/live"
	"mostik/live/signal"
)

const (
	// away is how long a lost line keeps its place before it counts as gone, in milliseconds.
	away = int64(2 * time.Minute / time.Millisecond)
	// logged is how many changes are kept for those who come back.
	logged = 2000
	// done is how many commands of a seat are remembered.
	done = 64
)

// Room is a webinar while it happens. One goroutine uses it.
type Room struct {
	*State
	now     int64
	secret  []byte // of check-in codes
	changes []change
	effects []Effect
	beaten  int64 // when the journal was told last that somebody is there
}

// change is a logged one: who may know of it, and which item, as it was then.
type change struct {
	number uint64
	part   string
	key    string
}

// Effect is something that the hub carries out.
type Effect struct {
	// To is the person it is for, "" for the room itself.
	To string
	// Alone narrows a message to one of the person's lines: the console with the name in Line, "" for the line with sound
	// and pictures.
	Alone bool
	Line  string
	// One of these.
	Tell  *signal.Message // a message on the line
	Close int             // close the line with this code
	// Stop ends what a person sends of a source, "" for all.
	Stop string
	// Stopped tells that Stop is meant, even of all.
	Stopped bool
	Note    *Note
	// Forget is the key of a file that is to be taken off the disk, or with Kept of one that stays as long as that says.
	Forget string
	Kept   string
}

// Retired ends the name of a journal's file to which nothing is added any more: it was put aside to be read to its end.
const Retired = ".done"

// Note is what the journal keeps.
type Note struct {
	Kind   string `json:"kind"`
	At     int64  `json:"at"`
	Person string `json:"person,omitempty"` // key in the room
	// Account is the person's id, Entry a roster entry.
	Account string `json:"account,omitempty"`
	Site    string `json:"site,omitempty"`
	Name    string `json:"name,omitempty"`
	Entry   string `json:"entry,omitempty"`
	State   string `json:"state,omitempty"`
	By      string `json:"by,omitempty"`
	Text    string `json:"text,omitempty"`
}

// Open makes a room from its state. secret makes its check-in codes.
func Open(s *State, secret []byte) *Room {
	s.fill()
	return &Room{State: s, secret: secret}
}

// Read reads a state back.
func Read(raw []byte) (*State, error) {
	var s State
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("reading a room's state: %w", err)
	}
	s.fill()
	s.dropDevices()
	for _, p := range s.People {
		if p.Line == "on" {
			p.Line = "away" // nobody is connected to a program that has just begun
		}
	}
	for _, d := range s.Decks {
		if d.State == deckPreparing {
			d.State, d.Why = deckFailed, "restart"
		}
	}
	s.Tracks = map[string]*Track{}
	return &s, nil
}

// Effects gives what is to be carried out since it was asked last.
func (r *Room) Effects() []Effect {
	list := r.effects
	r.effects = nil
	return list
}

func (r *Room) note(n Note) {
	n.At = r.now
	r.effects = append(r.effects, Effect{Note: &n})
}

// changed tells everybody who may know of an item, or that it is gone.
func (r *Room) changed(part, key string) {
	r.Number++
	r.changes = append(r.changes, change{r.Number, part, key})
	if len(r.changes) > 2*logged {
		r.changes = slices.Clone(r.changes[len(r.changes)-logged:])
	}
	for _, person := range sorted(r.Seats) {
		if s := r.Seats[person]; s.told() && !s.Device {
			r.effects = append(r.effects, Effect{To: person, Tell: r.item(person, r.Number, part, key)})
		}
	}
}

// item is what somebody is told of an item: what they may see of it, or that for them it is not there.
func (r *Room) item(person string, number uint64, part, key string) *signal.Message {
	if item, ok := r.view(person, part, key); ok {
		return &signal.Message{Type: "put", Number: number, Data: data(map[string]any{"part": part, "key": key, "item": item})}
	}
	return &signal.Message{Type: "drop", Number: number, Data: data(map[string]any{"part": part, "key": key})}
}

// tellLine says something on one of a person's lines.
func (r *Room) tellLine(person, line string, m *signal.Message) {
	r.effects = append(r.effects, Effect{To: person, Alone: true, Line: line, Tell: m})
}

func data(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // of our own types: they can all be written
	}
	return raw
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Join lets a ticket in, or back to its seat. fresh is a new secret. Errors: *signal.Problem with the code
// removed, locked or over.
func (r *Room) Join(now int64, t live.Ticket, seat, fresh string, since uint64) (person string, err error) {
	r.now = now
	person, back, err := r.take(t, seat, fresh)
	if err != nil {
		return "", err
	}
	s := r.Seats[person]
	s.line, s.Left = true, 0
	if r.People[person] == nil && !s.Waiting {
		r.enter(person) // whoever was away for so long that they are no longer shown
		r.count(person)
	}
	if p := r.People[person]; p != nil && t.Role == live.Host && p.Role != roleHost {
		p.Role = roleHost // whom the calendar made a host after they came, or who had stepped down
		r.changed("people", person)
	}
	if t.Role == live.Host && r.Room.Began == 0 {
		r.Room.Began = now
		r.note(Note{Kind: "begin"})
		r.changed("room", "room")
	}
	r.welcome(person, "", since, back)
	// A site on the telephone stays there until it says that it is back: a weak line comes and goes.
	if p := r.People[person]; p != nil && p.Line == "away" {
		p.Line = "on"
		r.note(Note{Kind: "join", Person: person, Account: s.Ticket.Person, Site: s.Ticket.Site, Name: p.Name, By: "device"})
		r.changed("people", person)
	}
	if s.Waiting {
		r.changed("waiting", person)
	}
	return person, nil
}

// take gives a ticket its seat, and tells whether it had one. Errors: as Join.
func (r *Room) take(t live.Ticket, seat, fresh string) (person string, back bool, err error) {
	if r.Room.Ended != 0 {
		return "", false, signal.Refuse("over", "", "the webinar is over")
	}
	person = r.seated(t, seat)
	back = person != ""
	switch {
	case r.Banned(t):
		return "", false, signal.Refuse("removed", "ticket", "a host has removed you from this webinar")
	case !back && r.Room.Locked && t.Role != live.Host:
		return "", false, signal.Refuse("locked", "", "the room is locked")
	case !back:
		person = r.sit(t, fresh)
	}
	return person, back, nil
}

// seated finds the place of somebody who comes back: by the seat's secret, or by the same account, or by the same
// ticket that is not shared.
func (r *Room) seated(t live.Ticket, secret string) string {
	for _, key := range sorted(r.Seats) {
		s := r.Seats[key]
		if s.Device {
			continue
		}
		same := secret != "" && s.Secret == secret && s.Ticket.Webinar == t.Webinar && s.Ticket.Person == t.Person && s.Ticket.Site == t.Site
		if same || t.Person != "" && s.Ticket.Person == t.Person && s.Ticket.Site == t.Site || t.Site != "" && s.Ticket.Site == t.Site ||
			!t.Shared && s.Ticket.ID == t.ID {
			s.Ticket = t
			return key
		}
	}
	return ""
}

func (r *Room) sit(t live.Ticket, fresh string) string {
	r.Next++
	key := fmt.Sprintf("p%d", r.Next)
	s := &Seat{Secret: fresh, Ticket: t, Since: r.now, Waiting: r.Room.WaitingRoom && t.Role == live.Viewer && t.Person == "" && t.Site == ""}
	r.Seats[key] = s
	if !s.Waiting {
		r.enter(key)
	}
	return key
}

// enter makes somebody a person of the room.
func (r *Room) enter(key string) {
	t := r.Seats[key].Ticket
	p := &Person{Name: t.Name, Kind: "person", Role: roleAudience, City: t.City, Zone: t.Zone, Line: "away"}
	p.Quiet = r.Seats[key].Quiet
	switch {
	case t.Site != "":
		p.Kind, p.Heads = "site", 1
	case t.Person == "":
		p.Kind = "guest"
	}
	switch t.Role {
	case live.Host:
		p.Role = roleHost
	case live.Speaker:
		p.Role = roleSpeaker
	case live.Viewer:
	}
	if p.Name == "" {
		p.Name = key
	}
	r.People[key] = p
}

// welcome tells somebody on one of their lines all there is, or what they missed.
func (r *Room) welcome(person, line string, since uint64, back bool) {
	whole := !back || since == 0 || since > r.Number || len(r.changes) > 0 && since+1 < r.changes[0].number || len(r.changes) == 0 && since != r.Number
	r.tellLine(person, line, &signal.Message{Type: "welcome", Data: data(map[string]any{
		"seat": r.Seats[person].Secret, "you": person, "room": r.Webinar, "number": r.Number, "whole": whole, "now": r.now,
		"grants": r.grantsOn(person, line), "key": r.Pass(person), "waiting": r.Seats[person].Waiting,
	})})
	if whole {
		for _, part := range parts {
			for _, key := range r.keys(part) {
				if _, ok := r.view(person, part, key); ok {
					r.tellLine(person, line, r.item(person, r.Number, part, key))
				}
			}
		}
	} else {
		told := map[string]bool{}
		for _, c := range r.changes {
			if id := c.part + "/" + c.key; c.number > since && !told[id] {
				told[id] = true
				r.tellLine(person, line, r.item(person, r.Number, c.part, c.key))
			}
		}
	}
	r.tellLine(person, line, &signal.Message{Type: "ready", Number: r.Number})
}

// Leave tells that a line is lost. The place is kept.
func (r *Room) Leave(now int64, person string) {
	r.now = now
	s, p := r.Seats[person], r.People[person]
	if s == nil || !s.line {
		return
	}
	s.line, s.Left = false, now
	if s.Waiting {
		r.changed("waiting", person)
		return
	}
	for _, key := range sorted(r.Tracks) {
		if r.Tracks[key].Person == person {
			delete(r.Tracks, key)
			r.changed("tracks", key)
		}
	}
	if p == nil {
		return
	}
	p.Mic, p.Cam, p.Screen = false, false, false
	if p.Line == "on" {
		p.Line = "away"
		r.leaves(person, "")
	}
	r.changed("people", person)
}

// leaves writes down that somebody is no longer there; by is "" or who saw to it. Of a device that is nobody's there are
// no minutes.
func (r *Room) leaves(person, by string) {
	s := r.Seats[person]
	n := Note{Kind: "leave", Person: person, Account: s.Ticket.Person, Site: s.Ticket.Site, Name: s.Ticket.Name, By: by}
	if p := r.People[person]; p != nil {
		n.Name = p.Name
	}
	if s.Device {
		n.Site = ""
	}
	if !s.Device || s.Ticket.Person != "" {
		r.note(n)
	}
}

// Tick lets time pass: who has been away for long is no longer shown.
func (r *Room) Tick(now int64) {
	r.now = now
	r.beat()
	for _, key := range sorted(r.Seats) {
		s, p := r.Seats[key], r.People[key]
		if s.line || s.Left == 0 || now-s.Left < away || p != nil && (p.Line == "phone" || p.Kind == "site" || p.Role == roleHost) {
			continue
		}
		if p != nil {
			delete(r.People, key)
			r.changed("people", key)
		}
		if s.Waiting {
			delete(r.Seats, key)
			r.changed("waiting", key)
		}
	}
}

// Apply carries out a command of somebody and answers it.
func (r *Room) Apply(now int64, person, id string, c signal.Command) {
	r.now = now
	r.carryOut(person, "", id, c)
}

// carryOut carries out what came on one of a person's lines, and answers there.
func (r *Room) carryOut(person, line, id string, c signal.Command) {
	s := r.Seats[person]
	if s == nil {
		return
	}
	once := id
	if line != "" {
		once = line + "/" + id // each line counts for itself
	}
	if slices.Contains(s.Done, once) {
		r.answer(person, line, id, nil, nil)
		return
	}
	reply, problem := r.apply(person, c)
	if problem == nil {
		s.Done = append(s.Done, once)
		if len(s.Done) > done {
			s.Done = slices.Clone(s.Done[1:])
		}
	}
	r.answer(person, line, id, reply, problem)
}

func (r *Room) answer(person, line, id string, reply any, problem *signal.Problem) {
	m := &signal.Message{Type: "ok", Re: id}
	switch {
	case problem != nil:
		m.Type, m.Data = "no", data(problem)
	case reply != nil:
		m.Data = data(reply)
	}
	r.tellLine(person, line, m)
}
