package hub

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"mostik/live/clean"
	"mostik/live/room"
	"mostik/live/shelf"
	"mostik/live/signal"
	"mostik/live/upload"
)

const (
	// MaxFile and MaxDeck are the largest uploads, in bytes.
	MaxFile = 100 << 20
	MaxDeck = 50 << 20
	// maxShelf is how much a webinar has in files, those that are arriving included.
	maxShelf = 2 << 30
	// UploadLife is how long an upload waits for its next piece.
	UploadLife = 24 * time.Hour
	// mostUploads is how many somebody may have under way.
	mostUploads = 8
	// cleaners is how many files are looked through at once.
	cleaners = 2
	// cleanTime is how long looking through one may take.
	cleanTime = 90 * time.Second
	// KeptDays is how long files stay after the end of a webinar of which no calendar knows.
	KeptDays = 30

	// FilesDir is the folder of the shelf, uploadsDir that of what arrives, decksDir that of drawn slides.
	FilesDir   = "files"
	uploadsDir = "uploads"
	decksDir   = "decks"
)

// Errors of uploads.
var (
	ErrLarge = errors.New("the file is larger than what is taken")
	ErrSpace = errors.New("the webinar has no room for more files")
	ErrMeta  = errors.New("the upload does not say what it is to become")
)

var keyName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// in runs something in the loop of a webinar's room while it is open. Errors: ErrUnknown.
func (h *Hub) in(webinar string, what func(*Room)) error {
	h.mu.Lock()
	r := h.rooms[webinar]
	if r != nil {
		r.users++
	}
	h.mu.Unlock()
	if r == nil {
		return ErrUnknown
	}
	defer h.leave(r)
	done := make(chan struct{})
	r.do(func() { what(r); close(done) })
	select {
	case <-done:
		return nil
	case <-r.quit:
		return ErrUnknown
	}
}

// Passed gives who brings a pass into a webinar that is under way. Errors: ErrForbidden, ErrUnknown.
func (h *Hub) Passed(webinar, pass string) (person string, err error) {
	err = h.in(webinar, func(r *Room) { person = r.rules.Passed(h.now(), pass) })
	if err == nil && person == "" {
		err = ErrForbidden
	}
	return person, err
}

// owner is how an upload knows who began it.
func owner(webinar, person string) string { return webinar + "/" + person }

// Intent is what an upload is to become.
type Intent struct {
	// Key is the key of the file or the slides in the room.
	Key  string
	Name string
	// Keep is how long it stays, a word of package shelf, "" for the usual one.
	Keep string
	// Slides tells that pages are to be made of it.
	Slides bool
}

func (i Intent) meta(person string) map[string]string {
	m := map[string]string{"key": i.Key, "name": i.Name, "keep": i.Keep, "person": person, "as": "file"}
	if i.Slides {
		m["as"] = "slides"
	}
	return m
}

// BeginUpload begins to take a file of a length in bytes. Errors: ErrForbidden, ErrUnknown, ErrLarge, ErrSpace, ErrMeta,
// upload.ErrMany, clean.ErrEmpty, *signal.Problem.
func (h *Hub) BeginUpload(webinar, pass string, length int64, i Intent) (u upload.Upload, err error) {
	person, err := h.Passed(webinar, pass)
	if err != nil {
		return u, err
	}
	if i.Keep == "" {
		i.Keep = shelf.Webinar
	}
	switch {
	case !keyName.MatchString(i.Key) || len(i.Name) > 1000 || !slices.Contains(shelf.Keeps, i.Keep):
		return u, ErrMeta
	case length == 0:
		return u, clean.ErrEmpty
	case length < 0 || length > MaxFile || i.Slides && length > MaxDeck:
		return u, ErrLarge
	}
	var problem *signal.Problem
	if err := h.in(webinar, func(r *Room) { problem = r.rules.MayBring(person, i.Keep, i.Slides) }); err != nil {
		return u, err
	}
	if problem != nil {
		return u, problem
	}
	have, err := h.shelf.Size(webinar)
	if err != nil {
		return u, err
	}
	coming, err := h.uploads.Pending(func(u upload.Upload) bool { return filepath.Dir(u.Owner) == webinar })
	if err != nil {
		return u, err
	}
	if have+coming+length > maxShelf {
		return u, ErrSpace
	}
	return h.uploads.Create(owner(webinar, person), length, i.meta(person))
}

// FindUpload tells how far an upload is. Errors: ErrForbidden, ErrUnknown, upload.ErrUnknown.
func (h *Hub) FindUpload(webinar, pass, id string) (u upload.Upload, err error) {
	person, err := h.Passed(webinar, pass)
	if err != nil {
		return u, err
	}
	return h.uploads.Find(owner(webinar, person), id)
}

