package room

import (
	"slices"

	"mostik/live/signal"
)

// Most that a room keeps of each.
const (
	mostChat      = 5000
	mostQuestions = 1000
	mostPolls     = 200
	mostStrokes   = 1000
)

func (r *Room) chat(person string, c *signal.SendChat) *signal.Problem {
	if old := r.Chat[c.Key]; old != nil {
		if old.From == person {
			return nil // the same line again
		}
		return signal.Refuse("taken", "key", "make another key")
	}
	host := r.isHost(person)
	switch to := r.People[c.To]; {
	case len(r.Chat) >= mostChat:
		return signal.Refuse("full", "", "there are too many lines")
	case r.Room.Chat == "off" && !host:
		return signal.Refuse("closed", "to", "the chat is closed")
	case c.To == "" && r.Room.Chat == "hosts" && !host:
		return signal.Refuse("closed", "to", "you may write to the hosts")
	case c.To != "" && c.To != "hosts" && (to == nil || to.Kind == kindDevice):
		return signal.Refuse("not-found", "to", "nobody has this key")
	case r.Seats[person].Quiet && !host:
		return signal.Refuse("muted", "text", "a host stopped your messages")
	case c.To != "" && c.To != "hosts" && !host && (r.Room.Chat != "all" || r.Room.PrivateOff) && to.Role != roleHost:
		return signal.Refuse("closed", "to", "you may write to the hosts")
	}
	if !r.mayPace(person, paceChat) {
		return slowly
	}
	r.Chat[c.Key] = &Line{From: person, To: c.To, Text: c.Text, At: r.now}
	r.changed("chat", c.Key)
	return nil
}

func (r *Room) ask(person string, c *signal.Ask) *signal.Problem {
	if r.Questions[c.Key] != nil {
		return nil
	}
	if len(r.Questions) >= mostQuestions {
		return signal.Refuse("full", "", "there are too many questions")
	}
	if c.Anonymous && r.Room.NamelessOff {
		return signal.Refuse("closed", "anonymous", "questions have names here")
	}
	if r.Seats[person].Quiet && !r.isHost(person) {
		return signal.Refuse("muted", "text", "a host stopped your messages")
	}
	if !r.mayPace(person, paceAsk) {
		return slowly
	}
	q := &Question{Text: c.Text, At: r.now, State: "open", Voters: map[string]bool{}}
	if !c.Anonymous {
		q.From, q.Name = person, r.People[person].Name
	}
	r.Questions[c.Key] = q
	r.changed("questions", c.Key)
	return nil
}

func (r *Room) voteQuestion(person string, c *signal.VoteQuestion) *signal.Problem {
	q := r.Questions[c.Key]
	if q == nil || q.State == "hidden" {
		return unknown
	}
	if q.Voters[person] == c.On {
		return nil
	}
	if c.On {
		q.Voters[person] = true
	} else {
		delete(q.Voters, person)
	}
	r.changed("questions", c.Key)
	return nil
}

// poll makes, opens, closes and shows polls.
func (r *Room) poll(c signal.Command) *signal.Problem {
	if m, ok := c.(*signal.MakePoll); ok {
		if old := r.Polls[m.Key]; old != nil && old.State != "draft" {
			return signal.Refuse("changed", "key", "the poll has begun")
		}
		if r.Polls[m.Key] == nil && len(r.Polls) >= mostPolls {
			return signal.Refuse("full", "", "there are too many polls")
		}
		r.Polls[m.Key] = &Poll{
			Question: m.Question, Kind: m.Kind, Options: m.Options, Anonymous: m.Anonymous, Right: m.Right, Reveal: m.Reveal, State: "draft", At: r.now,
			Voted: map[string]bool{}, Votes: map[string]map[string]int{}, Counts: map[string]int{},
		}
		r.changed("polls", m.Key)
		return nil
	}
	var key string
	var change func(*Poll) *signal.Problem
	switch c := c.(type) {
	case *signal.OpenPoll:
		key, change = c.Key, (*Poll).open
	case *signal.ClosePoll:
		key, change = c.Key, (*Poll).shut
	case *signal.ShowPoll:
		key, change = c.Key, func(p *Poll) *signal.Problem { p.Shown = c.On; return nil }
	}
	p := r.Polls[key]
	if p == nil {
		return unknown
	}
	if problem := change(p); problem != nil {
		return problem
	}
	r.changed("polls", key)
	return nil
}

// vote counts a vote. A site votes once for its several people, and nobody votes twice in an anonymous poll: which
// vote it was cannot be told any more.
func (r *Room) vote(person string, c *signal.VotePoll) *signal.Problem {
	p := r.Polls[c.Key]
	if p == nil || p.State == "draft" {
		return unknown
	}
	switch {
	case p.State != "open":
		return signal.Refuse("closed", "key", "the poll is closed")
	case p.Anonymous && p.hasVoted(person):
		return signal.Refuse("voted", "key", "you have voted")
	}
	votes, problem := r.ballot(person, p, c)
	if problem != nil {
		return problem
	}
	if p.Anonymous {
		p.cast(person, votes)
	} else {
		p.Voted[person] = true
		p.Votes[person] = votes
	}
	r.changed("polls", c.Key)
	return nil
}

