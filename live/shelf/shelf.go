// Package shelf keeps what was put into webinars, as long as each thing says: case material until the end, other
// files for some weeks after it, a course's as long as the course. What is dropped is gone from the disk.
//
// A webinar has a folder; a file's content lies there under its key, what is known of it beside it in KEY.json. The
// file "ended" holds when the webinar was over.
package shelf

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// How long a thing stays.
const (
	// Case is material of people's cases: it goes when the webinar ends.
	Case = "case"
	// Webinar is everything that says nothing else: it goes some weeks after the end.
	Webinar = "webinar"
	// Course stays as long as somebody does not take it away.
	Course = "course"
)

// Keeps are the three, the usual one first.
var Keeps = []string{Webinar, Case, Course}

// idle is how long nothing happens until a webinar that nobody ended counts as over.
const idle = 48 * time.Hour

const endedFile = "ended"

// ErrUnknown is returned for what is not on the shelf.
var ErrUnknown = errors.New("there is no such thing on the shelf")

// Item is a thing on the shelf.
type Item struct {
	Key   string    `json:"key"`
	Name  string    `json:"name"`
	Media string    `json:"media"`
	Size  int64     `json:"size"` // bytes
	Keep  string    `json:"keep"`
	At    time.Time `json:"at"`
	// Taken are words for what was taken out of it.
	Taken []string `json:"taken,omitempty"`
}

// Gone is a thing that was dropped.
type Gone struct{ Webinar, Key string }

// Shelf is a folder of them. Its methods may be called at once for different things.
type Shelf struct{ dir string }

// Open gives the shelf in a folder.
func Open(dir string) *Shelf { return &Shelf{dir} }

var good = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (s *Shelf) folder(webinar string) (string, error) {
	if !good.MatchString(webinar) {
		return "", ErrUnknown
	}
	return filepath.Join(s.dir, webinar), nil
}

func (s *Shelf) path(webinar, key string) (string, error) {
	dir, err := s.folder(webinar)
	if err != nil || !good.MatchString(key) || key == endedFile {
		return "", ErrUnknown
	}
	return filepath.Join(dir, key), nil
}

// Put writes a thing whole or not at all: write is given a file to write it into, and what it found out is kept.
func (s *Shelf) Put(webinar, key string, write func(*os.File) (Item, error)) (item Item, err error) {
	path, err := s.path(webinar, key)
	if err != nil {
		return Item{}, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Item{}, err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return Item{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, gone(temp.Name()))
		}
	}()
	item, err = write(temp)
	if err == nil {
		err = temp.Sync()
	}
	var info os.FileInfo
	if err == nil {
		info, err = temp.Stat()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return Item{}, err
	}
	item.Key, item.Size = key, info.Size()
	if err := note(path, item); err != nil {
		return Item{}, err
	}
	return item, os.Rename(temp.Name(), path)
}

func note(path string, item Item) error {
	raw, err := json.Marshal(item)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".json.new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".json.new", path+".json")
}

// Find gives a thing and where it lies. Errors: ErrUnknown.
func (s *Shelf) Find(webinar, key string) (item Item, path string, err error) {
	if path, err = s.path(webinar, key); err != nil {
		return Item{}, "", err
	}
	raw, err := os.ReadFile(path + ".json")
	if errors.Is(err, os.ErrNotExist) {
		return Item{}, "", ErrUnknown
	}
	if err == nil {
		err = json.Unmarshal(raw, &item)
	}
	return item, path, err
}

