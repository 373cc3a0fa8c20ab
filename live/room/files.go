package room

import (
	"mostik/live/signal"
)

// Most that a room keeps of each.
const (
	mostFiles = 500
	mostDecks = 50
)

// keepCase and keepCourse are words of package shelf.
const (
	keepCase   = "case"
	keepCourse = "course"
)

// MayBring tells whether somebody may put a file in that stays as long as keep says, or slides. Errors: forbidden,
// full.
func (r *Room) MayBring(person, keep string, slides bool) *signal.Problem {
	switch {
	case r.Room.Ended != 0:
		return signal.Refuse("over", "", "the webinar is over")
	case r.People[person] == nil, slides && !r.MayShow(person):
		return forbidden
	case keep == keepCourse && !r.MayShow(person):
		return signal.Refuse("forbidden", "keep", "only who speaks keeps files with the course")
	case slides && len(r.Decks) >= mostDecks:
		return signal.Refuse("full", "", "there are too many slides")
	case !slides && len(r.Files) >= mostFiles:
		return signal.Refuse("full", "", "there are too many files")
	}
	return nil
}

// AddFile puts a file in that was uploaded; the same key again is the same file. Errors: as MayBring, taken.
func (r *Room) AddFile(now int64, person, key string, f File) *signal.Problem {
	r.now = now
	if old := r.Files[key]; old != nil {
		if old.From == person {
			return nil
		}
		return signal.Refuse("taken", "key", "make another key")
	}
	if p := r.MayBring(person, f.Keep, false); p != nil {
		return p
	}
	f.From, f.At = person, now
	r.Files[key] = &f
	n := Note{Kind: "file", Person: person, Entry: key, State: f.Keep, Text: f.Name}
	if f.Keep == keepCase {
		n.Text = "" // its name may tell of somebody, and the journal stays
	}
	r.note(n)
	r.changed("files", key)
	return nil
}

// OfCase tells case material, which goes with the webinar, its name too.
func (f *File) OfCase() bool { return f.Keep == keepCase }

// ownFile finds a file that somebody may do something with.
func (r *Room) ownFile(person, key string) (*File, *signal.Problem) {
	f := r.Files[key]
	switch {
	case f == nil:
		return nil, unknown
	case f.From != person && !r.isHost(person):
		return nil, forbidden
	}
	return f, nil
}

func (r *Room) dropFile(person, key string) *signal.Problem {
	if _, p := r.ownFile(person, key); p != nil {
		return p
	}
	r.forget(person, key, "hand")
	return nil
}

// forget takes a file away and off the disk.
func (r *Room) forget(person, key, by string) {
	delete(r.Files, key)
	r.note(Note{Kind: "file-gone", Person: person, Entry: key, By: by})
	r.effects = append(r.effects, Effect{Forget: key})
	r.changed("files", key)
}

// keepFile says how long a file stays.
func (r *Room) keepFile(person string, c *signal.KeepFile) *signal.Problem {
	f, p := r.ownFile(person, c.Key)
	if p != nil {
		return p
	}
	if c.Keep == keepCourse && !r.MayShow(person) {
		return signal.Refuse("forbidden", "keep", "only who speaks keeps files with the course")
	}
	f.Keep = c.Keep
	r.note(Note{Kind: "file-keep", Person: person, Entry: c.Key, State: c.Keep})
	r.effects = append(r.effects, Effect{Forget: c.Key, Kept: c.Keep})
	r.changed("files", c.Key)
	return nil
}

// dropCases takes case material away when the webinar ends.
func (r *Room) dropCases() {
	for _, key := range sorted(r.Files) {
		if r.Files[key].Keep == keepCase {
			r.forget("", key, "end")
		}
	}
}

// FilesGone tells that files were taken off the disk.
func (r *Room) FilesGone(now int64, keys ...string) {
	r.now = now
	for _, key := range keys {
		if r.Files[key] != nil {
			delete(r.Files, key)
			r.changed("files", key)
		}
	}
}

// States of slides.
const (
	deckPreparing = "preparing"
	deckFailed    = "failed"
)

// AddDeck tells that slides came and are being made ready. Errors: as MayBring, taken.
func (r *Room) AddDeck(now int64, person, key, title string) *signal.Problem {
	r.now = now
	if old := r.Decks[key]; old != nil && (old.By != person || old.State != deckFailed) {
		return signal.Refuse("taken", "key", "make another key")
	}
	if p := r.MayBring(person, "", true); p != nil {
		return p
	}
	r.Decks[key] = &Deck{Title: title, By: person, At: now, State: deckPreparing}
	r.changed("decks", key)
	return nil
}

// DeckReady tells that slides can be shown, or with a word why not.
func (r *Room) DeckReady(now int64, key string, pages int, why string) {
	r.now = now
	d := r.Decks[key]
	if d == nil {
		return
	}
	d.Pages, d.State, d.Why = pages, "", why
	if why != "" {
		d.State = deckFailed
	}
	r.changed("decks", key)
}
