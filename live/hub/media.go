package hub

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/signal"
	"mostik/media"
	"mostik/media/forward"
	"mostik/media/layer"
	"mostik/media/rtc"
)

// answerTime is how long an answer to an offer may take.
const answerTime = 10 * time.Second

// track is something that is sent into the room.
type track struct {
	key     string
	forward *forward.Track
	person  string
	source  string
	stopped bool
}

// Session is one connection of media: published or played.
type Session struct {
	ID string

	ticket string
	media  interface {
		Candidate(string) error
		Close()
	}
	playing *rtc.Playing
	renew   func(ctx context.Context, offer string) (string, error)
	mu      sync.Mutex
	offer   string
	answer  string // to the first offer, until it is taken
}

// TakeAnswer gives the answer to the first offer, once: some kilobytes that nobody needs for as long as the session lasts.
func (s *Session) TakeAnswer() (answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, s.answer = s.answer, ""
	return answer
}

// openPublication answers an offer to send.
func (r *Room) openPublication(ctx context.Context, s *Session, offer string, person string, source func(mid string, kind media.Kind) string, over func()) error {
	mine := map[*forward.Track]*track{} // of the loop
	p, answer, err := r.hub.Engine.Publish(ctx, offer, rtc.PublishEvents{
		Track: func(t *forward.Track, mid string) {
			r.do(func() {
				r.made++
				in := &track{key: fmt.Sprintf("t%d", r.made), forward: t, person: person, source: source(mid, t.Codec.Kind())}
				mine[t] = in
				r.tracks[in.key] = in
				r.rules.Published(r.hub.now(), person, in.key, t.Codec.Kind().String(), in.source)
				r.arrange()
			})
		},
		Gone: func(t *forward.Track) {
			r.do(func() {
				if in := mine[t]; in != nil {
					delete(r.tracks, in.key)
					r.rules.Unpublished(r.hub.now(), in.key)
					r.arrange()
				}
			})
		},
		Closed: over,
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.media, s.renew, s.answer, s.offer = p, p.Renew, answer, offer
	return nil
}

// openPlaying answers an offer to receive.
func (r *Room) openPlaying(ctx context.Context, s *Session, offer string, over func()) error {
	p, answer, err := r.hub.Engine.Play(ctx, offer, r.fan(), over)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.media, s.renew, s.answer, s.offer, s.playing = p, p.Restart, answer, offer, p
	return nil
}

// again gives how a further offer is answered, nil while the first is not.
func (s *Session) again() func(context.Context, string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.renew
}

// player gives the session's receiving side, nil for none or not yet.
func (s *Session) player() *rtc.Playing {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.playing
}

// sourceOf guesses the source of a section that nobody named.
func sourceOf(_ string, kind media.Kind) string {
	if kind == media.Audio {
		return "mic"
	}
	return "cam"
}

// Publish answers an offer by WHIP to send into the ticket's webinar: a room system, a streaming program. Errors:
// ErrForbidden, rtc.ErrOffer, ErrClosed.
func (h *Hub) Publish(ctx context.Context, t live.Ticket, offer string) (*Session, error) {
	if !t.MayPublish() {
		return nil, ErrForbidden
	}
	person := "" // of the loop
	may := func(rules *room.Room, t live.Ticket) bool { return rules.MayAttach(h.now(), t) }
	return h.session(t, may, func(r *Room, s *Session, over func()) error {
		seated := make(chan error, 1)
		r.do(func() {
			var err error
			person, err = r.rules.Attach(h.now(), t)
			if err == nil {
				r.devices[person] = s
			}
			seated <- err
		})
		if err := <-seated; err != nil {
			return fmt.Errorf("%w: %w", ErrForbidden, err)
		}
		return r.openPublication(ctx, s, offer, person, sourceOf, over)
	}, func(r *Room, s *Session) {
		if r.devices[person] != s { // a host was faster than the answer
			go s.Close() // closing waits for libraries
		}
	})
}

// Play answers an offer by WHEP to receive from the ticket's webinar. Errors: rtc.ErrOffer, ErrClosed.
func (h *Hub) Play(ctx context.Context, t live.Ticket, offer string) (*Session, error) {
	return h.session(t, (*room.Room).MayConnect, func(r *Room, s *Session, over func()) error {
		return r.openPlaying(ctx, s, offer, over)
	}, func(r *Room, s *Session) {
		r.watchers[s] = true
		r.fill(s, nil)
	})
}

// session opens a media session that no line stands behind.
func (h *Hub) session(t live.Ticket, allowed func(*room.Room, live.Ticket) bool, open func(*Room, *Session, func()) error, begin func(*Room, *Session)) (*Session, error) {
	r, err := h.room(t.Webinar, false)
	if p := (*signal.Problem)(nil); errors.As(err, &p) {
		return nil, fmt.Errorf("%w: %w", ErrForbidden, err)
	} else if err != nil {
		return nil, err
	}
	may := make(chan bool, 1)
	r.do(func() { may <- allowed(r.rules, t) })
	if !<-may {
		h.leave(r)
		return nil, ErrForbidden
	}
	s := &Session{ID: rand.Text(), ticket: t.ID}
	var once sync.Once
	over := func() {
		once.Do(func() {
			go func() { // the room may close, which waits for what calls here
				r.mu.Lock()
				delete(r.sessions, s.ID)
				r.mu.Unlock()
				r.do(func() { r.detach(s) })
				h.leave(r)
			}()
		})
	}
	r.mu.Lock()
	r.sessions[s.ID] = s
	r.mu.Unlock()
	if err := open(r, s, over); err != nil {
		over()
		return nil, fmt.Errorf("a session of %s: %w", t.Webinar, err)
	}
	r.do(func() { begin(r, s) })
	return s, nil
}

// detach takes a session that is over out of the loop's books, and its seat out of the room.
func (r *Room) detach(s *Session) {
	delete(r.watchers, s)
	for person, device := range r.devices {
		if device == s {
			delete(r.devices, person)
			r.rules.Detach(r.hub.now(), person)
		}
	}
}

// endDevice ends what a seat without a line sends. In the loop.
func (r *Room) endDevice(person string) {
	if s := r.devices[person]; s != nil {
		delete(r.devices, person)
		go s.Close() // closing waits for libraries
	}
}

// Candidate adds a way to reach the peer.
func (s *Session) Candidate(c string) error { return s.media.Candidate(c) }

// Close ends the session.
func (s *Session) Close() {
	s.mu.Lock()
	m := s.media
	s.mu.Unlock()
	if m != nil {
		m.Close()
	}
}

// Restart begins ICE anew with the peer's new credentials and gives the new answer.
func (s *Session) Restart(ctx context.Context, ufrag, password string, candidates []string) (answer string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	offer := restarted(s.offer, ufrag, password, candidates)
	if answer, err = s.renew(ctx, offer); err != nil {
		return "", err
	}
	s.offer = offer
	return answer, nil
}

// Same tells whether credentials are those of the session as it stands: then a fragment only adds candidates.
func (s *Session) Same(ufrag string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ufrag == "" || strings.Contains(s.offer, "a=ice-ufrag:"+ufrag+"\r\n") || strings.Contains(s.offer, "a=ice-ufrag:"+ufrag+"\n")
}

// restarted is an offer with other credentials and candidates (RFC 8840).
func restarted(offer, ufrag, password string, candidates []string) string {
	var b strings.Builder
	sections, put := 0, false
	for line := range strings.Lines(offer) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "a=candidate:"), line == "a=end-of-candidates":
			continue
		case strings.HasPrefix(line, "a=ice-ufrag:"):
			line = "a=ice-ufrag:" + ufrag
		case strings.HasPrefix(line, "a=ice-pwd:"):
			line = "a=ice-pwd:" + password
		case strings.HasPrefix(line, "m="):
			sections++
		case strings.HasPrefix(line, "a=mid:") && sections == 1 && !put:
			put = true
			for _, c := range candidates {
				b.WriteString("a=" + c + "\r\n")
			}
		}
		b.WriteString(line + "\r\n")
	}
	return b.String()
}