// DropUpload forgets an upload. Errors: as FindUpload.
func (h *Hub) DropUpload(webinar, pass, id string) error {
	person, err := h.Passed(webinar, pass)
	if err != nil {
		return err
	}
	return h.uploads.Drop(owner(webinar, person), id)
}

// Append adds a piece to an upload, and with the last one puts the file into the room. A piece of nothing at the end
// asks what became of it. Errors: those of FindUpload and upload.Store.Append, *clean.Refused, *signal.Problem.
func (h *Hub) Append(ctx context.Context, webinar, pass, id string, offset int64, from io.Reader) (upload.Upload, error) {
	u, err := h.FindUpload(webinar, pass, id)
	if err != nil {
		return u, err
	}
	if u.Done && offset == u.Length {
		return u, outcome(u.Outcome)
	}
	before := u.Offset
	if u, err = h.uploads.Append(u.Owner, id, offset, from); err != nil {
		return u, err
	}
	if before < clean.HeadSize && u.Offset < u.Length {
		err = h.judge(u)
	} else if u.Offset == u.Length {
		err = h.take(ctx, webinar, u)
	}
	return u, err
}

// outcome is the error that a word of an upload's end stands for.
func outcome(word string) error {
	switch {
	case word == "":
		return nil
	case clean.Known(word) != nil:
		return clean.Known(word)
	}
	return signal.Refuse(word, "", "the file was not taken")
}

// judge refuses by the beginning what would be refused at the end, before the rest is sent.
func (h *Hub) judge(u upload.Upload) error {
	f, err := os.Open(h.uploads.Path(u.ID))
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, clean.HeadSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.HasPrefix(head, []byte("%PDF-")) {
		return nil // its text is none of a page
	}
	return h.finish(u, clean.Head(head[:n]))
}

// finish remembers how an upload ended, unless it may still end well.
func (h *Hub) finish(u upload.Upload, err error) error {
	var problem *signal.Problem
	var refused *clean.Refused
	switch {
	case errors.As(err, &refused):
		return errors.Join(refused, h.uploads.Finish(u.ID, refused.Code))
	case errors.As(err, &problem):
		if e := h.uploads.Finish(u.ID, problem.Code); e != nil {
			return e
		}
		return problem
	}
	return err
}

// take puts into the room what has arrived whole.
func (h *Hub) take(ctx context.Context, webinar string, u upload.Upload) error {
	if !h.claim(u.ID) {
		return upload.ErrTaken // the piece before, whose line broke, is still being looked through
	}
	defer h.unclaim(u.ID)
	select {
	case h.cleaning <- struct{}{}:
		defer func() { <-h.cleaning }()
	case <-ctx.Done():
		return ctx.Err()
	}
	u, err := h.uploads.Find(u.Owner, u.ID) // as it is now that nobody else takes it
	if err != nil || u.Done {
		return errors.Join(err, outcome(u.Outcome))
	}
	if u.Meta["as"] == "slides" {
		err = h.takeDeck(webinar, u)
	} else {
		err = h.takeFile(ctx, webinar, u)
	}
	if err != nil {
		return h.finish(u, err)
	}
	return h.uploads.Finish(u.ID, "")
}

func (h *Hub) claim(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.taking[id] {
		return false
	}
	h.taking[id] = true
	return true
}

func (h *Hub) unclaim(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.taking, id)
}

// takeFile looks through a file, takes out what it carries about people and places, and puts it on the shelf.
func (h *Hub) takeFile(ctx context.Context, webinar string, u upload.Upload) error {
	path, key := h.uploads.Path(u.ID), u.Meta["key"]
	kind, err := lookAt(path)
	if err != nil {
		return err
	}
	var there *room.File
	if err := h.in(webinar, func(r *Room) { there = r.rules.Files[key] }); err != nil {
		return err
	}
	if there != nil && there.From == u.Meta["person"] {
		return nil // it was put there just before the program was killed
	} else if there != nil {
		return signal.Refuse("taken", "key", "make another key")
	}
	item, err := h.shelf.Put(webinar, key, func(to *os.File) (shelf.Item, error) {
		taken, err := h.clean(ctx, kind, path, to)
		return shelf.Item{Name: kind.FileName(u.Meta["name"]), Media: kind.Media, Keep: u.Meta["keep"], At: h.Now(), Taken: taken}, err
	})
	if err != nil {
		return err
	}
	var problem *signal.Problem
	err = h.in(webinar, func(r *Room) {
		problem = r.rules.AddFile(h.now(), u.Meta["person"], key, room.File{Name: item.Name, Size: item.Size, Type: item.Media, Keep: item.Keep, Taken: item.Taken})
	})
	if problem != nil {
		return errors.Join(problem, h.shelf.Drop(webinar, key))
	}
	if err != nil { // nobody is in the room any more: who comes back goes on
		return errors.Join(err, h.shelf.Drop(webinar, key))
	}
	return nil
}

