package room

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mostik/live/turnstile"
)

const (
	// doorTime is how long a door stays open for whoever came by a code: to write a name, or to sign in.
	doorTime = int64(5 * time.Minute / time.Millisecond)
	// most of a name.
	mostName = 80
)

// Errors of check-in.
var (
	// ErrDoor is returned for a door or pass that is none, is over, or is of another room.
	ErrDoor = errors.New("no open door of this room")
	// ErrName is returned when neither an account nor a name tells who comes.
	ErrName = errors.New("a check-in needs a name")
	// ErrFull is returned when the rosters hold no more people.
	ErrFull = errors.New("the rosters are full")
)

// Place is a site whose code was shown.
type Place struct {
	Webinar, Title, Language string
	// Site is the centre's name, Zone its time zone (IANA).
	Site, Zone string
	// Door lets one check in there for a few minutes.
	Door string
}

// Presence is somebody who has checked in, as they are told.
type Presence struct {
	Place
	Name string
	// State is here, late or left; Since is when it began, in Unix milliseconds.
	State string
	Since int64
}

func (r *Room) shownAt(site, address string) turnstile.Shown {
	return r.turnstile().Show(r.screen(site), r.now, address)
}

func (r *Room) turnstile() turnstile.Secret { return r.secret }

// screen is what a site's codes are made of.
func (r *Room) screen(site string) string { return r.Webinar + "/" + site }

// Shown gives the sites of the room whose digits or word these are, now or a minute ago. Two sites may show the same
// six digits, though hardly ever.
func (r *Room) Shown(now int64, code string) (list []Place) {
	r.now = now
	if r.Room.Ended != 0 {
		return nil
	}
	for _, person := range sorted(r.People) {
		if r.People[person].Kind == "site" && r.turnstile().Shows(r.screen(person), now, code) {
			list = append(list, r.place(person))
		}
	}
	return list
}

func (r *Room) place(site string) Place {
	p := r.People[site]
	return Place{
		Webinar: r.Webinar, Title: r.Room.Title, Language: r.Room.Language, Site: p.Name, Zone: p.Zone,
		Door: r.turnstile().Seal("door", r.now+doorTime, r.Webinar, site),
	}
}

// unseal gives the words back, nil when the mark is not ours, the time is over or it is of another room.
func (r *Room) unseal(now int64, kind, sealed string) []string {
	words := r.turnstile().Unseal(kind, now, sealed)
	if len(words) == 0 || words[0] != r.Webinar {
		return nil
	}
	return words
}

// At tells where a door leads. Errors: ErrDoor.
func (r *Room) At(now int64, door string) (Place, error) {
	r.now = now
	words := r.unseal(now, "door", door)
	if len(words) != 2 || r.Room.Ended != 0 {
		return Place{}, ErrDoor
	}
	if p := r.People[words[1]]; p == nil || p.Kind != "site" {
		return Place{}, ErrDoor
	}
	place := r.place(words[1])
	place.Door = door // no longer than it was opened for
	return place, nil
}

// CheckIn takes somebody's own check-in through a door: by their account when their device is signed in, else by the
// name they give. It finds whoever is expected under either, and counts the same person once. It gives a pass by which
// they see how they stand, and leave. Errors: ErrDoor, ErrName, ErrFull.
func (r *Room) CheckIn(now int64, door, account, name string) (pass string, err error) {
	r.now = now
	if _, err := r.At(now, door); err != nil {
		return "", err
	}
	site := strings.Split(door, ".")[1]
	name = strings.Join(strings.Fields(name), " ")
	if runes := []rune(name); len(runes) > mostName {
		name = string(runes[:mostName])
	}
	if name == "" {
		return "", ErrName
	}
	key, by := r.entryOf(site, account, name)
	e := r.Roster[key]
	if e == nil {
		if r.full(site) {
			return "", ErrFull
		}
		e = &Entry{Site: site, Name: name}
		r.Roster[key] = e
	}
	if account != "" {
		e.Person = account
	}
	state := "here"
	if here(e.State) {
		state = e.State // who was ticked as late came late
	}
	r.mark(key, e, state, by)
	return r.turnstile().Seal("here", now+passTime, r.Webinar, key, by), nil
}

// entryOf finds the entry of somebody at a site, or the key that theirs will have.
func (r *Room) entryOf(site, account, name string) (key, by string) {
	if account != "" {
		if key := r.ofAccount(site, account); key != "" {
			return key, byDevice
		}
		if key := r.ofName(site, name, func(e *Entry) bool { return e.Person == "" }); key != "" {
			return key, byDevice // the facilitator wrote them down already
		}
		return r.entryKey(site, "account", account), byDevice
	}
	if key := r.ofName(site, name, func(*Entry) bool { return true }); key != "" {
		return key, byCode
	}
	return r.entryKey(site, "name", alike(name)), byCode
}

func (r *Room) ofAccount(site, account string) string {
	for _, key := range sorted(r.Roster) {
		if e := r.Roster[key]; e.Site == site && account != "" && e.Person == account {
			return key
		}
	}
	return ""
}

func (r *Room) ofName(site, name string, fits func(*Entry) bool) string {
	name = alike(name)
	for _, key := range sorted(r.Roster) {
		if e := r.Roster[key]; e.Site == site && fits(e) && alike(e.Name) == name {
			return key
		}
	}
	return ""
}

// alike makes names equal that differ by order, case or a dot on the е.
func alike(name string) string {
	words := strings.Fields(strings.ReplaceAll(strings.ToLower(name), "ё", "е"))
	slices.Sort(words)
	return strings.Join(words, " ")
}

// entryKey is the key of an entry that the room itself makes. It tells nobody an account's id.
func (r *Room) entryKey(site, kind, who string) string {
	h := hmac.New(sha256.New, r.secret)
	fmt.Fprintf(h, "entry/%s/%s/%s/%s", r.Webinar, site, kind, who)
	return "e" + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}

// CheckedIn tells whoever brings a pass how they stand. Errors: ErrDoor.
func (r *Room) CheckedIn(now int64, pass string) (Presence, error) {
	r.now = now
	e, _ := r.holder(now, pass)
	if e == nil {
		return Presence{}, ErrDoor
	}
	place := r.place(e.Site)
	place.Door = ""
	return Presence{Place: place, Name: e.Name, State: e.State, Since: e.At}, nil
}

// CheckOut tells that the holder of a pass leaves, or with back that they are there again. Errors: ErrDoor.
func (r *Room) CheckOut(now int64, pass string, back bool) error {
	r.now = now
	e, words := r.holder(now, pass)
	if e == nil || r.Room.Ended != 0 {
		return ErrDoor
	}
	by := words[2]
	if grades[e.By] > grades[by] {
		return ErrDoor // by their own device they are there; a name alone does not send them away
	}
	if here(e.State) == back {
		return nil
	}
	state := "left"
	if back {
		state = "here"
	}
	r.mark(words[1], e, state, by)
	return nil
}

// holder finds the entry of a pass, nil for none.
func (r *Room) holder(now int64, pass string) (*Entry, []string) {
	words := r.unseal(now, "here", pass)
	if len(words) < 3 {
		return nil, nil
	}
	// Keys that facilitators' browsers make may hold dots.
	last := len(words) - 1
	words = []string{words[0], strings.Join(words[1:last], "."), words[last]}
	e := r.Roster[words[1]]
	if e == nil || r.People[e.Site] == nil {
		return nil, nil
	}
	return e, words
}