// publish answers a browser's offer to send, aside from the loop: opening takes a moment.
func (v *Visitor) publish(id string, c *signal.Publish) {
	if !v.room.rules.MayPublish(v.person) {
		v.refuse(id, signal.Refuse("forbidden", "", "a host brings you on stage first"))
		return
	}
	if c.Session != "" && !v.resume(c.Session, true) {
		v.refuse(id, gone)
		return
	}
	for _, t := range c.Tracks {
		v.sources[t.MID] = t.Source
	}
	r := v.room
	if v.publication == nil {
		r.unparkOf(v.person, true, false) // what an earlier page left
	}
	v.open(id, &v.publication, c.Offer, func(ctx context.Context, s *Session, over func()) error {
		return r.openPublication(ctx, s, c.Offer, v.person, v.source, over)
	})
}

// source names a section as the browser did. In the loop.
func (v *Visitor) source(mid string, kind media.Kind) string {
	if s := v.sources[mid]; s != "" {
		return s
	}
	return sourceOf(mid, kind)
}

func (v *Visitor) play(id string, c *signal.Play) {
	if v.room.rules.People[v.person] == nil {
		v.refuse(id, signal.Refuse("waiting", "", "a host lets you in first"))
		return
	}
	if c.Session != "" && !v.resume(c.Session, false) {
		v.refuse(id, gone)
		return
	}
	if v.playing == nil {
		v.room.unparkOf(v.person, false, true)
	}
	v.open(id, &v.playing, c.Offer, func(ctx context.Context, s *Session, over func()) error {
		return v.room.openPlaying(ctx, s, c.Offer, over)
	})
}

