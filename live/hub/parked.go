package hub

import (
	"time"

	"mostik/live/signal"
)

// parkTime is how long sound and pictures go on without the line that they belong to: a device that changes its network
// is back sooner, and loses nothing then but what ICE needs to find its new way.
const parkTime = 15 * time.Second

// parked is a session whose line is gone.
type parked struct {
	session *Session
	person  string
	sends   bool
	sources map[string]string
	timer   *time.Timer
}

// park keeps a visitor's sessions for a line that may come back. In the loop.
func (v *Visitor) park() {
	r := v.room
	for _, s := range []*Session{v.publication, v.playing} {
		if s == nil {
			continue
		}
		p := &parked{session: s, person: v.person, sends: s == v.publication, sources: v.sources}
		p.timer = time.AfterFunc(parkTime, func() { r.do(func() { r.unpark(p) }) })
		r.parked[s.ID] = p
	}
	v.publication, v.playing = nil, nil
}

// unpark ends a session that nobody came back for. In the loop.
func (r *Room) unpark(p *parked) {
	if r.parked[p.session.ID] != p {
		return
	}
	p.timer.Stop()
	delete(r.parked, p.session.ID)
	go p.session.Close() // closing waits for libraries
}

// unparkOf ends what a person left: what they sent, what they received, or both. In the loop.
func (r *Room) unparkOf(person string, sent, received bool) {
	for _, p := range r.parked {
		if p.person == person && (p.sends && sent || !p.sends && received) {
			r.unpark(p)
		}
	}
}

func (r *Room) unparkAll() {
	for _, p := range r.parked {
		r.unpark(p)
	}
}

// resume gives a visitor back the session that an earlier line of the same seat had, and tells whether it is still there.
// In the loop.
func (v *Visitor) resume(id string, sends bool) bool {
	which := &v.playing
	if sends {
		which = &v.publication
	}
	if *which != nil {
		return (*which).ID == id
	}
	r := v.room
	p := r.parked[id]
	if p == nil || p.person != v.person || p.sends != sends {
		return false
	}
	p.timer.Stop()
	delete(r.parked, id)
	*which = p.session
	if !sends {
		return true
	}
	v.sources = p.sources
	for key, t := range r.tracks {
		if t.person == v.person {
			r.rules.Published(r.hub.now(), v.person, key, t.forward.Codec.Kind().String(), t.source)
		}
	}
	return true
}

// forget takes a session that is over out of the loop's books.
func (r *Room) forget(s *Session) {
	if p := r.parked[s.ID]; p != nil {
		p.timer.Stop()
		delete(r.parked, s.ID)
	}
	for _, v := range r.visitors {
		if v.publication == s {
			v.publication = nil
		}
		if v.playing == s {
			v.playing = nil
		}
	}
}

var gone = signal.Refuse("gone", "session", "this session is over: begin another one")

// serversTime is how long credentials of relays are good for at least: whoever has a line here has shown a ticket.
const serversTime = 10 * time.Minute

// servers tells of relays. In the loop.
func (v *Visitor) servers(id string) {
	r := v.room
	until := r.hub.Now().Add(serversTime)
	if v.until.After(until) {
		until = v.until
	}
	list := []signal.ICEServer{}
	if r.hub.Servers != nil {
		list = r.hub.Servers(v.person+"@"+r.webinar, until)
	}
	v.tell(&signal.Message{Type: "ok", Re: id, Data: mustJSON(map[string]any{"servers": list, "until": until.UnixMilli()})})
}