func lookAt(path string) (clean.Kind, error) {
	f, err := os.Open(path)
	if err != nil {
		return clean.Kind{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return clean.Kind{}, err
	}
	return clean.Look(f, info.Size())
}

// clean cleans a file into another. A PDF is read by a library that may stumble: that happens in a process of its own.
func (h *Hub) clean(ctx context.Context, kind clean.Kind, path string, to *os.File) ([]string, error) {
	if kind.Name == "pdf" {
		return h.cleanApart(ctx, path, to)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return kind.Clean(f, info.Size(), to)
}

// File gives where a file lies and what it is called. Errors: ErrForbidden, ErrUnknown.
func (h *Hub) File(webinar, pass, key string) (path, name string, err error) {
	if _, err := h.Passed(webinar, pass); err != nil {
		return "", "", err
	}
	there := false
	if err := h.in(webinar, func(r *Room) { there = r.rules.Files[key] != nil }); err != nil || !there {
		return "", "", ErrUnknown
	}
	item, path, err := h.shelf.Find(webinar, key)
	if errors.Is(err, shelf.ErrUnknown) {
		err = ErrUnknown
	}
	return path, item.Name, err
}

// shelved carries out what the rules decided about a file.
func (r *Room) shelved(e room.Effect) {
	var err error
	if e.Kept != "" {
		err = r.hub.shelf.Keep(r.webinar, e.Forget, e.Kept)
	} else {
		err = r.hub.shelf.Drop(r.webinar, e.Forget)
	}
	if err != nil {
		r.hub.Log.Error("a file of a webinar", "error", err)
	}
}

// over tells the shelf that the webinar is, and ends what is watched without a line: the room closes behind the last, so
// that a host may open it anew. In the loop.
func (r *Room) over(at int64) {
	for s := range r.watchers {
		go s.Close() // closing waits for libraries
	}
	if _, err := r.hub.shelf.End(r.webinar, time.UnixMilli(at)); err != nil {
		r.hub.Log.Error("ending the shelf of a webinar", "error", err)
	}
}

// Sweep takes away what need not be kept any longer: uploads that nobody goes on with, case material of webinars that
// are over, other files some days after. It is called at the start and once a day.
func (h *Hub) Sweep() error {
	gone, err := h.shelf.Sweep(h.Now(), h.kept, h.active)
	err = errors.Join(err, h.uploads.Sweep(), h.sweepDecks())
	byWebinar := map[string][]string{}
	for _, g := range gone {
		byWebinar[g.Webinar] = append(byWebinar[g.Webinar], g.Key)
	}
	for webinar, keys := range byWebinar {
		_ = h.in(webinar, func(r *Room) { r.rules.FilesGone(h.now(), keys...) }) // a room that is closed tells nobody
		err = errors.Join(err, h.journal(webinar, keys))
	}
	return err
}

// kept tells how long files stay after the end of a webinar: for ever while the calendar does not answer.
func (h *Hub) kept(webinar string) time.Duration {
	days := KeptDays
	if h.KeepDays != nil {
		known, err := h.KeepDays(webinar)
		if err != nil {
			h.Log.Error("how long a webinar's files are kept", "error", err)
			return math.MaxInt64
		}
		if known > 0 {
			days = known
		}
	}
	return time.Duration(days) * 24 * time.Hour
}

// active tells when something last happened in a webinar's room: now, while somebody is there.
func (h *Hub) active(webinar string) time.Time {
	if h.find(webinar) != nil {
		return h.Now()
	}
	info, err := os.Stat(filepath.Join(h.Dir, RoomsDir, webinar+".json"))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// journal notes that files went by their time.
func (h *Hub) journal(webinar string, keys []string) error {
	name, err := fileName(webinar)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(h.Dir, JournalDir, name+".jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	k := &keeper{journal: f}
	for _, key := range keys {
		err = errors.Join(err, k.note(&room.Note{Kind: "file-gone", At: h.now(), Entry: key, By: "time"}))
	}
	return errors.Join(err, f.Sync(), f.Close())
}
