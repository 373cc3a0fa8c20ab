package room

import (
	"slices"

	"mostik/live"
	"mostik/live/signal"
)

// mostConsoles is how many consoles a site has at once.
const mostConsoles = 4

// A console is a further line to a site's seat, on the facilitator's telephone beside the projector with the camera. It is
// told what the seat is told and does what the seat may, but for sound and pictures. It is nobody of its own, and it does
// not stand for the site's presence: whether the site sees and hears is told by the line with sound and pictures.

// told tells whether the seat has any line.
func (s *Seat) told() bool { return s.line || len(s.consoles) > 0 }

// lines names the seat's lines, "" the one with sound and pictures.
func (s *Seat) lines() (list []string) {
	if s.line {
		list = append(list, "")
	}
	return append(list, sorted(s.consoles)...)
}

// JoinConsole lets a site's console in, under the name that it gave itself: by the same name it comes back. The site has its
// seat from the first of its lines on. Errors: as Join, and *signal.Problem with the code forbidden or full.
func (r *Room) JoinConsole(now int64, t live.Ticket, name, seat, fresh string, since uint64) (person string, err error) {
	r.now = now
	if t.Site == "" {
		return "", signal.Refuse("forbidden", "console", "only a site has a console")
	}
	person, back, err := r.take(t, seat, fresh)
	if err != nil {
		return "", err
	}
	s := r.Seats[person]
	if !s.consoles[name] && len(s.consoles) >= mostConsoles {
		return "", signal.Refuse("full", "console", "the site has as many consoles as it may")
	}
	if s.consoles == nil {
		s.consoles = map[string]bool{}
	}
	s.consoles[name] = true
	if r.People[person] == nil {
		r.enter(person) // a site that was removed comes back to its roster
		r.count(person)
		back = false
	}
	r.welcome(person, name, since, back)
	if !back {
		r.changed("people", person)
	}
	return person, nil
}

// LeaveConsole tells that a console is gone. The site's presence knows nothing of it.
func (r *Room) LeaveConsole(now int64, person, name string) {
	r.now = now
	if s := r.Seats[person]; s != nil {
		delete(s.consoles, name)
	}
}

// Console carries out a command that came on a console, and answers it there.
func (r *Room) Console(now int64, person, name, id string, c signal.Command) {
	r.now = now
	s := r.Seats[person]
	if s == nil || !s.consoles[name] {
		return
	}
	if _, mute := c.(*signal.Mute); mute {
		r.answer(person, name, id, nil, noMedia)
		return
	}
	r.carryOut(person, name, id, c)
}

var noMedia = signal.Refuse("forbidden", "", "a console has neither sound nor pictures")

// grantsOn are the words by which one of a person's lines knows what to offer.
func (r *Room) grantsOn(person, line string) []string {
	list := r.grants(person)
	if line == "" {
		return list
	}
	return slices.DeleteFunc(list, func(word string) bool { return word == "publish" })
}