// open answers an offer for a session of the visitor's, anew or again, and then arranges what is shown.
func (v *Visitor) open(id string, which **Session, offer string, begin func(context.Context, *Session, func()) error) {
	r, old := v.room, *which
	fresh := old == nil
	if fresh {
		old = &Session{ID: rand.Text()}
		*which = old
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), answerTime)
		defer cancel()
		var answer string
		var err error
		if fresh {
			over := func() { r.do(func() { r.forget(old) }) }
			err = begin(ctx, old, over)
			answer = old.TakeAnswer()
		} else if renew := old.again(); renew == nil {
			err = fmt.Errorf("%w: the offer before it is not answered yet", rtc.ErrOffer)
		} else {
			answer, err = renew(ctx, offer)
		}
		r.do(func() {
			if err != nil {
				if fresh && *which == old {
					*which = nil
				}
				r.hub.Log.Debug("an offer was not answered", "error", err)
				v.refuse(id, signal.Refuse("offer", "offer", "the offer cannot be answered"))
				return
			}
			if r.visitors[v.person] != v {
				if fresh {
					old.Close() // nobody knows of it
				}
				return
			}
			v.tell(&signal.Message{Type: "ok", Re: id, Data: mustJSON(map[string]string{"answer": answer, "session": old.ID})})
			r.arrange()
		})
	}()
}

func mustJSON(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // of our own types
	}
	return raw
}

func (v *Visitor) refuse(id string, p *signal.Problem) {
	v.tell(&signal.Message{Type: "no", Re: id, Data: mustJSON(p)})
}

func (v *Visitor) endMedia() {
	for _, s := range []*Session{v.publication, v.playing} {
		if s != nil {
			go s.Close() // closing waits for libraries
		}
	}
	v.publication, v.playing = nil, nil
}

// demands takes how large the browser draws pictures.
func (v *Visitor) demands(id string, c *signal.Demand) {
	for _, s := range c.Slots {
		v.demand[s.MID] = layerFor(s.Width)
	}
	if c.Save != "" {
		v.save = c.Save
	}
	v.tell(&signal.Message{Type: "ok", Re: id})
	v.room.arrange()
}

