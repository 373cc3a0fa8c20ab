package room

import (
	"fmt"
	"slices"
	"time"

	"mostik/live"
	"mostik/live/signal"
)

// kindDevice is what sends without a line of its own: a room system, a streaming program. It is shown like anybody, and
// nobody sits at it: it has no messages, no vote, no hand, and is never a host.
const kindDevice = "device"

// mostDevices bounds how many of them a room shows: a shared ticket opens any number of sessions.
const mostDevices = 256

// deviceName is what one is called whose ticket names nobody.
const deviceName = "WHIP"

// comeBack is how long a device whose session ended finds a locked door open, in milliseconds: a studio's program whose line
// broke begins a new session, and a shared ticket does not tell it from a stranger's.
const comeBack = int64(5 * time.Minute / time.Millisecond)

// wasIn tells whether a device of this ticket that was in when the door was locked may come back.
func (r *Room) wasIn(t live.Ticket) bool {
	return slices.ContainsFunc(r.Cut[t.ID], func(at int64) bool { return r.now-at <= comeBack })
}

// cut remembers a device whose session ended behind a locked door.
func (r *Room) cut(ticket string, at int64) {
	if r.Room.Locked {
		r.Cut[ticket] = append(slices.DeleteFunc(r.Cut[ticket], func(at int64) bool { return r.now-at > comeBack }), at)
	}
}

// cameBack forgets the oldest of them for one that came.
func (r *Room) cameBack(ticket string) {
	if list := slices.DeleteFunc(r.Cut[ticket], func(at int64) bool { return r.now-at > comeBack }); len(list) > 1 {
		r.Cut[ticket] = list[1:]
		return
	}
	delete(r.Cut, ticket)
}

// Attach gives a seat to what sends without a line. Only who may publish by the ticket has one, and each session its
// own: the account behind the ticket may sit in the room besides. Errors: *signal.Problem with the code over,
// forbidden or full.
func (r *Room) Attach(now int64, t live.Ticket) (person string, err error) {
	r.now = now
	switch {
	case r.Room.Ended != 0:
		return "", signal.Refuse("over", "", "the webinar is over")
	case !t.MayPublish() || !r.MayAttach(now, t):
		return "", forbidden
	case r.devices() >= mostDevices:
		return "", signal.Refuse("full", "", "there are too many devices")
	}
	r.Next++
	key := fmt.Sprintf("p%d", r.Next)
	r.cameBack(t.ID)
	r.Seats[key] = &Seat{Ticket: t, Since: now, Device: true, line: true}
	r.enter(key)
	p := r.People[key]
	p.Kind, p.Role, p.Heads, p.Line = kindDevice, roleSpeaker, 0, "on"
	if t.Name == "" {
		p.Name = deviceName
	}
	if t.Person != "" {
		r.note(Note{Kind: "join", Person: key, Account: t.Person, Name: p.Name, By: byDevice})
	}
	r.changed("people", key)
	return key, nil
}

// Detach takes the seat away when the session is over.
func (r *Room) Detach(now int64, person string) {
	if s := r.Seats[person]; s == nil || !s.Device {
		return // a host was faster
	}
	ticket := r.Seats[person].Ticket.ID
	r.Leave(now, person)
	r.unseat(person)
	r.cut(ticket, now)
}

// unseat forgets a device. Its key is never given again.
func (r *Room) unseat(person string) {
	delete(r.Seats, person)
	delete(r.People, person)
	r.changed("people", person)
	if r.Room.Pin == person {
		r.Room.Pin = ""
		r.changed("room", "room")
	}
}

// dropDevices takes out of a state that is read back what was attached to a program that is gone.
func (s *State) dropDevices() {
	for key, seat := range s.Seats {
		if seat.Device {
			if s.Room.Locked {
				s.Cut[seat.Ticket.ID] = append(s.Cut[seat.Ticket.ID], 0) // when is told by Restarted
			}
			delete(s.Seats, key)
			delete(s.People, key)
		}
	}
}

func (r *Room) devices() (n int) {
	for _, s := range r.Seats {
		if s.Device {
			n++
		}
	}
	return n
}

// isDevice tells whether somebody is one that sends without a line.
func (r *Room) isDevice(person string) bool { return r.Seats[person] != nil && r.Seats[person].Device }

// SameAccount tells whether two are connections of one account: who sends by a studio's program and sits in the room
// would hear themselves.
func (r *Room) SameAccount(one, other string) bool {
	a, b := r.Seats[one], r.Seats[other]
	return a != nil && b != nil && a.Ticket.Person != "" && a.Ticket.Person == b.Ticket.Person
}
