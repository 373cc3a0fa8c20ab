package hub

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"runtime"
	"sync"
	"time"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/signal"
	"mostik/media/forward"
	"mostik/media/layer"
)

// Room is one webinar while it happens. Its loop owns the rules, the lines and what is shown where.
type Room struct {
	webinar string
	hub     *Hub
	users   int // guarded by the hub

	work chan func()
	quit chan struct{}
	done chan struct{}

	mu       sync.Mutex
	sessions map[string]*Session // of WHIP and WHEP, by id
	fans     []*forward.Fan
	next     int

	// of the loop
	rules    *room.Room
	keeper   *keeper
	visitors map[string]*Visitor            // by person
	consoles map[string]map[string]*Visitor // by person and name
	watchers map[*Session]bool              // of WHEP
	devices  map[string]*Session            // of WHIP, by person
	parked   map[string]*parked             // by session
	tracks   map[string]*track
	made     int // tracks
	speaker  string
	spoken   map[string]float64
	turns    map[string]int // when somebody began to be the speaker, by person
	turn     int
	tick     int
}

// Visitor is a browser in a room.
type Visitor struct {
	room   *Room
	person string
	// console is the name of a line without sound and pictures, "" for any other.
	console string
	line    Line
	until   time.Time // of the ticket

	publication *Session
	playing     *Session
	sources     map[string]string // by section
	demand      map[string]int    // layer by section
	save        string

	shown map[string]*track        // by section
	slots map[string]*forward.Slot // those that show something
	level layer.Level              // of the line, as it was told
	eased int                      // beats since the line is better than that
	still string                   // the sections whose picture stands, as it was told
}

func openRoom(h *Hub, webinar string, plan room.Plan) (*Room, error) {
	k, state, err := h.open(webinar)
	if err != nil {
		return nil, err
	}
	kept := state != nil
	if !kept {
		state = room.New(webinar, plan.Info)
	}
	r := &Room{
		webinar: webinar, hub: h, work: make(chan func(), 256), quit: make(chan struct{}), done: make(chan struct{}),
		sessions: map[string]*Session{}, rules: room.Open(state, h.secret), keeper: k, visitors: map[string]*Visitor{}, consoles: map[string]map[string]*Visitor{},
		watchers: map[*Session]bool{}, devices: map[string]*Session{}, parked: map[string]*parked{}, tracks: map[string]*track{}, spoken: map[string]float64{}, turns: map[string]int{},
	}
	if kept {
		last, err := k.last()
		if err != nil {
			return nil, errors.Join(err, k.journal.Close())
		}
		r.rules.Restarted(h.now(), last.UnixMilli())
	}
	if !kept {
		r.rules.Replan(h.now(), plan)
	}
	h.running.Add(1)
	go r.run()
	return r, nil
}

// do runs something in the loop, soon.
func (r *Room) do(what func()) {
	select {
	case r.work <- what:
	case <-r.quit:
	}
}

func (r *Room) run() {
	defer r.hub.running.Done()
	defer close(r.done)
	beat := time.NewTicker(200 * time.Millisecond)
	defer beat.Stop()
	for {
		select {
		case what := <-r.work:
			what()
		case <-beat.C:
			r.beat()
		case <-r.quit:
			r.unparkAll()
			for len(r.work) > 0 { // what was said before the last one left
				(<-r.work)()
				r.carry()
			}
			if err := r.keeper.close(r.rules.State); err != nil {
				r.hub.Log.Error("writing a room down", "error", err)
			}
			return
		}
		r.carry()
	}
}

// beat tells who speaks, and each second lets time pass and makes what happened last.
func (r *Room) beat() {
	r.levels()
	r.lines()
	if r.tick++; r.tick%5 != 0 {
		return
	}
	r.rules.Tick(r.hub.now())
	if err := errors.Join(r.keeper.sync(r.rules.State), r.keeper.alive(r.hub.Now())); err != nil {
		r.hub.Log.Error("writing a room down", "error", err)
	}
}

