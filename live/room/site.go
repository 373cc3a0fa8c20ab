package room

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"mostik/live/signal"
)

const (
	// codeTime is how long a check-in code is shown, in milliseconds. The one before it is taken too: people type
	// slowly, and clocks differ.
	codeTime = int64(time.Minute / time.Millisecond)
	// mostRoster is how many people a room's rosters hold.
	mostRoster = 3000
)

// site carries out what a site's facilitator does.
func (r *Room) site(person string, c signal.Command) (reply any, problem *signal.Problem) {
	p := r.People[person]
	if p.Kind != "site" {
		return nil, signal.Refuse("forbidden", "", "only a site has a roster")
	}
	switch c := c.(type) {
	case *signal.SiteCode:
		window := r.now / codeTime
		return map[string]any{"code": r.code(person, window), "until": (window + 1) * codeTime}, nil
	case *signal.TickRoster:
		e := r.Roster[c.Entry]
		if e == nil || e.Site != person {
			return nil, signal.Refuse("not-found", "entry", "nobody on your roster has this key")
		}
		r.mark(c.Entry, e, c.State, "tick")
	case *signal.WalkIn:
		if e := r.Roster[c.Key]; e != nil {
			if e.Site == person {
				return nil, nil // the same again
			}
			return nil, signal.Refuse("taken", "key", "make another key")
		}
		if len(r.Roster) >= mostRoster {
			return nil, signal.Refuse("full", "", "there are too many people")
		}
		e := &Entry{Site: person, Name: c.Visitor}
		r.Roster[c.Key] = e
		r.mark(c.Key, e, "here", "tick")
	case *signal.SetHeads:
		p.Heads = c.Count
		r.changed("people", person)
	case *signal.SetPhone:
		p.Phone = ""
		if c.On {
			p.Phone = c.Number
			p.Line = "phone"
		} else if r.Seats[person].line {
			p.Line = "on"
		}
		r.note(Note{Kind: "phone", Person: person, Site: r.Seats[person].Ticket.Site, State: p.Line})
		r.changed("people", person)
	}
	return nil, nil
}

// mark sets where somebody on a roster is, and writes it down.
func (r *Room) mark(key string, e *Entry, state, by string) {
	if e.State == state {
		return
	}
	e.State, e.By, e.At = state, by, r.now
	r.note(Note{
		Kind: "roster", Person: e.Site, Account: e.Person, Site: r.Seats[e.Site].Ticket.Site, Name: e.Name, Entry: key, State: state, By: by,
	})
	r.changed("roster", key)
	r.count(e.Site)
}

// count makes the head-count of a site at least what its roster says.
func (r *Room) count(site string) {
	here := 0
	for _, e := range r.Roster {
		if e.Site == site && (e.State == "here" || e.State == "late") {
			here++
		}
	}
	if p := r.People[site]; p != nil && p.Heads != max(here, 1) {
		p.Heads = max(here, 1)
		r.changed("people", site)
	}
}

// Expect puts people on a site's roster who are enrolled there.
func (r *Room) Expect(now int64, site, key, account, name string) {
	r.now = now
	if r.Roster[key] != nil || r.People[site] == nil || len(r.Roster) >= mostRoster {
		return
	}
	r.Roster[key] = &Entry{Site: site, Name: name, Person: account, State: "expected"}
	r.changed("roster", key)
}

// CheckIn takes somebody's own check-in by a code, from their own phone. Errors: *signal.Problem.
func (r *Room) CheckIn(now int64, code, key, account, name string) (site string, problem *signal.Problem) {
	r.now = now
	window := now / codeTime
	for _, person := range sorted(r.People) {
		if r.People[person].Kind != "site" {
			continue
		}
		if !hmac.Equal([]byte(code), []byte(r.code(person, window))) && !hmac.Equal([]byte(code), []byte(r.code(person, window-1))) {
			continue
		}
		for _, each := range sorted(r.Roster) {
			if e := r.Roster[each]; e.Site == person && account != "" && e.Person == account {
				r.mark(each, e, "here", "code")
				return person, nil
			}
		}
		if r.Roster[key] == nil {
			if len(r.Roster) >= mostRoster {
				return "", signal.Refuse("full", "", "there are too many people")
			}
			r.Roster[key] = &Entry{Site: person, Name: name, Person: account}
		}
		r.mark(key, r.Roster[key], "here", "code")
		return person, nil
	}
	return "", signal.Refuse("code", "code", "this is not the code that is shown now")
}

// code is a site's six digits of a minute (after RFC 4226, 5.3).
func (r *Room) code(site string, window int64) string {
	h := hmac.New(sha256.New, r.secret)
	fmt.Fprintf(h, "%s/%s/%d", r.Webinar, site, window)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(h.Sum(nil))%1_000_000)
}
