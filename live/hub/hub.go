package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"mostik/live"
	"mostik/live/room"
	"mostik/live/shelf"
	"mostik/live/signal"
	"mostik/live/upload"
	"mostik/media/rtc"
)

// Line is how a browser is spoken to. Neither method blocks.
type Line interface {
	// Send hands a message over; a line that cannot keep up closes itself.
	Send(message []byte)
	Close(code int)
}

// Config is what a hub needs.
type Config struct {
	Engine *rtc.Engine
	// Dir is the folder in which rooms and their journals lie.
	Dir string
	// Info tells what the calendar knows of a webinar; nil knows nothing.
	Info func(webinar string) (room.Plan, error)
	// KeepDays tells how many days a webinar's files stay after its end, 0 when the calendar does not know the webinar;
	// nil knows of none.
	KeepDays func(webinar string) (int, error)
	// Expected tells whom a centre expects at a webinar; nil knows of nobody.
	Expected func(ctx context.Context, webinar, centre string) ([]room.Expected, error)
	// Servers tells a participant of relays, with credentials until a moment; nil for none.
	Servers func(user string, until time.Time) []signal.ICEServer
	Now     func() time.Time
	Log     *slog.Logger
	// CleanPDF is the program, with its arguments, that calls CleanPDF with its standard input, output and errors.
	CleanPDF []string
}

// Hub holds the rooms of a process.
type Hub struct {
	Config
	secret  []byte
	shelf   *shelf.Shelf
	uploads *upload.Store
	// cleaning bounds how many files are looked through at once.
	cleaning chan struct{}
	soffice  string

	mu    sync.Mutex
	rooms map[string]*Room
	// closing are rooms that everybody left and that are being written down.
	closing map[string]*Room
	taking  map[string]bool // uploads that are being looked through
	closed  bool
	// running counts rooms whose loop has not ended: those that are being written down are no longer in rooms.
	running sync.WaitGroup
}

// Errors of rooms.
var (
	ErrForbidden = errors.New("the ticket does not allow this")
	ErrUnknown   = errors.New("there is no such session")
	ErrClosed    = errors.New("the program is being stopped")
)

// New makes a hub.
func New(c Config) (*Hub, error) {
	for _, dir := range []string{RoomsDir, JournalDir} {
		if err := os.MkdirAll(filepath.Join(c.Dir, dir), 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of rooms: %w", err)
		}
	}
	secret, err := keptSecret(filepath.Join(c.Dir, "secret"))
	if err != nil {
		return nil, fmt.Errorf("the secret of check-in codes: %w", err)
	}
	uploads, err := upload.Open(filepath.Join(c.Dir, uploadsDir), UploadLife, mostUploads, c.Now)
	if err != nil {
		return nil, err
	}
	return &Hub{
		Config: c, secret: secret, rooms: map[string]*Room{}, closing: map[string]*Room{}, taking: map[string]bool{}, shelf: shelf.Open(filepath.Join(c.Dir, FilesDir)), uploads: uploads,
		cleaning: make(chan struct{}, cleaners), soffice: office(),
	}, nil
}