// List gives what there is of a webinar, the oldest first.
func (s *Shelf) List(webinar string) (list []Item, err error) {
	dir, err := s.folder(webinar)
	if err != nil {
		return nil, err
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.json"))
	for _, path := range found {
		item, _, err := s.Find(webinar, strings.TrimSuffix(filepath.Base(path), ".json"))
		if errors.Is(err, ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	slices.SortStableFunc(list, func(a, b Item) int { return a.At.Compare(b.At) })
	return list, err
}

// Size is how much a webinar has on the shelf, in bytes.
func (s *Shelf) Size(webinar string) (n int64, err error) {
	list, err := s.List(webinar)
	for _, item := range list {
		n += item.Size
	}
	return n, err
}

// Keep changes how long a thing stays. Errors: ErrUnknown.
func (s *Shelf) Keep(webinar, key, keep string) error {
	item, path, err := s.Find(webinar, key)
	if err != nil {
		return err
	}
	if !slices.Contains(Keeps, keep) {
		return fmt.Errorf("%q is no way to keep things", keep)
	}
	item.Keep = keep
	return note(path, item)
}

// Rename gives a thing another name; one that is not there is no error.
func (s *Shelf) Rename(webinar, key string, to func(was string) string) error {
	item, path, err := s.Find(webinar, key)
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	item.Name = to(item.Name)
	return note(path, item)
}

// Drop takes a thing away; one that is not there is no error.
func (s *Shelf) Drop(webinar, key string) error {
	path, err := s.path(webinar, key)
	if err != nil {
		return nil
	}
	return errors.Join(gone(path), gone(path+".json"))
}

func gone(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// End notes that a webinar is over, and drops its case material.
func (s *Shelf) End(webinar string, at time.Time) (dropped []Gone, err error) {
	dir, err := s.folder(webinar)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, nil // nothing was put into it
	}
	if err := os.WriteFile(filepath.Join(dir, endedFile), []byte(at.UTC().Format(time.RFC3339)), 0o600); err != nil {
		return nil, err
	}
	return s.drop(webinar, func(item Item) bool { return item.Keep == Case })
}

func (s *Shelf) drop(webinar string, which func(Item) bool) (dropped []Gone, err error) {
	list, err := s.List(webinar)
	if err != nil {
		return nil, err
	}
	for _, item := range list {
		if which(item) {
			if err := s.Drop(webinar, item.Key); err != nil {
				return dropped, err
			}
			dropped = append(dropped, Gone{webinar, item.Key})
		}
	}
	return dropped, nil
}

// Ended tells when a webinar was over, and whether it was. One that nobody ended is over when nothing was put into it
// for two days, and nothing happened there: active tells when something last did.
func (s *Shelf) Ended(webinar string, now time.Time, active func(string) time.Time) (time.Time, bool) {
	dir, err := s.folder(webinar)
	if err != nil {
		return time.Time{}, false
	}
	last := active(webinar)
	if raw, err := os.ReadFile(filepath.Join(dir, endedFile)); err == nil {
		// A room that was opened again is over when that is.
		if at, err := time.Parse(time.RFC3339, string(raw)); err == nil && !last.After(at.Add(time.Minute)) {
			return at, true
		}
	}
	if list, err := s.List(webinar); err == nil {
		for _, item := range list {
			if item.At.After(last) {
				last = item.At
			}
		}
	}
	return last, now.Sub(last) > idle
}

// Sweep drops what need not be kept any longer: case material of webinars that are over, and all but a course's when
// kept, which tells how long a webinar's files stay after its end, has passed. active tells when something last
// happened in a webinar.
func (s *Shelf) Sweep(now time.Time, kept func(webinar string) time.Duration, active func(webinar string) time.Time) (dropped []Gone, err error) {
	folders, err := os.ReadDir(s.dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, f := range folders {
		ended, over := s.Ended(f.Name(), now, active)
		if !over {
			continue
		}
		old := now.Sub(ended) > kept(f.Name())
		list, e := s.drop(f.Name(), func(item Item) bool { return item.Keep == Case || old && item.Keep != Course })
		dropped = append(dropped, list...)
		err = errors.Join(err, e, s.tidy(f.Name(), now))
	}
	return dropped, err
}

// tidy removes what a crash left half written, and a folder that holds nothing any more.
func (s *Shelf) tidy(webinar string, now time.Time) error {
	dir, err := s.folder(webinar)
	if err != nil {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	left := 0
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case e.Name() == endedFile:
		case err == nil && now.Sub(info.ModTime()) > idle && s.stray(dir, e.Name()):
			if err := gone(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		default:
			left++
		}
	}
	if left == 0 {
		return os.RemoveAll(dir)
	}
	return nil
}

// stray tells a file that belongs to nothing.
func (s *Shelf) stray(dir, name string) bool {
	if strings.HasSuffix(name, ".json") {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, name+".json"))
	return errors.Is(err, os.ErrNotExist)
}
