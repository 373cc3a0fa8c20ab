package room

import (
	"mostik/live"
	"mostik/live/signal"
)

// grants are the words by which a browser knows what to offer; the rules below decide all the same.
func (r *Room) grants(person string) []string {
	p := r.People[person]
	switch {
	case p == nil:
		return []string{}
	case p.Role == roleHost:
		return []string{"host", "publish", "slides", "files"}
	case p.Role == roleSpeaker:
		return []string{"publish", "slides", "files"}
	case p.Kind == "site":
		return []string{"publish", "files", "roster"}
	}
	return []string{"files"}
}

// MayPublish tells whether somebody may send sound and pictures now.
func (r *Room) MayPublish(person string) bool {
	p := r.People[person]
	return p != nil && (p.Role != roleAudience || p.Kind == "site")
}

// MayShow tells whether somebody may show slides.
func (r *Room) MayShow(person string) bool {
	p := r.People[person]
	return p != nil && p.Role != roleAudience
}

var (
	forbidden = signal.Refuse("forbidden", "", "you may not do this here")
	unknown   = signal.Refuse("not-found", "key", "there is no such thing here")
)

// apply carries out a command. What a host does comes first, by a table of its own.
func (r *Room) apply(person string, c signal.Command) (reply any, problem *signal.Problem) {
	if r.People[person] == nil {
		return nil, signal.Refuse("waiting", "", "a host lets you in first")
	}
	switch c := c.(type) {
	case *signal.RaiseHand:
		return nil, r.raise(person, c.Person)
	case *signal.LowerHand:
		return nil, r.lower(person, c.Person)
	case *signal.Mute:
		return nil, r.mute(person, c)
	case *signal.SendChat:
		return nil, r.chat(person, c)
	case *signal.Ask:
		return nil, r.ask(person, c)
	case *signal.VoteQuestion:
		return nil, r.voteQuestion(person, c)
	case *signal.VotePoll:
		return nil, r.vote(person, c)
	case *signal.React:
		if !r.mayPace(person, paceReact) {
			return nil, slowly
		}
		r.all(&signal.Message{Type: "reaction", Data: data(map[string]string{"person": person, "kind": c.Kind})})
		return nil, nil
	case *signal.WriteNotes:
		return nil, r.writeNotes(person, c)
	case *signal.ShowSlide, *signal.Point, *signal.Draw, *signal.ClearSlide, *signal.NoteSlide:
		return nil, r.slides(person, c)
	case *signal.SiteCode, *signal.TickRoster, *signal.WalkIn, *signal.SetHeads, *signal.SetPhone:
		return r.site(person, c)
	case *signal.DropFile:
		return nil, r.dropFile(person, c.Key)
	case *signal.KeepFile:
		return nil, r.keepFile(person, c)
	case *signal.Here:
		return nil, r.here(person, c)
	case *signal.HideChat, *signal.SetQuestion, *signal.MakePoll, *signal.OpenPoll, *signal.ClosePoll, *signal.ShowPoll,
		*signal.SetRole, *signal.MuteOther, *signal.RemovePerson, *signal.Pardon, *signal.Admit, *signal.Lock, *signal.SetLayout, *signal.SetChat,
		*signal.SetTalk, *signal.MuteChat,
		*signal.SetAgenda, *signal.EndRoom, *signal.SetTimer, *signal.StopTimer, *signal.SetPause, *signal.AskPresence:
		if !r.isHost(person) {
			return nil, forbidden
		}
		return nil, r.host(person, c)
	}
	return nil, signal.Refuse("unknown", "t", "this is nothing for the room")
}

// all tells everybody in the room something that is not kept.
func (r *Room) all(m *signal.Message) {
	for _, person := range sorted(r.People) {
		if s := r.Seats[person]; s != nil && s.told() {
			r.effects = append(r.effects, Effect{To: person, Tell: m})
		}
	}
}