// carry carries out what the rules decided.
func (r *Room) carry() {
	for list := r.rules.Effects(); len(list) > 0; list = r.rules.Effects() {
		for _, e := range list {
			r.effect(e)
		}
	}
}

func (r *Room) effect(e room.Effect) {
	switch {
	case e.Forget != "":
		r.shelved(e)
	case e.Note != nil:
		if err := r.keeper.note(e.Note); err != nil {
			r.hub.Log.Error("writing into a journal", "error", err)
		}
		if e.Note.Kind == "end" {
			r.over(e.Note.At)
		}
	case e.Tell != nil:
		if e.Tell.Number != 0 {
			r.keeper.dirty = true
		}
		for _, v := range r.linesOf(e.To) {
			if !e.Alone || v.console == e.Line {
				v.tell(e.Tell)
			}
		}
	case e.Stopped:
		r.stop(e.To, e.Stop)
	case e.Close != 0:
		r.unparkOf(e.To, true, true)
		r.endDevice(e.To)
		r.endBanned()
		for _, v := range r.linesOf(e.To) {
			v.line.Close(e.Close)
			r.gone(v)
		}
	}
}

// linesOf gives all lines of a person's seat. In the loop.
func (r *Room) linesOf(person string) (list []*Visitor) {
	if v := r.visitors[person]; v != nil {
		list = append(list, v)
	}
	for _, v := range r.consoles[person] {
		list = append(list, v)
	}
	return list
}

// has tells whether a line still holds its place, which a newer one may have taken. In the loop.
func (r *Room) has(v *Visitor) bool {
	if v.console != "" {
		return r.consoles[v.person][v.console] == v
	}
	return r.visitors[v.person] == v
}

// endBanned ends the media sessions of tickets whose holders were taken out for good. In the loop.
func (r *Room) endBanned() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.sessions {
		if r.rules.Banned(live.Ticket{ID: s.ticket}) {
			go s.Close() // closing waits for libraries
		}
	}
}

func (v *Visitor) tell(m *signal.Message) {
	raw, err := json.Marshal(m)
	if err != nil {
		v.room.hub.Log.Error("writing a message", "error", err)
		return
	}
	v.line.Send(raw)
}

// Enter lets a browser in by the first message of its line. Errors: *signal.Problem, ErrClosed.
func (h *Hub) Enter(t live.Ticket, hello *signal.Hello, line Line) (*Visitor, error) {
	r, err := h.room(t.Webinar, t.Role == live.Host && hello.Console == "")
	if err != nil {
		return nil, err
	}
	type entered struct {
		v   *Visitor
		err error
	}
	in := make(chan entered, 1)
	r.do(func() {
		v := &Visitor{room: r, console: hello.Console, line: line, until: t.Expires, sources: map[string]string{}, demand: map[string]int{}}
		err := v.enter(t, hello)
		if err == nil && t.Site != "" {
			r.expect(v.person, t.Site)
		}
		in <- entered{v, err}
	})
	got := <-in
	if got.err != nil {
		h.leave(r)
		return nil, got.err
	}
	return got.v, nil
}

// enter gives the line its place, and closes the one that had it: the seat's own, or the console's of the same name. The
// rules speak to it as soon as the loop carries out what they said. In the loop.
func (v *Visitor) enter(t live.Ticket, hello *signal.Hello) (err error) {
	r := v.room
	if v.console != "" {
		if v.person, err = r.rules.JoinConsole(r.hub.now(), t, v.console, hello.Seat, rand.Text(), hello.Since); err != nil {
			return err
		}
		if r.consoles[v.person] == nil {
			r.consoles[v.person] = map[string]*Visitor{}
		}
		if old := r.consoles[v.person][v.console]; old != nil {
			old.line.Close(signal.CloseReplaced)
		}
		r.consoles[v.person][v.console] = v
		return nil
	}
	if v.person, err = r.rules.Join(r.hub.now(), t, hello.Seat, rand.Text(), hello.Since); err != nil {
		return err
	}
	if old := r.visitors[v.person]; old != nil {
		old.line.Close(signal.CloseReplaced)
		old.park()
	}
	r.visitors[v.person] = v
	return nil
}

