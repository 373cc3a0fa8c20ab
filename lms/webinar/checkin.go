package webinar

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/db"
)

// Rooms are the rooms that are under way, as check-in needs them; package hub has them.
type Rooms interface {
	// Shown gives the sites that show these digits or this word.
	Shown(code string) []room.Place
	// At tells where a door leads, CheckIn goes through it, by an account or else by a name. Errors: room.ErrDoor,
	// room.ErrName, room.ErrFull.
	At(door string) (room.Place, error)
	CheckIn(door, account, name string) (pass string, err error)
	// CheckedIn and CheckOut are for whoever holds the pass. Errors: room.ErrDoor.
	CheckedIn(pass string) (room.Presence, error)
	CheckOut(pass string, back bool) error
}

// FindSite gives the sites that show a code now, with a door into each. It is nearly always one. Wrong digits are
// counted by the address they come from, and in all, so that nobody tries them out; the QR code's word is too long to
// be guessed, and is always taken. also gives what else shows codes, under the same bounds. Errors: NotFound with code
// check-in-code, TooMany.
func (s *Service) FindSite(from netip.Addr, code string, also ...func(code string) ([]room.Place, error)) (list []room.Place, err error) {
	defer lms.Wrap(&err, "webinar.FindSite")
	code = normal(code)
	digits := strings.Trim(code, "0123456789") == ""
	now := s.Now()
	if digits {
		if wait := s.tries.wait(now, from, code); wait > 0 {
			return nil, tooMany(wait)
		}
	}
	list = s.Rooms.Shown(code)
	for _, shown := range also {
		more, err := shown(code)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	if len(list) == 0 {
		if digits {
			s.tries.wrong(now, from)
		}
		return nil, &lms.Error{Kind: lms.NotFound, Code: "check-in-code", Detail: "no site shows this code now"}
	}
	if digits {
		s.tries.right(now, code)
	}
	return list, nil
}

// normal is a code as it is compared: without what people put between its signs.
func normal(code string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.ToUpper(code))
}

// Entrance is a door, and who stands before it.
type Entrance struct {
	room.Place
	// Name is that of the actor's account, "" for a stranger.
	Name string
}

// Entrance tells where a door leads. Errors: Gone with code check-in-over.
func (s *Service) Entrance(ctx context.Context, actor lms.Actor, door string) (e Entrance, err error) {
	defer lms.Wrap(&err, "webinar.Entrance")
	if e.Place, err = s.Rooms.At(door); err != nil {
		return Entrance{}, doorError(err)
	}
	e.Name, err = s.nameOf(ctx, actor)
	return e, err
}

// nameOf is the name of an account, "" for nobody's.
func (s *Service) nameOf(ctx context.Context, actor lms.Actor) (name string, err error) {
	if !actor.SignedIn() {
		return "", nil
	}
	err = db.Row(ctx, s.DB, `SELECT trim(given_name || ' ' || family_name) FROM persons WHERE id = $1`, actor.Person).Scan(&name)
	return name, db.Found(err, "person")
}

// CheckIn says that somebody sits at the site behind a door, and gives the pass by which they see how they stand and
// leave. With a name it is whoever that is; without one it is the actor, whose device is the evidence. Errors: Gone
// with code check-in-over, Invalid (no name), Conflict with code full.
func (s *Service) CheckIn(ctx context.Context, actor lms.Actor, door, name string) (pass string, err error) {
	defer lms.Wrap(&err, "webinar.CheckIn")
	account := ""
	if name = strings.TrimSpace(name); name == "" && actor.SignedIn() {
		if name, err = s.nameOf(ctx, actor); err != nil {
			return "", err
		}
		account = actor.Person.String()
	}
	pass, err = s.Rooms.CheckIn(door, account, name)
	return pass, doorError(err)
}

// CheckedIn tells whoever holds a pass how they stand. Errors: Gone with code check-in-over.
func (s *Service) CheckedIn(pass string) (p room.Presence, err error) {
	defer lms.Wrap(&err, "webinar.CheckedIn")
	p, err = s.Rooms.CheckedIn(pass)
	return p, doorError(err)
}

// CheckOut tells that the holder of a pass leaves, or is back. Errors: Gone with code check-in-over.
func (s *Service) CheckOut(pass string, back bool) (err error) {
	defer lms.Wrap(&err, "webinar.CheckOut")
	return doorError(s.Rooms.CheckOut(pass, back))
}

// doorError gives a room's errors their kinds.
func doorError(err error) error {
	switch {
	case errors.Is(err, room.ErrDoor):
		return &lms.Error{Kind: lms.Gone, Code: "check-in-over", Detail: "the check-in was too long ago, or the webinar is over"}
	case errors.Is(err, room.ErrName):
		return lms.ErrInvalid("name", "required", "say who you are")
	case errors.Is(err, room.ErrFull):
		return lms.ErrConflict("full", "the site's roster is full")
	}
	return err
}
