package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"mostik/live"
	"mostik/media/rtc"
)

// Hub holds the rooms of a process.
type Hub struct {
	engine *rtc.Engine
	log    *slog.Logger

	mu    sync.Mutex
	rooms map[string]*Room
}

// New makes a hub on an engine.
func New(engine *rtc.Engine, log *slog.Logger) *Hub {
	return &Hub{engine: engine, log: log, rooms: map[string]*Room{}}
}

// Errors of sessions.
var (
	ErrForbidden = errors.New("the ticket does not allow this")
	ErrUnknown   = errors.New("there is no such session")
)

// room gives the room of a webinar, and opens it for its first session.
func (h *Hub) room(webinar string) *Room {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.rooms[webinar]
	if r == nil {
		r = newRoom(webinar, h)
		h.rooms[webinar] = r
	}
	r.users++
	return r
}

// leave gives a room up; the last one closes it.
func (h *Hub) leave(r *Room) {
	h.mu.Lock()
	r.users--
	last := r.users == 0
	if last {
		delete(h.rooms, r.webinar)
	}
	h.mu.Unlock()
	if last {
		r.close()
	}
}

func (h *Hub) find(webinar string) *Room {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[webinar]
}

// Session is one connection of media: published or played.
type Session struct {
	ID     string
	Answer string

	media interface {
		Candidate(string) error
		Close()
	}
	renew func(ctx context.Context, offer string) (string, error)
	mu    sync.Mutex
	offer string
}

// Publish answers an offer to send into the ticket's webinar. Errors: ErrForbidden, rtc.ErrOffer.
func (h *Hub) Publish(ctx context.Context, t live.Ticket, offer string) (*Session, error) {
	if !t.MayPublish() {
		return nil, ErrForbidden
	}
	room := h.room(t.Webinar)
	s := &Session{ID: rand.Text(), offer: offer}
	p, answer, err := h.engine.Publish(ctx, offer, rtc.PublishEvents{
		Track: room.publish, Gone: room.unpublish,
		Closed: func() { go h.end(room, s) },
	})
	if err != nil {
		// Closed was called, and leaves the room.
		return nil, fmt.Errorf("publishing into %s: %w", t.Webinar, err)
	}
	s.media, s.renew, s.Answer = p, p.Renew, answer
	room.add(s)
	return s, nil
}

// Play answers an offer to receive from the ticket's webinar. Errors: rtc.ErrOffer.
func (h *Hub) Play(ctx context.Context, t live.Ticket, offer string) (*Session, error) {
	room := h.room(t.Webinar)
	s := &Session{ID: rand.Text(), offer: offer}
	p, answer, err := h.engine.Play(ctx, offer, room.fan(), func() { go h.end(room, s) })
	if err != nil {
		h.leave(room)
		return nil, fmt.Errorf("playing from %s: %w", t.Webinar, err)
	}
	s.media, s.renew, s.Answer = p, p.Restart, answer
	room.add(s)
	room.watch(s, p)
	return s, nil
}

// end forgets a session that is over.
func (h *Hub) end(r *Room, s *Session) {
	r.remove(s)
	h.leave(r)
}

// Session finds a session of a webinar. Errors: ErrUnknown.
func (h *Hub) Session(webinar, id string) (*Session, error) {
	r := h.find(webinar)
	if r == nil {
		return nil, ErrUnknown
	}
	if s := r.session(id); s != nil {
		return s, nil
	}
	return nil, ErrUnknown
}

// Candidate adds a way to reach the peer.
func (s *Session) Candidate(c string) error { return s.media.Candidate(c) }

// Close ends the session.
func (s *Session) Close() { s.media.Close() }

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

// Close ends every session.
func (h *Hub) Close() {
	h.mu.Lock()
	rooms := make([]*Room, 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	h.mu.Unlock()
	for _, r := range rooms {
		for _, s := range r.all() {
			s.Close()
		}
	}
}