// host carries out what only hosts may.
func (r *Room) host(person string, c signal.Command) *signal.Problem {
	switch c := c.(type) {
	case *signal.HideChat:
		l := r.Chat[c.Key]
		if l == nil || l.To != "" && l.To != "hosts" {
			return unknown
		}
		l.Hidden = true
		r.changed("chat", c.Key)
	case *signal.MuteChat:
		return r.muteChat(c)
	case *signal.SetQuestion:
		q := r.Questions[c.Key]
		if q == nil {
			return unknown
		}
		q.State = c.State
		r.changed("questions", c.Key)
	case *signal.MakePoll, *signal.OpenPoll, *signal.ClosePoll, *signal.ShowPoll:
		return r.poll(c)
	case *signal.SetRole, *signal.MuteOther, *signal.RemovePerson, *signal.Pardon, *signal.Admit:
		return r.stage(person, c)
	case *signal.SetTimer:
		r.Timer = &Timer{Ends: r.now + int64(c.Minutes*60_000), Label: c.Label}
		r.changed("timer", "timer")
	case *signal.StopTimer:
		r.Timer = nil
		r.changed("timer", "timer")
	case *signal.EndRoom:
		r.end(person)
	case *signal.SetPause:
		return r.pause(person, c)
	case *signal.AskPresence:
		return r.askPresence(person)
	default:
		return r.about(c)
	}
	return nil
}

// about changes the room itself.
func (r *Room) about(c signal.Command) *signal.Problem {
	switch c := c.(type) {
	case *signal.Lock:
		r.Room.Locked = c.On
		clear(r.Cut) // who was out before it was locked stays out
	case *signal.SetLayout:
		if c.Pin != "" && r.People[c.Pin] == nil {
			return signal.Refuse("not-found", "pin", "nobody has this key")
		}
		r.Room.Layout, r.Room.Pin = c.Layout, c.Pin
	case *signal.SetChat:
		r.Room.Chat = c.Who
	case *signal.SetTalk:
		r.Room.PrivateOff, r.Room.NamelessOff = !c.Private, !c.Nameless
	case *signal.SetAgenda:
		found := c.At == ""
		for _, a := range r.Room.Agenda {
			found = found || a.Key == c.At
		}
		if !found {
			return signal.Refuse("not-found", "at", "the agenda has no such point")
		}
		r.Room.AgendaAt = c.At
		r.note(Note{Kind: "agenda", Text: c.At})
	}
	r.changed("room", "room")
	return nil
}

func (r *Room) end(person string) {
	r.Room.Ended = r.now
	r.dropCases()
	for _, key := range sorted(r.Polls) {
		if p := r.Polls[key]; p.State == "open" {
			_ = p.shut() // it refuses drafts only
			r.changed("polls", key)
		}
	}
	r.note(Note{Kind: "end", Person: person})
	r.changed("room", "room")
	for _, key := range sorted(r.Seats) {
		if s := r.Seats[key]; s.told() {
			if p := r.People[key]; p != nil && p.Line == "on" && s.line {
				r.leaves(key, "")
			}
			r.effects = append(r.effects, Effect{To: key, Stopped: true}, Effect{To: key, Close: signal.CloseOver})
		}
	}
}

func (r *Room) hand(person string, at int64) *signal.Problem {
	p := r.People[person]
	if (p.Hand == 0) != (at == 0) {
		p.Hand = at
		r.changed("people", person)
	}
	return nil
}

// raise puts a hand up: one's own, or for a host that of a site which speaks by telephone. A hand that is up keeps its
// place in the queue.
func (r *Room) raise(person, whose string) *signal.Problem {
	if whose == "" || whose == person {
		return r.hand(person, r.now)
	}
	switch p := r.People[whose]; {
	case !r.isHost(person):
		return forbidden
	case p == nil:
		return unknown
	case p.Line != "phone":
		return signal.Refuse("forbidden", "person", "who is on the line raises a hand by themselves")
	}
	return r.hand(whose, r.now)
}

func (r *Room) lower(person, whose string) *signal.Problem {
	if whose == "" {
		whose = person
	}
	switch {
	case whose != person && !r.isHost(person):
		return forbidden
	case r.People[whose] == nil:
		return unknown
	}
	return r.hand(whose, 0)
}