// Do carries out a command of the browser.
func (v *Visitor) Do(id string, c signal.Command) {
	v.room.do(func() {
		r := v.room
		switch {
		case !r.has(v):
			return // a newer line has the place
		case v.console != "":
			v.doConsole(id, c)
			return
		}
		switch c := c.(type) {
		case *signal.Publish:
			v.publish(id, c)
		case *signal.Play:
			v.play(id, c)
		case *signal.Servers:
			v.servers(id)
		case *signal.Demand:
			v.demands(id, c)
		default:
			r.rules.Apply(r.hub.now(), v.person, id, c)
			if m, ok := c.(*signal.Mute); ok && !m.Muted && r.rules.MayUnmute(v.person, m.Person) {
				r.resume(cmp.Or(m.Person, v.person), m.Source)
			}
		}
	})
}

// doConsole carries out what comes on a console. In the loop.
func (v *Visitor) doConsole(id string, c signal.Command) {
	r := v.room
	switch c.(type) {
	case *signal.Publish, *signal.Play, *signal.Servers:
		v.refuse(id, signal.Refuse("forbidden", "", "a console has neither sound nor pictures"))
	case *signal.Demand:
		v.tell(&signal.Message{Type: "ok", Re: id}) // it shows nothing, and asks whether the line is there
	default:
		r.rules.Console(r.hub.now(), v.person, v.console, id, c)
	}
}

// Left tells that the line is gone: for good, or it may come back and find its sound and pictures as they were.
func (v *Visitor) Left(forGood bool) {
	v.room.do(func() {
		if !forGood && v.room.visitors[v.person] == v {
			v.park()
		}
		v.room.gone(v)
	})
	v.room.hub.leave(v.room)
}

// gone takes a visitor out of the loop's books.
func (r *Room) gone(v *Visitor) {
	v.endMedia()
	switch {
	case !r.has(v):
	case v.console != "":
		delete(r.consoles[v.person], v.console)
		if len(r.consoles[v.person]) == 0 {
			delete(r.consoles, v.person)
		}
		r.rules.LeaveConsole(r.hub.now(), v.person, v.console)
	default:
		delete(r.visitors, v.person)
		r.rules.Leave(r.hub.now(), v.person)
	}
}

// fan gives the fan of the next session: as many as there are processors, in turn.
func (r *Room) fan() *forward.Fan {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.fans) < runtime.GOMAXPROCS(0) {
		r.fans = append(r.fans, forward.NewFan(&r.hub.Engine.Stats))
	}
	f := r.fans[r.next%len(r.fans)]
	r.next++
	return f
}

// evacuate sends everybody away to come back at once.
func (r *Room) evacuate() {
	left := make(chan struct{})
	r.do(func() {
		for _, v := range r.visitors {
			v.line.Close(signal.CloseRestarting)
			v.endMedia()
		}
		for _, list := range r.consoles {
			for _, v := range list {
				v.line.Close(signal.CloseRestarting)
			}
		}
		r.unparkAll()
		r.carry()
		if err := r.keeper.sync(r.rules.State); err != nil {
			r.hub.Log.Error("writing a room down", "error", err)
		}
		close(left)
	})
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	select {
	case <-left:
	case <-r.done:
	case <-ctx.Done():
	}
	r.mu.Lock()
	sessions := make([]*Session, 0, len(r.sessions))
	for _, s := range r.sessions {
		sessions = append(sessions, s)
	}
	r.mu.Unlock()
	for _, s := range sessions {
		s.Close()
	}
}

func (r *Room) close() {
	close(r.quit)
	<-r.done
	r.mu.Lock()
	fans := r.fans
	r.fans = nil
	r.mu.Unlock()
	for _, f := range fans {
		f.Close()
	}
}
