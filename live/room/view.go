package room

import (
	"maps"
	"slices"
)

// parts are the parts of the state in the order in which a newcomer is told of them.
var parts = []string{"room", "people", "waiting", "banned", "roster", "tracks", "decks", "slides", "chat", "questions", "polls", "files", "timer", "notes", "check"}

// keys lists what there is in a part.
func (r *Room) keys(part string) []string {
	one := func(key string, there bool) []string {
		if there {
			return []string{key}
		}
		return nil
	}
	switch part {
	case "room":
		return []string{"room"}
	case "people":
		return sorted(r.People)
	case "waiting":
		return sorted(r.Seats)
	case "banned":
		return sorted(r.Bans)
	case "roster":
		return sorted(r.Roster)
	case "tracks":
		return sorted(r.Tracks)
	case "decks":
		return sorted(r.Decks)
	case "slides":
		return one("deck", r.Slide != nil)
	case "chat":
		return byTime(r.Chat, func(l *Line) int64 { return l.At })
	case "questions":
		return byTime(r.Questions, func(q *Question) int64 { return q.At })
	case "polls":
		return byTime(r.Polls, func(p *Poll) int64 { return p.At })
	case "files":
		return byTime(r.Files, func(f *File) int64 { return f.At })
	case "timer":
		return one("timer", r.Timer != nil)
	case "notes":
		return one("notes", r.Notes != nil)
	case "check":
		return one("check", r.Check != nil)
	}
	return nil
}

func byTime[V any](m map[string]V, at func(V) int64) []string {
	keys := sorted(m)
	slices.SortStableFunc(keys, func(a, b string) int { return int(at(m[a]) - at(m[b])) })
	return keys
}

func (r *Room) isHost(person string) bool {
	p := r.People[person]
	return p != nil && p.Role == roleHost
}

// view gives an item as somebody may see it; false when there is none for them. It is the only place that decides
// who sees what.
func (r *Room) view(person, part, key string) (any, bool) {
	if r.People[person] == nil && part != "room" {
		return nil, false // who waits sees the title and no more
	}
	switch part {
	case "room":
		return r.Room, true
	case "people":
		return r.viewPerson(person, key)
	case "banned":
		b, ok := r.Bans[key]
		if !ok || !r.isHost(person) {
			return nil, false
		}
		return Ban{Name: b.Name, At: b.At}, true
	case "waiting":
		s := r.Seats[key]
		if s == nil || !s.Waiting || !s.line || !r.isHost(person) {
			return nil, false
		}
		return map[string]any{"name": s.Ticket.Name, "kind": "guest", "since": s.Since}, true
	case "roster":
		e := r.Roster[key]
		if e == nil || e.Site != person && !r.isHost(person) {
			return nil, false
		}
		return Entry{Site: e.Site, Name: e.Name, State: e.State, By: e.By, At: e.At}, true
	case "tracks":
		t, ok := r.Tracks[key]
		return t, ok
	case "decks":
		return r.viewDeck(person, key)
	case "slides":
		return r.Slide, r.Slide != nil
	case "chat":
		return r.viewLine(person, key)
	case "questions":
		return r.viewQuestion(person, key)
	case "polls":
		return r.viewPoll(person, key)
	case "files":
		f, ok := r.Files[key]
		if !ok {
			return nil, false
		}
		return viewedFile{f, r.NameOf(f.From)}, true
	case "timer":
		return r.Timer, r.Timer != nil
	case "notes":
		if r.Notes == nil {
			return nil, false
		}
		return viewedNotes{r.Notes, r.NameOf(r.Notes.By)}, true
	case "check":
		return r.viewCheck(person)
	}
	return nil, false
}

// Items as they are told name who they are of, for those who came when that one had left. A name is that of the seat and
// is kept nowhere else, so that it goes with it.
type (
	viewedLine struct {
		*Line
		FromName string `json:"from_name,omitempty"`
		ToName   string `json:"to_name,omitempty"`
	}
	viewedFile struct {
		*File
		FromName string `json:"from_name,omitempty"`
	}
	viewedNotes struct {
		*Notes
		ByName string `json:"by_name,omitempty"`
	}
)