// gone answers a host who was slower than another one.
var gone = signal.Refuse("gone", "person", "they are no longer here")

func (r *Room) stage(person string, c signal.Command) *signal.Problem {
	switch c := c.(type) {
	case *signal.SetRole:
		return r.setRole(person, c)
	case *signal.MuteOther:
		if c.Person != "" && r.People[c.Person] == nil {
			return gone
		}
		for _, key := range sorted(r.People) {
			if p := r.People[key]; key == c.Person || c.Person == "" && p.Role != roleHost && p.Mic {
				r.silence(key, "mic")
			}
		}
	case *signal.RemovePerson:
		return r.remove(c)
	case *signal.Pardon:
		if r.Bans[c.Key] == nil {
			return unknown
		}
		delete(r.Bans, c.Key)
		r.changed("banned", c.Key)
	case *signal.Admit:
		return r.admit(c.Person)
	}
	return nil
}

// setRole brings somebody on stage or off it, and makes hosts. Who is a host by the calendar stays one, whatever the
// other hosts do.
func (r *Room) setRole(person string, c *signal.SetRole) *signal.Problem {
	p, s := r.People[c.Person], r.Seats[c.Person]
	switch {
	case p == nil || s == nil:
		return gone
	case p.Role == c.Role:
		p.Hand = 0
		r.changed("people", c.Person)
		return nil
	case p.Role == roleHost && r.hosts() == 1:
		return signal.Refuse("last-host", "role", "a room keeps one host")
	case p.Role == roleHost && s.Ticket.Role == live.Host && person != c.Person:
		return signal.Refuse("forbidden", "person", "a host of the calendar stays a host")
	case c.Role == roleHost && (p.Kind == "site" || s.Device):
		return signal.Refuse("forbidden", "role", "a host is one person")
	case c.Role == roleAudience && s.Device:
		return r.remove(&signal.RemovePerson{Person: c.Person}) // it is there to send
	}
	p.Role, p.Hand = c.Role, 0
	if c.Role == roleAudience && p.Kind != "site" {
		r.silence(c.Person, "")
	}
	r.changed("people", c.Person)
	for _, line := range s.lines() {
		r.tellLine(c.Person, line, &signal.Message{Type: "grants", Data: data(r.grantsOn(c.Person, line))})
	}
	r.retell(c.Person, "people", "decks", "waiting", "banned", "roster", "polls", "questions", "chat")
	return nil
}

// admit lets somebody in who waits. To let in who is in already is nothing: another host was faster.
func (r *Room) admit(person string) *signal.Problem {
	s := r.Seats[person]
	switch {
	case s == nil:
		return gone
	case !s.Waiting:
		return nil
	}
	s.Waiting = false
	r.enter(person)
	r.changed("waiting", person)
	if !s.line {
		delete(r.People, person) // they come in when their line is back
		return nil
	}
	r.People[person].Line = "on"
	r.note(Note{Kind: "join", Person: person, Account: s.Ticket.Person, Name: s.Ticket.Name, By: byDevice})
	r.changed("people", person)
	r.welcome(person, "", 0, false)
	return nil
}

// retell tells somebody parts anew whose view depends on the role.
func (r *Room) retell(person string, which ...string) {
	if s := r.Seats[person]; s == nil || !s.told() {
		return
	}
	for _, part := range which {
		for _, key := range r.keys(part) {
			r.effects = append(r.effects, Effect{To: person, Tell: r.item(person, r.Number, part, key)})
		}
	}
}

func (r *Room) hosts() (n int) {
	for _, p := range r.People {
		if p.Role == roleHost {
			n++
		}
	}
	return n
}

