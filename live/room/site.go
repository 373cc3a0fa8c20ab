package room

import (
	"mostik/live/signal"
)

// mostRoster is how many people a room's rosters hold, mostAtSite how many of them one site's: whoever writes names at one
// door fills no other site's roster.
const (
	mostRoster = 3000
	mostAtSite = 500
)

// full tells whether a site's roster holds no more people.
func (r *Room) full(site string) bool {
	if len(r.Roster) >= mostRoster {
		return true
	}
	n := 0
	for _, e := range r.Roster {
		if e.Site == site {
			n++
		}
	}
	return n >= mostAtSite
}

// Evidence of presence, the weakest first: what a facilitator ticked, a code that was shown, a device whose owner is known.
const (
	byTick   = "tick"
	byCode   = "code"
	byDevice = "device"
)

var grades = map[string]int{byTick: 1, byCode: 2, byDevice: 3}

// site carries out what a site's facilitator does, or a host for a site that reports by telephone.
func (r *Room) site(person string, c signal.Command) (reply any, problem *signal.Problem) {
	switch c := c.(type) {
	case *signal.SiteCode:
		if r.People[person].Kind != "site" {
			return nil, signal.Refuse("forbidden", "", "only a site has a roster")
		}
		return r.shownAt(person, c.Address), nil
	case *signal.TickRoster:
		return nil, r.ticks(person, c)
	case *signal.WalkIn:
		return nil, r.walkIn(person, c)
	case *signal.SetHeads:
		site, problem := r.siteOf(person, c.Person)
		if problem != nil {
			return nil, problem
		}
		r.Seats[site].Heads = c.Count
		r.noteHeads(site, c.Count)
		r.count(site)
	case *signal.SetPhone:
		return nil, r.phone(person, c)
	}
	return nil, nil
}

// siteOf gives the site that is meant: one's own, or for a host the one that was named.
func (r *Room) siteOf(person, asked string) (string, *signal.Problem) {
	if asked == "" {
		asked = person
	}
	switch p := r.People[asked]; {
	case asked != person && !r.isHost(person):
		return "", forbidden
	case p == nil:
		return "", signal.Refuse("not-found", "person", "nobody has this key")
	case p.Kind != "site":
		return "", signal.Refuse("forbidden", "", "only a site has a roster")
	}
	return asked, nil
}

// ticks sets where entries are: all of them, or none when one is not the asker's to tick.
func (r *Room) ticks(person string, c *signal.TickRoster) *signal.Problem {
	for _, key := range c.Entries {
		if e := r.Roster[key]; e == nil || e.Site != person && !r.isHost(person) {
			return signal.Refuse("not-found", "entry", "nobody on your roster has this key")
		}
	}
	for _, key := range c.Entries {
		r.mark(key, r.Roster[key], c.State, byTick)
	}
	return nil
}

func (r *Room) walkIn(person string, c *signal.WalkIn) *signal.Problem {
	site, problem := r.siteOf(person, c.Person)
	if problem != nil {
		return problem
	}
	if e := r.Roster[c.Key]; e != nil {
		if e.Site == site {
			return nil // the same again
		}
		return signal.Refuse("taken", "key", "make another key")
	}
	if r.full(site) {
		return signal.Refuse("full", "", "there are too many people")
	}
	e := &Entry{Site: site, Name: c.Visitor}
	r.Roster[c.Key] = e
	r.mark(c.Key, e, "here", byTick)
	return nil
}

// phone lets a site go on by telephone, or come back. The number alone may be left before it is needed.
func (r *Room) phone(person string, c *signal.SetPhone) *signal.Problem {
	site, problem := r.siteOf(person, c.Person)
	if problem != nil {
		return problem
	}
	p, s := r.People[site], r.Seats[site]
	if c.Number != "" || !c.On {
		p.Phone = c.Number
	}
	was := p.Line
	switch {
	case c.On:
		p.Line = "phone"
	case s.line:
		p.Line = "on"
	default:
		p.Line = "away"
	}
	if was != p.Line {
		r.note(Note{Kind: "phone", Person: site, Site: s.Ticket.Site, Name: p.Name, State: p.Line})
		if was == "phone" && p.Line == "away" {
			// Nobody hears them any more: from now on the line counts as lost.
			r.note(Note{Kind: "leave", Person: site, Site: s.Ticket.Site, Name: p.Name})
		}
	}
	r.changed("people", site)
	return nil
}

// mark sets where somebody on a roster is, and writes it down. Better evidence of the same is written down too.
func (r *Room) mark(key string, e *Entry, state, by string) {
	if e.State == state && grades[by] <= grades[e.By] {
		return
	}
	if here(e.State) && here(state) {
		if grades[e.By] > grades[by] {
			by = e.By // who comes late was still seen by the device
		}
	} else if e.State != state {
		e.At = r.now
	}
	e.State, e.By = state, by
	r.note(Note{
		Kind: "roster", Person: e.Site, Account: e.Person, Site: r.Seats[e.Site].Ticket.Site, Name: e.Name, Entry: key, State: state, By: by,
	})
	r.changed("roster", key)
	r.count(e.Site)
}

// here is whether a state is one of presence.
func here(state string) bool { return state == "here" || state == "late" }

// count makes the head-count of a site what its facilitator said, and at least what its roster says.
func (r *Room) count(site string) {
	p, s := r.People[site], r.Seats[site]
	if p == nil || s == nil {
		return
	}
	n := 0
	for _, e := range r.Roster {
		if e.Site == site && here(e.State) {
			n++
		}
	}
	if heads := max(n, s.Heads, 1); p.Heads != heads {
		p.Heads = heads
		r.changed("people", site)
	}
}

// Expected is somebody whom a centre expects.
type Expected struct {
	Account string
	Name    string
}

// Expect puts people on a site's roster, ready to be ticked. Who is on it stays as they are, so that it may be asked
// again whenever the site enters.
func (r *Room) Expect(now int64, site string, people []Expected) {
	r.now = now
	if p := r.People[site]; p == nil || p.Kind != "site" {
		return
	}
	there := map[string]bool{}
	for _, e := range r.Roster {
		if e.Site == site && e.Person != "" {
			there[e.Person] = true
		}
	}
	for _, each := range people {
		key := r.entryKey(site, "account", each.Account)
		if r.Roster[key] != nil || len(r.Roster) >= mostRoster || there[each.Account] {
			continue
		}
		r.Roster[key] = &Entry{Site: site, Name: each.Name, Person: each.Account, State: "expected"}
		r.changed("roster", key)
	}
}
