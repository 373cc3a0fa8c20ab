package room

import "mostik/live/signal"

// pace is a kind of thing that nobody may say too often.
type pace int

const (
	paceChat pace = iota + 1
	paceAsk
	paceReact
)

// paces are how many in how many milliseconds.
var paces = map[pace]struct {
	most int
	in   int64
}{
	paceChat: {10, 20_000}, paceAsk: {5, 60_000}, paceReact: {10, 10_000},
}

var slowly = signal.Refuse("slowly", "text", "that is too quick: wait a little")

// mayPace notes that somebody says something, and tells whether that is not too often.
func (r *Room) mayPace(person string, of pace) bool {
	s := r.Seats[person]
	if s.said == nil {
		s.said = map[pace][]int64{}
	}
	list, limit := s.said[of], paces[of]
	for len(list) > 0 && list[0] <= r.now-limit.in {
		list = list[1:]
	}
	if len(list) >= limit.most {
		s.said[of] = list
		return false
	}
	s.said[of] = append(list, r.now)
	return true
}

// muteChat stops somebody's messages and questions, or lets them be again.
func (r *Room) muteChat(c *signal.MuteChat) *signal.Problem {
	p, s := r.People[c.Person], r.Seats[c.Person]
	switch {
	case p == nil || s == nil:
		return unknown
	case p.Role == roleHost:
		return signal.Refuse("forbidden", "person", "a host's messages are not stopped")
	}
	p.Quiet, s.Quiet = c.On, c.On
	r.changed("people", c.Person)
	return nil
}