// ballot reads a vote as counts by option.
func (r *Room) ballot(person string, p *Poll, c *signal.VotePoll) (map[string]int, *signal.Problem) {
	votes := map[string]int{}
	if len(c.Heads) > 0 {
		who := r.People[person]
		if who.Kind != "site" {
			return nil, signal.Refuse("forbidden", "heads", "only a site votes for several people")
		}
		for key, n := range c.Heads {
			votes[key] = n
		}
		sum := 0
		for _, n := range votes {
			if n > who.Heads {
				return nil, signal.Refuse("too-many", "heads", "there are more votes than people")
			}
			sum += n
		}
		if p.Kind != "multiple" && sum > who.Heads {
			return nil, signal.Refuse("too-many", "heads", "there are more votes than people")
		}
		if sum == 0 {
			return nil, signal.Refuse("empty", "heads", "nobody has voted")
		}
	} else {
		if len(c.Choices) == 0 || len(c.Choices) > 1 && p.Kind != "multiple" {
			return nil, signal.Refuse("malformed", "choices", "choose one")
		}
		for _, key := range c.Choices {
			votes[key] = 1
		}
	}
	for key := range votes {
		if !slices.ContainsFunc(p.Options, func(o signal.Option) bool { return o.Key == key }) {
			return nil, signal.Refuse("not-found", "choices", "the poll has no such option")
		}
	}
	return votes, nil
}

func (r *Room) writeNotes(person string, c *signal.WriteNotes) *signal.Problem {
	version := 0
	if r.Notes != nil {
		version = r.Notes.Version
	}
	if c.Version != version {
		return signal.Refuse("changed", "version", "somebody else wrote meanwhile")
	}
	r.Notes = &Notes{Text: c.Text, Version: version + 1, By: person}
	r.changed("notes", "notes")
	return nil
}

func (r *Room) slides(person string, c signal.Command) *signal.Problem {
	if !r.MayShow(person) {
		return forbidden
	}
	switch c := c.(type) {
	case *signal.NoteSlide:
		return r.noteSlide(person, c)
	case *signal.ShowSlide:
		if c.Deck == "" {
			r.Slide = nil
			break
		}
		d := r.Decks[c.Deck]
		if d == nil {
			return signal.Refuse("not-found", "deck", "there are no such slides")
		}
		if d.State != "" || c.Page < 1 || c.Page > d.Pages {
			return signal.Refuse("malformed", "page", "there is no such page")
		}
		r.Slide = &Slide{ID: c.Deck, Title: d.Title, Page: c.Page, Pages: d.Pages, By: person}
		r.note(Note{Kind: "slide", Person: person, Entry: c.Deck, Text: d.Title})
	default:
		if r.Slide == nil {
			return signal.Refuse("not-found", "deck", "no slide is shown")
		}
		switch c := c.(type) {
		case *signal.Point:
			r.Slide.Pointer = &[2]float64{min(max(c.X, 0), 1), min(max(c.Y, 0), 1)}
		case *signal.Draw:
			if len(r.Slide.Drawing)+len(c.Strokes) > mostStrokes {
				return signal.Refuse("full", "strokes", "clear the slide first")
			}
			r.Slide.Drawing = append(r.Slide.Drawing, c.Strokes...)
		case *signal.ClearSlide:
			r.Slide.Drawing, r.Slide.Pointer = nil, nil
		}
	}
	r.changed("slides", "deck")
	return nil
}

// mayNote tells whether somebody may write and read the notes of slides.
func (r *Room) mayNote(person string, d *Deck) bool {
	return r.isHost(person) || r.MayShow(person) && d.By == person
}

// mostNotes is how long the notes of one set of slides may be together, in bytes: they go out whole with each change.
const mostNotes = 48_000

func (r *Room) noteSlide(person string, c *signal.NoteSlide) *signal.Problem {
	d := r.Decks[c.Deck]
	if d == nil {
		return signal.Refuse("not-found", "deck", "there are no such slides")
	}
	if !r.mayNote(person, d) {
		return forbidden
	}
	if c.Page < 1 || c.Page > d.Pages {
		return signal.Refuse("malformed", "page", "there is no such page")
	}
	sum := len(c.Text) - len(d.Notes[c.Page])
	for _, note := range d.Notes {
		sum += len(note)
	}
	if sum > mostNotes {
		return signal.Refuse("full", "text", "the notes of these slides are too long together")
	}
	if d.Notes == nil {
		d.Notes = map[int]string{}
	}
	d.Notes[c.Page] = c.Text
	if c.Text == "" {
		delete(d.Notes, c.Page)
	}
	r.changed("decks", c.Deck)
	return nil
}
