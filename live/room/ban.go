package room

import (
	"fmt"
	"slices"

	"mostik/live"
)

// Ban keeps somebody out until a host lifts it.
type Ban struct {
	Name string `json:"name"`
	At   int64  `json:"at"`
	// Marks are what they are known by; nobody is told.
	Marks []string `json:"marks,omitempty"`
}

// marks are what somebody is known by, whatever ticket they bring: a person by the account, a site by its centre, a
// guest by their own invitation, the browser they came with and the name they gave. Who comes by the link that all guests
// share, in another browser and under another name, is somebody new: there a host locks the room, or has guests wait.
func marks(t live.Ticket) []string {
	list := []string{"ticket/" + t.ID}
	switch {
	case t.Site != "":
		list = append(list, "site/"+t.Site)
	case t.Person != "":
		list = append(list, "person/"+t.Person)
	case !t.Shared && t.Name != "":
		list = append(list, "guest/"+alike(t.Name))
		if t.Link != "" {
			list = append(list, "link/"+t.Link)
		}
		if t.Device != "" {
			list = append(list, "device/"+t.Device)
		}
	}
	return list
}

func (r *Room) ban(s *Seat) {
	r.Next++
	key := fmt.Sprintf("b%d", r.Next)
	r.Bans[key] = &Ban{Name: s.Ticket.Name, At: r.now, Marks: marks(s.Ticket)}
	r.changed("banned", key)
}

// Banned tells whether a ticket's holder was taken out for good. Who is a host by the calendar never is.
func (r *Room) Banned(t live.Ticket) bool {
	if t.Role == live.Host {
		return false
	}
	known := marks(t)
	for _, b := range r.Bans {
		if slices.ContainsFunc(b.Marks, func(mark string) bool { return slices.Contains(known, mark) }) {
			return true
		}
	}
	return false
}

// MayAttach tells the same of what sends, which comes back through a locked door when it was in.
func (r *Room) MayAttach(now int64, t live.Ticket) bool {
	r.now = now
	return r.MayConnect(t) || r.wasIn(t) && !r.Banned(t)
}

// MayConnect tells whether a ticket may open media sessions of its own, without a line: not when its holder was taken out
// for good, waits outside, or comes to a locked door.
func (r *Room) MayConnect(t live.Ticket) bool {
	if t.Role == live.Host {
		return true
	}
	var seat *Seat
	for _, s := range r.Seats {
		if s.Device {
			continue
		}
		if s.Ticket.ID == t.ID || t.Person != "" && s.Ticket.Person == t.Person {
			seat = s
		}
	}
	// A guest has a name and no account; a room system or a watch link has neither.
	guest := t.Person == "" && t.Site == "" && t.Name != "" && !t.Shared && t.Role == live.Viewer
	switch {
	case r.Banned(t), seat != nil && seat.Waiting, seat == nil && r.Room.Locked, seat == nil && guest && r.Room.WaitingRoom:
		return false
	}
	return true
}