// keptSecret reads a secret, and makes it when there is none.
func keptSecret(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err == nil && len(b) >= 32 {
		return b, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	b = make([]byte, 32)
	_, _ = rand.Read(b)
	return b, os.WriteFile(path, b, 0o600)
}

func (h *Hub) now() int64 { return h.Now().UnixMilli() }

// room gives the room of a webinar, and opens it for its first visitor. The caller leaves it. What a host has ended is opened
// anew by a host's line alone, which is told by anew: whoever else comes would sit in an empty room, and their minutes with
// them. Errors: ErrClosed, *signal.Problem with the code over.
func (h *Hub) room(webinar string, anew bool) (*Room, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(webinar)
	r := h.rooms[webinar]
	if r == nil && !h.closed {
		// The calendar is asked without the lock: a database that is away delays nobody in another room.
		h.mu.Unlock()
		plan, kept, err := h.plan(webinar, anew)
		h.mu.Lock()
		if err != nil {
			return nil, fmt.Errorf("opening the room of %s: %w", webinar, err)
		}
		h.settle(webinar)
		if r = h.rooms[webinar]; r == nil && !h.closed {
			if r, err = openRoom(h, webinar, plan); err != nil {
				return nil, fmt.Errorf("opening the room of %s: %w", webinar, err)
			}
			h.rooms[webinar] = r
			if kept {
				h.Replan(webinar)
			}
		}
	}
	if h.closed {
		return nil, ErrClosed
	}
	r.users++
	return r, nil
}

// plan is what a new room begins with. One that goes on has that written down: it opens at once, and learns of changes
// when the calendar answers. Errors: as room.
func (h *Hub) plan(webinar string, anew bool) (p room.Plan, kept bool, err error) {
	name, err := fileName(webinar)
	if err != nil {
		return room.Plan{}, false, err
	}
	s, err := readState(filepath.Join(h.Dir, RoomsDir, name+".json"))
	there := err == nil && s != nil // what cannot be read is reported by open
	switch {
	case there && s.Room.Ended != 0 && !anew:
		return room.Plan{}, false, signal.Refuse("over", "", "the webinar is over")
	case h.Info == nil:
		return room.Plan{Info: room.Info{Title: webinar}}, false, nil
	case there && s.Room.Ended == 0:
		return room.Plan{Info: s.Room}, true, nil
	}
	p, err = h.Info(webinar)
	return p, false, err
}

// Replan lets a room that is open know that its webinar was changed, soon and aside: nobody waits for the calendar.
func (h *Hub) Replan(webinar string) {
	if h.Info == nil {
		return
	}
	go func() {
		p, err := h.Info(webinar)
		if err == nil {
			err = h.in(webinar, func(r *Room) {
				r.rules.Replan(h.now(), p)
				r.carry()
			})
		}
		if err != nil && !errors.Is(err, ErrUnknown) {
			h.Log.Warn("asking the calendar for an open room", "webinar", webinar, "error", err)
		}
	}()
}

// settle waits for a room that is being written down. It is called locked, and unlocks meanwhile.
func (h *Hub) settle(webinar string) {
	for r := h.closing[webinar]; r != nil; r = h.closing[webinar] {
		h.mu.Unlock()
		<-r.done
		h.mu.Lock()
		if h.closing[webinar] == r {
			delete(h.closing, webinar)
		}
	}
}

// leave gives a room up; the last one closes it.
func (h *Hub) leave(r *Room) {
	h.mu.Lock()
	r.users--
	last := r.users == 0
	if last {
		delete(h.rooms, r.webinar)
		h.closing[r.webinar] = r
	}
	h.mu.Unlock()
	if !last {
		return
	}
	r.close()
	h.mu.Lock()
	if h.closing[r.webinar] == r {
		delete(h.closing, r.webinar)
	}
	h.mu.Unlock()
}

// Rooms is how many webinars are under way.
func (h *Hub) Rooms() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.rooms)
}

func (h *Hub) find(webinar string) *Room {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[webinar]
}

// Session finds a media session of a webinar for the holder of a ticket. Errors: ErrUnknown.
func (h *Hub) Session(t live.Ticket, id string) (*Session, error) {
	r := h.find(t.Webinar)
	if r == nil {
		return nil, ErrUnknown
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.sessions[id]; s != nil && s.ticket == t.ID {
		return s, nil
	}
	return nil, ErrUnknown
}

// Close sends everybody away to come back to the next program: rooms are written down as they stand.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	rooms := make([]*Room, 0, len(h.rooms))
	for _, r := range h.rooms {
		rooms = append(rooms, r)
	}
	h.mu.Unlock()
	for _, r := range rooms {
		r.evacuate()
	}
	// The last to leave closes its room, which is written down then.
	written := make(chan struct{})
	go func() { h.running.Wait(); close(written) }()
	select {
	case <-written:
	case <-time.After(closeTime):
	}
}

// closeTime bounds how long a program that stops waits for lines to be gone.
const closeTime = 3 * time.Second