// viewPerson leaves a site's telephone number to those who may have to call it.
func (r *Room) viewPerson(person, key string) (any, bool) {
	p, ok := r.People[key]
	if ok && p.Phone != "" && key != person && !r.isHost(person) {
		other := *p
		other.Phone = ""
		return &other, true
	}
	return p, ok
}

// viewDeck leaves the notes to the hosts and to whoever brought the slides: somebody whom a host puts on the stage
// for a minute shows pages, and reads no one's notes.
func (r *Room) viewDeck(person, key string) (any, bool) {
	d := r.Decks[key]
	if d == nil || !r.MayShow(person) {
		return nil, false
	}
	if r.mayNote(person, d) {
		return d, true
	}
	bare := *d
	bare.Notes = nil
	return &bare, true
}

// viewLine gives a line to those whom it was for, with the names of both ends.
func (r *Room) viewLine(person, key string) (any, bool) {
	l, ok := r.readable(person, r.Chat[key])
	if !ok {
		return nil, false
	}
	return viewedLine{l, r.NameOf(l.From), r.NameOf(l.To)}, true
}

// readable is as much of a line as somebody may read.
func (r *Room) readable(person string, l *Line) (*Line, bool) {
	if l == nil {
		return nil, false
	}
	host := r.isHost(person)
	switch {
	case l.Hidden && l.To == "" && !host && l.From != person:
		return &Line{From: l.From, At: l.At, Hidden: true}, true // that something was hidden may be seen
	case l.Hidden:
		return l, host && (l.To == "" || l.To == "hosts") || l.From == person
	case l.To == "", l.From == person:
		return l, true
	case l.To == "hosts":
		return l, host
	}
	return l, l.To == person
}

func (r *Room) viewQuestion(person, key string) (any, bool) {
	q := r.Questions[key]
	if q == nil || q.State == "hidden" && !r.isHost(person) {
		return nil, false
	}
	return map[string]any{
		"text": q.Text, "name": q.Name, "from": q.From, "at": q.At, "state": q.State, "votes": len(q.Voters), "mine": q.Voters[person],
	}, true
}

func (r *Room) viewPoll(person, key string) (any, bool) {
	p := r.Polls[key]
	host := r.isHost(person)
	if p == nil || p.State == "draft" && !host {
		return nil, false
	}
	sums, cast := p.sums()
	v := map[string]any{
		"question": p.Question, "kind": p.Kind, "options": p.Options, "state": p.State, "anonymous": p.Anonymous, "voted": p.hasVoted(person),
		"votes": cast, "at": p.At, "shown": p.Shown,
	}
	if p.Reveal {
		v["reveal"] = true
	}
	if (p.Shown || host) && p.State != "draft" && (!p.Anonymous || p.showable()) {
		v["results"] = sums
	}
	if p.Kind == "quiz" && (host || p.Shown) {
		v["right"] = p.Right
	}
	return v, true
}

// Results gives the sums as they may be shown after the end, nil where those of an anonymous one would tell too much.
func (p *Poll) Results() (counts map[string]int, votes int) {
	counts, votes = p.sums()
	if p.Anonymous && !p.showable() {
		return nil, votes
	}
	return counts, votes
}

// sums adds the votes up.
func (p *Poll) sums() (counts map[string]int, cast int) {
	counts = map[string]int{}
	for _, o := range p.Options {
		counts[o.Key] = 0
	}
	if p.Anonymous {
		maps.Copy(counts, p.Counts)
		return counts, p.Cast + p.box.cast
	}
	for _, votes := range p.Votes {
		most := 0
		sum := 0
		for key, n := range votes {
			counts[key] += n
			most, sum = max(most, n), sum+n
		}
		if p.Kind == "multiple" {
			cast += most
		} else {
			cast += sum
		}
	}
	return counts, cast
}
