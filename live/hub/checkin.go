package hub

import (
	"context"
	"strings"
	"time"

	"mostik/live/room"
)

// expectTime bounds what a site waits for the list of whom it expects.
const expectTime = 10 * time.Second

// Shown gives the sites, of all rooms that are under way, that show these digits or this word.
func (h *Hub) Shown(code string) (list []room.Place) {
	h.mu.Lock()
	webinars := make([]string, 0, len(h.rooms))
	for webinar := range h.rooms {
		webinars = append(webinars, webinar)
	}
	h.mu.Unlock()
	for _, webinar := range webinars {
		// One that ends meanwhile shows nothing.
		_ = h.in(webinar, func(r *Room) { list = append(list, r.rules.Shown(h.now(), code)...) })
	}
	return list
}

// At tells where a door leads. Errors: room.ErrDoor.
func (h *Hub) At(door string) (place room.Place, err error) {
	err = h.behind(door, func(r *Room) (err error) {
		place, err = r.rules.At(h.now(), door)
		return err
	})
	return place, err
}

// CheckIn checks somebody in through a door, by their account or else by a name, and gives their pass. Errors:
// room.ErrDoor, room.ErrName, room.ErrFull.
func (h *Hub) CheckIn(door, account, name string) (pass string, err error) {
	err = h.behind(door, func(r *Room) (err error) {
		pass, err = r.rules.CheckIn(h.now(), door, account, name)
		return err
	})
	return pass, err
}

// CheckedIn tells whoever brings a pass how they stand. Errors: room.ErrDoor.
func (h *Hub) CheckedIn(pass string) (p room.Presence, err error) {
	err = h.behind(pass, func(r *Room) (err error) {
		p, err = r.rules.CheckedIn(h.now(), pass)
		return err
	})
	return p, err
}

// CheckOut tells that the holder of a pass leaves, or with back that they are there again. Errors: room.ErrDoor.
func (h *Hub) CheckOut(pass string, back bool) error {
	return h.behind(pass, func(r *Room) error { return r.rules.CheckOut(h.now(), pass, back) })
}

// behind runs something in the loop of the room that a door or pass names first.
func (h *Hub) behind(sealed string, what func(*Room) error) error {
	webinar, _, _ := strings.Cut(sealed, ".")
	err := room.ErrDoor
	if h.in(webinar, func(r *Room) { err = what(r) }) != nil {
		return room.ErrDoor
	}
	return err
}

// expect puts whom a centre expects on its roster, aside from the loop: a calendar that is away delays nobody.
func (r *Room) expect(person, centre string) {
	if r.hub.Expected == nil {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), expectTime)
		defer cancel()
		people, err := r.hub.Expected(ctx, r.webinar, centre)
		if err != nil {
			r.hub.Log.Warn("whom a centre expects", "error", err)
			return
		}
		r.do(func() { r.rules.Expect(r.hub.now(), person, people) })
	}()
}