// layerFor is the smallest layer that fills a width in pixels: cameras send 320, 640 and 1280.
func layerFor(width int) int {
	switch {
	case width == 0:
		return layer.None
	case width <= 360:
		return 0
	case width <= 720:
		return 1
	}
	return forward.Layers - 1
}

// stop ends what somebody sends, by a host's word.
func (r *Room) stop(person, source string) {
	for _, t := range r.tracks {
		if t.person == person && (source == "" || t.source == source) {
			t.stopped = true
		}
	}
	if source == "" {
		r.unparkOf(person, true, false)
	}
	if v := r.visitors[person]; v != nil && source == "" && v.publication != nil {
		go v.publication.Close()
		v.publication = nil
	}
	r.arrange()
}

// resume lets a source through again that its owner switched on.
func (r *Room) resume(person, source string) {
	for _, t := range r.tracks {
		if t.person == person && t.source == source {
			t.stopped = false
		}
	}
	r.arrange()
}

// levels tells who speaks, and notices when the speaker changes: whoever is clearly loudest for a second.
func (r *Room) levels() {
	loud := map[string]int{}
	loudest, most := "", 0.15
	for _, t := range r.tracks {
		if t.source != "mic" || t.stopped {
			continue
		}
		l := t.forward.Loudness()
		if l > 0.1 {
			loud[t.person] = int(l * 100)
		}
		r.spoken[t.person] = 0.8*r.spoken[t.person] + 0.2*l
		if s := r.spoken[t.person]; s > most && (t.person == r.speaker || s > r.spoken[r.speaker]+0.05) {
			loudest, most = t.person, s
		}
	}
	if loudest != "" && loudest != r.speaker {
		r.speaker = loudest
		r.turn++
		r.turns[loudest] = r.turn
		r.arrange()
	}
	if len(loud) == 0 {
		return
	}
	m := &signal.Message{Type: "levels", Data: mustJSON(loud)}
	for _, v := range r.visitors {
		if r.rules.People[v.person] != nil { // who waits outside is told of nobody
			v.tell(m)
		}
	}
}

// arrange decides for everybody what their slots show.
func (r *Room) arrange() {
	for _, v := range r.visitors {
		if v.playing.player() != nil {
			r.fill(v.playing, v)
		}
	}
	for s := range r.watchers {
		r.fill(s, nil)
	}
}

// rank puts tracks in the order in which they get a place, and in which a weak line carries them: what is shown, who
// was pinned, who speaks, hosts, speakers, the others; of equals who spoke last.
func (r *Room) rank(t *track) int {
	p := r.rules.People[t.person]
	switch {
	case t.source == "screen", t.source == "screen-audio":
		return 0
	case t.person == r.rules.Room.Pin && t.person != "":
		return 1
	case t.person == r.speaker:
		return 2
	case p == nil:
		return 6
	case p.Role == "host":
		return 3
	case p.Role == "speaker":
		return 4
	}
	return 5
}