// remove takes somebody out. A ban keeps them out: the account, the guest's name, the centre, whatever ticket comes.
func (r *Room) remove(c *signal.RemovePerson) *signal.Problem {
	p, s := r.People[c.Person], r.Seats[c.Person]
	switch {
	case s == nil:
		return gone
	case s.Ticket.Role == live.Host && !s.Device:
		return signal.Refuse("forbidden", "person", "a host of the calendar cannot be removed")
	case p != nil && p.Role == roleHost && r.hosts() == 1:
		return signal.Refuse("last-host", "person", "a room keeps one host")
	}
	if c.Ban {
		r.ban(s)
	}
	r.silence(c.Person, "")
	if p != nil && p.Line != "away" {
		r.leaves(c.Person, "host")
	}
	delete(r.People, c.Person)
	r.changed("people", c.Person)
	s.line, s.consoles = false, nil
	if s.Waiting {
		r.changed("waiting", c.Person)
	}
	// Also of one whose line is gone: sound and pictures may go on without it for a moment.
	r.effects = append(r.effects, Effect{To: c.Person, Close: signal.CloseRemoved})
	if s.Ticket.Site != "" && !s.Device {
		s.Left = r.now // the roster stays with its centre's seat
		return nil
	}
	delete(r.Seats, c.Person)
	if !s.Device && !s.Waiting { // who said and brought nothing is forgotten at once
		r.Left[c.Person] = Left{Account: s.Ticket.Person, Name: s.Ticket.Name}
	}
	return nil
}

// silence ends what somebody sends of a source, "" for everything.
func (r *Room) silence(person, source string) {
	for _, key := range sorted(r.Tracks) {
		if t := r.Tracks[key]; t.Person == person && (source == "" || t.Source == source) {
			t.Muted = true
			r.changed("tracks", key)
		}
	}
	if p := r.People[person]; p != nil {
		r.lamp(p, source, false)
		r.changed("people", person)
	}
	r.effects = append(r.effects, Effect{To: person, Stop: source, Stopped: true})
	r.tellLine(person, "", &signal.Message{Type: "muted", Data: data(map[string]string{"source": source})})
}

// MayUnmute tells whether somebody may let through again what they send, or what a device sends that they name.
func (r *Room) MayUnmute(person, device string) bool {
	if device != "" && device != person {
		return r.isHost(person) && r.isDevice(device)
	}
	return r.MayPublish(person)
}

// lamp sets the sign of a source, "" of all.
func (r *Room) lamp(p *Person, source string, on bool) {
	if source == "mic" || source == "" {
		p.Mic = on
	}
	if source == "cam" || source == "" {
		p.Cam = on
	}
	if source == "screen" || source == "" {
		p.Screen = on
	}
}

// mute switches one's own sound or picture off and on, or for a host that of a device, at which nobody sits.
func (r *Room) mute(person string, c *signal.Mute) *signal.Problem {
	if c.Person != "" && c.Person != person {
		if !r.isHost(person) || !r.isDevice(c.Person) {
			return forbidden
		}
		if person = c.Person; c.Muted {
			r.silence(person, c.Source)
			return nil
		}
	}
	if !c.Muted && !r.MayPublish(person) {
		return forbidden
	}
	for _, key := range sorted(r.Tracks) {
		if t := r.Tracks[key]; t.Person == person && t.Source == c.Source && t.Muted != c.Muted {
			t.Muted = c.Muted
			r.changed("tracks", key)
		}
	}
	r.lamp(r.People[person], c.Source, !c.Muted)
	r.changed("people", person)
	return nil
}

// Published tells that a track of somebody begins.
func (r *Room) Published(now int64, person, key, kind, source string) {
	r.now = now
	p := r.People[person]
	if p == nil {
		return
	}
	r.Tracks[key] = &Track{Person: person, Kind: kind, Source: source}
	r.lamp(p, source, true)
	r.changed("tracks", key)
	r.changed("people", person)
}

// Unpublished tells that it is over.
func (r *Room) Unpublished(now int64, key string) {
	r.now = now
	t := r.Tracks[key]
	if t == nil {
		return
	}
	delete(r.Tracks, key)
	r.changed("tracks", key)
	if p := r.People[t.Person]; p != nil {
		r.lamp(p, t.Source, false)
		r.changed("people", t.Person)
	}
}
