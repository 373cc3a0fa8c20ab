package room

import (
	"strconv"
	"time"

	"mostik/live/signal"
)

const (
	// askTime is how long a question of presence stands, askRest how long a host waits before the next, from one to the
	// next; in milliseconds.
	askTime = int64(2 * time.Minute / time.Millisecond)
	askRest = int64(10 * time.Minute / time.Millisecond)
	// aliveEvery is how often the journal is told that somebody is there, in milliseconds: a program that is killed
	// loses no more of who was there than that.
	aliveEvery = int64(time.Minute / time.Millisecond)
)

// Check is the newest question of presence.
type Check struct {
	At    int64 `json:"at"`
	Until int64 `json:"until"`
	// By is the host who asked.
	By string `json:"by"`
	// Asked and Answered are people and sites of the room.
	Asked    map[string]bool `json:"asked"`
	Answered map[string]bool `json:"answered"`
}

// pause announces a pause of the floor to all, or ends it.
func (r *Room) pause(person string, c *signal.SetPause) *signal.Problem {
	switch {
	case c.On == (r.Room.Paused != 0):
		return nil
	case c.On:
		r.Room.Paused, r.Room.PauseLabel = r.now, c.Label
		r.note(Note{Kind: "pause", Person: person, Text: c.Label})
	default:
		r.Room.Paused, r.Room.PauseLabel = 0, ""
		r.note(Note{Kind: "resume", Person: person})
	}
	r.changed("room", "room")
	return nil
}

// askPresence asks all who are there, at most so often.
func (r *Room) askPresence(person string) *signal.Problem {
	if r.Check != nil && r.now < r.Check.At+askRest {
		return signal.Refuse("too-soon", "", "wait ten minutes from one question to the next")
	}
	c := &Check{At: r.now, Until: r.now + askTime, By: person, Asked: map[string]bool{}, Answered: map[string]bool{}}
	for key, p := range r.People {
		if key != person && p.Line != "away" && p.Kind != kindDevice {
			c.Asked[key] = true
		}
	}
	r.Check = c
	r.note(Note{Kind: "ask", Person: person})
	r.changed("check", "check")
	return nil
}

// here notes that somebody is there, when that was asked; a site says it for its roster. What nobody asked is not
// written down: the journal would hold whatever a line brings.
func (r *Room) here(person string, c *signal.Here) *signal.Problem {
	p, t := r.People[person], r.Seats[person].Ticket
	n := Note{Kind: "here", Person: person, Account: t.Person, Site: t.Site, By: "device"}
	switch {
	case p.Kind != "site" && len(c.Entries) > 0:
		return signal.Refuse("forbidden", "entries", "only a site has a roster")
	case p.Kind == "site":
		n.By = "tick"
	}
	for _, entry := range c.Entries {
		if e := r.Roster[entry]; e == nil || e.Site != person {
			return signal.Refuse("not-found", "entries", "nobody on your roster has this key")
		}
	}
	if r.Check == nil || r.now > r.Check.Until {
		return nil
	}
	if len(c.Entries) == 0 && (p.Kind == "site" || !r.Check.Answered[person]) {
		r.note(n)
	}
	for _, entry := range c.Entries {
		n.Entry, n.Account = entry, r.Roster[entry].Person
		r.note(n)
	}
	if !r.Check.Answered[person] {
		r.Check.Asked[person], r.Check.Answered[person] = true, true
		r.changed("check", "check")
	}
	return nil
}

// viewCheck shows everybody the question and whether they answered; hosts also how many did.
func (r *Room) viewCheck(person string) (any, bool) {
	c := r.Check
	if c == nil {
		return nil, false
	}
	v := map[string]any{"until": c.Until, "mine": c.Answered[person] || c.By == person}
	if r.isHost(person) {
		v["asked"], v["answered"], v["next"] = len(c.Asked), len(c.Answered), c.At+askRest
	}
	return v, true
}

// beat lets the journal know each minute that somebody is there.
func (r *Room) beat() {
	if r.Room.Began == 0 || r.Room.Ended != 0 || r.now-r.beaten < aliveEvery {
		return
	}
	for _, s := range r.Seats {
		if s.line && !s.Waiting && !s.Device {
			r.beaten = r.now
			r.note(Note{Kind: "alive"})
			return
		}
	}
}

// Restarted tells that the room goes on from what was written down: nobody has a line. The journal is told, so that
// whoever does not come back was there until last, the room's last sign of life.
func (r *Room) Restarted(now, last int64) {
	r.now = now
	for _, cut := range r.Cut {
		for i, at := range cut {
			if at == 0 {
				cut[i] = now
			}
		}
	}
	r.note(Note{Kind: "restart", Text: strconv.FormatInt(last, 10)})
}

// noteHeads writes down how many people a site says that it has.
func (r *Room) noteHeads(site string, count int) {
	r.note(Note{Kind: "heads", Person: site, Site: r.Seats[site].Ticket.Site, Text: strconv.Itoa(count)})
}