// fill puts tracks into the slots of a session. v is nil for one without a line. A track that stays keeps its slot,
// so that nothing begins anew without need.
func (r *Room) fill(s *Session, v *Visitor) {
	p := s.player()
	if p == nil {
		return
	}
	var list []*track
	for _, t := range r.tracks {
		if !t.stopped && (v == nil || !r.echoes(t, v.person)) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b *track) int {
		return cmp.Or(cmp.Compare(r.rank(a), r.rank(b)), cmp.Compare(r.turns[b.person], r.turns[a.person]),
			cmp.Compare(len(a.key), len(b.key)), cmp.Compare(a.key, b.key))
	})
	var sounds, pictures []*track
	for _, t := range list {
		if t.forward.Codec.Kind() == media.Audio {
			sounds = append(sounds, t)
		} else {
			pictures = append(pictures, t)
		}
	}
	shown := map[string]*track{}
	if v != nil {
		pictures = v.spare(pictures)
	}
	audio, video := p.Sections()
	plan := append(assign(audio, sounds), assign(video, pictures)...)
	slots := append(audio, video...)
	most, ranks := make([]int, len(slots)), make([]int, len(slots))
	showing := map[string]*forward.Slot{}
	for i, slot := range slots {
		most[i] = forward.Layers - 1
		if v != nil {
			if want, ok := v.demand[slot.MID]; ok {
				most[i] = want
			}
			if v.save == "lower" {
				most[i] = min(most[i], 0)
			}
		}
		ranks[i] = len(list) // behind all that show something
		if plan[i] != nil {
			shown[slot.MID], showing[slot.MID] = plan[i], slot
			ranks[i] = slices.Index(list, plan[i])
		}
	}
	p.Session.Fan().Do(func() {
		for i, slot := range slots {
			p.Session.Demand(slot, most[i])
			p.Session.Rank(slot, ranks[i])
			if plan[i] == nil {
				p.Session.Show(slot, nil)
			} else {
				p.Session.Show(slot, plan[i].forward)
			}
		}
	})
	book(slots, plan)
	if v != nil {
		v.shown, v.slots = shown, showing
		v.still = v.stands()
		v.tellSlots()
	}
}

// echoes tells whether a track is somebody's own: what they send, and the sound of the program with which they send.
func (r *Room) echoes(t *track, person string) bool {
	return t.person == person || t.source == "mic" && r.rules.SameAccount(t.person, person)
}

// calm is how many beats a line must be better before that is told: two seconds.
const calm = 10

// lines tells whoever has a weak line how weak it is, and which of the pictures stand still.
func (r *Room) lines() {
	for _, v := range r.visitors {
		p := v.playing.player()
		if p == nil {
			continue
		}
		if still := v.stands(); still != v.still {
			v.still = still
			v.tellSlots()
		}
		line := p.Session.Line()
		if line.Level < v.level {
			if v.eased++; v.eased < calm {
				continue
			}
		}
		v.eased = 0
		if line.Level != v.level {
			v.level = line.Level
			v.tell(&signal.Message{Type: "line", Data: mustJSON(map[string]any{"level": line.Level.String(), "loss": line.Loss})})
		}
	}
}

// stands names the sections whose picture the line does not carry.
func (v *Visitor) stands() string {
	var list []string
	for mid, slot := range v.slots {
		if slot.Still() {
			list = append(list, mid)
		}
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// spare leaves out pictures that the person does not want to pay for.
func (v *Visitor) spare(pictures []*track) []*track {
	switch v.save {
	case "speaker":
		return pictures[:min(1, len(pictures))]
	case "slides":
		return nil
	}
	return pictures
}

func (v *Visitor) tellSlots() {
	told := map[string]any{}
	for mid, t := range v.shown {
		one := map[string]any{"track": t.key, "person": t.person, "source": t.source}
		if v.slots[mid].Still() {
			one["still"] = true
		}
		told[mid] = one
	}
	v.tell(&signal.Message{Type: "slots", Data: mustJSON(told)})
}

// book writes down what is shown where.
func book(slots []*forward.Slot, plan []*track) {
	for i, slot := range slots {
		if plan[i] == nil {
			slot.Shown = ""
		} else {
			slot.Shown = plan[i].key
		}
	}
}

// assign gives each slot a track: one that is shown keeps its slot while it has a place at all.
func assign(slots []*forward.Slot, tracks []*track) []*track {
	tracks = tracks[:min(len(tracks), len(slots))]
	plan := make([]*track, len(slots))
	var waiting []*track
	for _, t := range tracks {
		at := slices.IndexFunc(slots, func(s *forward.Slot) bool { return s.Shown == t.key })
		if at < 0 {
			waiting = append(waiting, t)
			continue
		}
		plan[at] = t
	}
	for i := range plan {
		if plan[i] == nil && len(waiting) > 0 {
			plan[i], waiting = waiting[0], waiting[1:]
		}
	}
	return plan
}
