package room

import (
	"fmt"
	"slices"
	"strconv"

	"mostik/live/signal"
)

// Plan is what the calendar says of a webinar.
type Plan struct {
	Info  Info
	Polls []PlannedPoll
}

// PlannedPoll is a poll that was prepared before the room opened. A scale has no options of its own.
type PlannedPoll struct {
	Key       string
	Question  string
	Kind      string // single, multiple, scale or quiz
	Options   []string
	Right     []int // places among the options
	Anonymous bool
	// Reveal shows the results to everybody as soon as the poll is closed.
	Reveal bool
}

// scale is how far one goes, from 1.
const scale = 5

// draft is the poll as a room has it.
func (p *PlannedPoll) draft(at int64) *Poll {
	d := &Poll{
		Question: p.Question, Kind: p.Kind, Anonymous: p.Anonymous, Reveal: p.Reveal, State: "draft", At: at, Planned: true,
		Voted: map[string]bool{}, Votes: map[string]map[string]int{}, Counts: map[string]int{},
	}
	texts := p.Options
	if p.Kind == "scale" {
		texts = nil
		for i := range scale {
			texts = append(texts, strconv.Itoa(i+1))
		}
	}
	for i, text := range texts {
		key := fmt.Sprintf("o%d", i+1)
		d.Options = append(d.Options, signal.Option{Key: key, Text: text})
		if slices.Contains(p.Right, i) {
			d.Right = append(d.Right, key)
		}
	}
	return d
}

// Replan takes what the calendar says now: when a room opens, when it is opened again, and when somebody changes the
// webinar meanwhile. What hosts decided in the room stays, and of the prepared polls those that have begun.
func (r *Room) Replan(now int64, p Plan) {
	r.now = now
	was := r.Room
	r.Room.Title, r.Room.Language, r.Room.WaitingRoom = p.Info.Title, p.Info.Language, p.Info.WaitingRoom
	agenda := !slices.Equal(was.Agenda, p.Info.Agenda)
	if r.Room.Agenda = p.Info.Agenda; !slices.ContainsFunc(p.Info.Agenda, func(a AgendaItem) bool { return a.Key == r.Room.AgendaAt }) {
		r.Room.AgendaAt = ""
	}
	if agenda || was.Title != r.Room.Title || was.Language != r.Room.Language || was.WaitingRoom != r.Room.WaitingRoom {
		r.changed("room", "room")
	}
	r.replanPolls(p.Polls)
}

func (r *Room) replanPolls(list []PlannedPoll) {
	planned := map[string]bool{}
	for i, p := range list {
		planned[p.Key] = true
		old := r.Polls[p.Key]
		if old != nil && (old.State != "draft" || !old.Planned) || old == nil && len(r.Polls) >= mostPolls {
			continue
		}
		d := p.draft(r.now + int64(i)) // in the order in which they were prepared
		if old != nil && old.same(d) {
			continue
		}
		r.Polls[p.Key] = d
		r.changed("polls", p.Key)
	}
	for _, key := range sorted(r.Polls) {
		if p := r.Polls[key]; p.Planned && p.State == "draft" && !planned[key] {
			delete(r.Polls, key)
			r.changed("polls", key)
		}
	}
}

// same tells whether two drafts ask the same.
func (p *Poll) same(other *Poll) bool {
	return p.Question == other.Question && p.Kind == other.Kind && p.Anonymous == other.Anonymous && p.Reveal == other.Reveal &&
		slices.Equal(p.Options, other.Options) && slices.Equal(p.Right, other.Right)
}
