// Package upload keeps files while they arrive in pieces, over lines that break: what arrived stays, across a restart
// too, and who comes back goes on where it stopped. It speaks no HTTP: the gateway puts tus 1.0 before it.
//
// An upload is two files in a folder: ID.json says what it is to become, ID.part holds what arrived, so that its size
// is the offset.
package upload

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Errors of uploads.
var (
	ErrUnknown = errors.New("there is no such upload")
	ErrOffset  = errors.New("the upload goes on elsewhere")
	ErrTaken   = errors.New("somebody else goes on with the upload")
	ErrLong    = errors.New("there is more than was announced")
	ErrMany    = errors.New("there are too many unfinished uploads")
)

// Upload is a file that arrives.
type Upload struct {
	ID string `json:"id"`
	// Owner is who began it, in words of the caller; nobody else goes on with it.
	Owner string `json:"owner"`
	// Length is how large it will be, in bytes.
	Length int64 `json:"length"`
	// Meta says what it is to become.
	Meta map[string]string `json:"meta"`
	// Made is when it began, Expires when it is forgotten: each piece puts that off.
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires"`
	// Done tells that it was taken or refused; Outcome is the word of a refusal, "" for none.
	Done    bool   `json:"done,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	// Offset is how much has arrived.
	Offset int64 `json:"-"`
}

// Store holds the uploads of one folder. Only one store uses a folder.
type Store struct {
	dir string
	// Life is how long an upload waits for its next piece.
	life time.Duration
	// most is how many unfinished ones an owner may have.
	most int
	now  func() time.Time

	mu      sync.Mutex
	begun   int            // writers
	writers map[string]int // the newest writer of each upload
}

// Open gives the store of a folder, which is made when it is missing.
func Open(dir string, life time.Duration, most int, now func() time.Time) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of uploads: %w", err)
	}
	return &Store{dir: dir, life: life, most: most, now: now, writers: map[string]int{}}, nil
}

var goodID = regexp.MustCompile(`^[A-Z0-9]{26}$`)

func (s *Store) info(id string) string { return filepath.Join(s.dir, id+".json") }

// Path is where lies what has arrived of an upload.
func (s *Store) Path(id string) string { return filepath.Join(s.dir, id+".part") }

// Create begins an upload. Errors: ErrMany.
func (s *Store) Create(owner string, length int64, meta map[string]string) (u Upload, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	open, all, err := s.count(owner)
	if err != nil {
		return Upload{}, err
	}
	if open >= s.most || all >= remembered*s.most {
		return Upload{}, ErrMany
	}
	now := s.now()
	u = Upload{ID: rand.Text(), Owner: owner, Length: length, Meta: meta, Made: now, Expires: now.Add(s.life)}
	f, err := os.OpenFile(s.Path(u.ID), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Upload{}, err
	}
	return u, errors.Join(f.Close(), s.write(u))
}

// remembered is how many finished uploads of an owner are remembered at once, for each unfinished one that they may have:
// whoever sends what is refused again and again fills no folder.
const remembered = 25

// count counts an owner's unfinished uploads, and all.
func (s *Store) count(owner string) (open, all int, err error) {
	err = s.each(func(u Upload) error {
		if u.Owner != owner {
			return nil
		}
		if all++; !u.Done {
			open++
		}
		return nil
	})
	return open, all, err
}

// Pending is how many bytes unfinished uploads were announced to have that a test tells of.
func (s *Store) Pending(of func(Upload) bool) (bytes int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.each(func(u Upload) error {
		if !u.Done && of(u) {
			bytes += u.Length
		}
		return nil
	})
	return bytes, err
}

func (s *Store) each(visit func(Upload) error) error {
	list, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		return err
	}
	for _, path := range list {
		u, err := s.read(strings.TrimSuffix(filepath.Base(path), ".json"))
		if errors.Is(err, ErrUnknown) {
			continue
		}
		if err == nil {
			err = visit(u)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write makes what is known of an upload last: whole or as before.
func (s *Store) write(u Upload) error {
	raw, err := json.Marshal(u)
	if err != nil {
		return err
	}
	temp := s.info(u.ID) + ".new"
	if err := os.WriteFile(temp, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, s.info(u.ID))
}

func (s *Store) read(id string) (u Upload, err error) {
	if !goodID.MatchString(id) {
		return Upload{}, ErrUnknown
	}
	raw, err := os.ReadFile(s.info(id))
	if errors.Is(err, os.ErrNotExist) {
		return Upload{}, ErrUnknown
	}
	if err == nil {
		err = json.Unmarshal(raw, &u)
	}
	if err != nil {
		return Upload{}, fmt.Errorf("what is known of upload %s: %w", id, err)
	}
	if u.Done {
		u.Offset = u.Length
		return u, nil
	}
	f, err := os.Stat(s.Path(id))
	if errors.Is(err, os.ErrNotExist) {
		return Upload{}, ErrUnknown
	}
	if err == nil {
		u.Offset = f.Size()
	}
	return u, err
}

// Find tells how far an upload of an owner is. Errors: ErrUnknown, for one that has expired too.
func (s *Store) Find(owner, id string) (Upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(owner, id)
}

func (s *Store) find(owner, id string) (Upload, error) {
	u, err := s.read(id)
	if err == nil && (u.Owner != owner || s.now().After(u.Expires)) {
		err = ErrUnknown
	}
	if err != nil {
		return Upload{}, err
	}
	return u, nil
}

// Append adds what a reader gives at an offset, and keeps what arrived even when the reader fails. A writer whose line
// hangs holds up nobody: the next one takes over where it stopped. Errors: ErrUnknown, ErrOffset, ErrTaken, ErrLong,
// and the reader's; u is true in every case.
func (s *Store) Append(owner, id string, offset int64, from io.Reader) (u Upload, err error) {
	u, mine, f, err := s.begin(owner, id, offset)
	if err != nil {
		return u, err
	}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.writers[id] == mine {
			delete(s.writers, id)
		}
		err = errors.Join(err, f.Close())
	}()
	buf := make([]byte, 64<<10)
	for {
		n, e := from.Read(buf)
		if n > 0 {
			if err := s.put(f, &u, mine, buf[:n]); err != nil {
				return u, err
			}
		}
		if errors.Is(e, io.EOF) {
			break
		}
		if e != nil {
			return u, e
		}
	}
	if err := f.Sync(); err != nil {
		return u, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writers[id] != mine {
		return u, ErrTaken
	}
	u.Expires = s.now().Add(s.life)
	return u, s.write(u)
}

func (s *Store) begin(owner, id string, offset int64) (u Upload, mine int, f *os.File, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, err = s.find(owner, id); err != nil {
		return u, 0, nil, err
	}
	if u.Offset != offset {
		return u, 0, nil, ErrOffset
	}
	if u.Done {
		return u, 0, nil, ErrTaken
	}
	if f, err = os.OpenFile(s.Path(id), os.O_WRONLY, 0); err != nil {
		return u, 0, nil, err
	}
	s.begun++
	s.writers[id] = s.begun
	return u, s.begun, f, nil
}

// put writes a piece while no other writer has begun.
func (s *Store) put(f *os.File, u *Upload, mine int, piece []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writers[u.ID] != mine {
		return ErrTaken
	}
	if u.Offset+int64(len(piece)) > u.Length {
		return ErrLong
	}
	n, err := f.WriteAt(piece, u.Offset)
	u.Offset += int64(n)
	return err
}

// Finish lets go of what arrived, and remembers for who asks again that it was taken, or why not.
func (s *Store) Finish(id, outcome string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.read(id)
	if err != nil {
		return err
	}
	u.Done, u.Outcome, u.Meta, u.Expires = true, outcome, nil, s.now().Add(s.life)
	delete(s.writers, id) // whoever still writes is told so
	return errors.Join(s.write(u), gone(s.Path(id)))
}

// Drop forgets an upload of an owner. Errors: ErrUnknown.
func (s *Store) Drop(owner, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.find(owner, id); err != nil {
		return err
	}
	return s.forget(id)
}

func (s *Store) forget(id string) error {
	delete(s.writers, id)
	return errors.Join(gone(s.Path(id)), gone(s.info(id)))
}

// Sweep forgets what has expired, and what a crash left half made.
func (s *Store) Sweep() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	err := s.each(func(u Upload) error {
		if now.After(u.Expires) {
			return s.forget(u.ID)
		}
		return nil
	})
	parts, e := filepath.Glob(filepath.Join(s.dir, "*.part"))
	for _, path := range parts {
		if _, e := s.read(strings.TrimSuffix(filepath.Base(path), ".part")); errors.Is(e, ErrUnknown) {
			err = errors.Join(err, gone(path))
		}
	}
	return errors.Join(err, e)
}

func gone(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
