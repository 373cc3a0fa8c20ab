package hub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mostik/live/room"
	"mostik/live/shelf"
)

// ErrBusy tells that a webinar's room is open.
var ErrBusy = errors.New("the room is open")

// Retire puts a webinar's journal aside that was read to its end, and forgets the room's state: a room that opens
// later begins new ones. Errors: ErrBusy.
func (h *Hub) Retire(webinar string) error {
	name, err := fileName(webinar)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settle(webinar)
	if h.rooms[webinar] != nil {
		return ErrBusy
	}
	path := filepath.Join(h.Dir, JournalDir, name+".jsonl")
	if err := os.Rename(path, path+room.Retired); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Remove(filepath.Join(h.Dir, RoomsDir, name+".json")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Erase takes a person out of every room and journal of the data folder. keys names, by webinar, what is theirs without
// an account: entries of rosters and seats, each of a part of the journal's file ("entry/e1", "seat/p3" of the first,
// "seat/2/p3" of the second, after the room was ended once), and files ("file/f1"), whose names go.
func (h *Hub) Erase(account string, keys map[string][]string) error {
	names := map[string]bool{}
	for _, pattern := range []string{filepath.Join(RoomsDir, "*.json"), filepath.Join(JournalDir, "*.jsonl"), filepath.Join(JournalDir, "*.jsonl"+room.Retired)} {
		found, err := filepath.Glob(filepath.Join(h.Dir, pattern))
		if err != nil {
			return err
		}
		for _, path := range found {
			name, _, _ := strings.Cut(filepath.Base(path), ".")
			names[name] = true
		}
	}
	for webinar := range keys {
		if name, err := fileName(webinar); err == nil {
			names[name] = true // its files may be there without its room
		}
	}
	var all error
	for webinar := range names {
		if err := h.eraseIn(webinar, account, keys[webinar]); err != nil {
			all = errors.Join(all, fmt.Errorf("erasing somebody from the room of %s: %w", webinar, err))
		}
	}
	return all
}

func (h *Hub) eraseIn(webinar, account string, keys []string) error {
	var failed error
	files := inPart(keys, "file", 0)
	err := h.in(webinar, func(r *Room) {
		files = append(files, r.rules.Erase(h.now(), account, r.keeper.keysNow(r.rules.State, keys))...)
		r.carry()
		r.keeper.dirty = true
		failed = errors.Join(r.keeper.sync(r.rules.State), r.keeper.erase(account, keys))
	})
	if !errors.Is(err, ErrUnknown) {
		return errors.Join(err, failed, h.renameFiles(webinar, files))
	}
	h.mu.Lock() // no room opens meanwhile
	defer h.mu.Unlock()
	h.settle(webinar)
	path := filepath.Join(h.Dir, JournalDir, webinar+".jsonl")
	err = errors.Join(eraseLines(path, account, keys), eraseLines(path+room.Retired, account, keys))
	state := filepath.Join(h.Dir, RoomsDir, webinar+".json")
	s, e := readState(state)
	if s != nil {
		files = append(files, room.Open(s, h.secret).Erase(h.now(), account, keysIn(path, s, keys))...)
		e = errors.Join(e, writeState(state, s))
	}
	return errors.Join(err, e, h.renameFiles(webinar, files))
}

// renameFiles takes names away under which files lie.
func (h *Hub) renameFiles(webinar string, files []string) (err error) {
	for _, key := range files {
		err = errors.Join(err, h.shelf.Rename(webinar, key, room.ErasedName))
	}
	return err
}

// inPart gives the keys of a kind that are meant in a part of a journal, from 0. Files have no parts.
func inPart(keys []string, kind string, part int) (list []string) {
	before := kind + "/"
	if part > 0 {
		before = fmt.Sprintf("%s/%d/", kind, part+1)
	}
	for _, key := range keys {
		if rest, ok := strings.CutPrefix(key, before); ok && !strings.Contains(rest, "/") {
			list = append(list, rest)
		}
	}
	return list
}

// keysIn gives the keys that are meant in a room's state: it is of the newest part of its journal.
func keysIn(journal string, s *room.State, keys []string) []string {
	raw, err := os.ReadFile(journal)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil
	}
	part := 0
	for line := range bytes.Lines(raw) {
		if n, ok := noteOf(line); ok && n.Kind == "end" {
			part++
		}
	}
	if s.Room.Ended != 0 && part > 0 {
		part-- // its own end stands there
	}
	return append(inPart(keys, "entry", part), inPart(keys, "seat", part)...)
}

func (k *keeper) keysNow(s *room.State, keys []string) []string {
	return keysIn(k.journal.Name(), s, keys)
}

// erase rewrites the journal of an open room and goes on with the new file.
func (k *keeper) erase(account string, keys []string) error {
	path := k.journal.Name()
	if err := eraseLines(path, account, keys); err != nil {
		return err
	}
	f, err := openJournal(path)
	if err != nil {
		return err
	}
	old := k.journal
	k.journal = f
	return old.Close()
}

// eraseLines takes somebody's name, account and words out of a journal, whose lines keep their places: by these they
// are known to the database.
func eraseLines(path, account string, keys []string) error {
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var out bytes.Buffer
	changed := false
	// A seat of theirs names them on lines without the account too. A room that was ended and opened again gives its seats
	// anew: the same key is somebody else's then.
	type place struct {
		part int
		seat string
	}
	seats, part := map[place]bool{}, 0
	for line := range bytes.Lines(raw) {
		n, ok := noteOf(line)
		if ok && n.Account == account && account != "" && n.Entry == "" {
			seats[place{part, n.Person}] = true
		}
		if ok && n.Kind == "end" {
			part++
		}
	}
	part = 0
	for line := range bytes.Lines(raw) {
		n, ok := noteOf(line)
		here := place{part, n.Person}
		if ok && n.Kind == "end" {
			part++
		}
		theirs := ok && (account != "" && n.Account == account || n.Entry != "" && slices.Contains(inPart(keys, "entry", here.part), n.Entry) ||
			n.Entry == "" && n.Site == "" && n.Person != "" && (seats[here] || slices.Contains(inPart(keys, "seat", here.part), n.Person)))
		if !theirs {
			out.Write(line)
			continue
		}
		changed = true
		n.Account, n.Name, n.Text = "", "", ""
		if raw, err := json.Marshal(n); err == nil { // of our own type
			out.Write(append(raw, '\n'))
		}
	}
	if !changed {
		return nil
	}
	// The file's time tells when the room was alive last: nobody was there longer for somebody's erasure.
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := replace(path, out.Bytes()); err != nil {
		return err
	}
	return os.Chtimes(path, info.ModTime(), info.ModTime())
}

func noteOf(line []byte) (n room.Note, ok bool) {
	return n, bytes.HasSuffix(line, []byte("\n")) && json.Unmarshal(line, &n) == nil
}

// replace writes a file whole or leaves it as it was.
func replace(path string, raw []byte) error {
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

func writeState(path string, s *room.State) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return replace(path, raw)
}

// KeptFile tells where a file ("file") or a set of slides ("deck") of a webinar lies, whether its room is open or over.
// Errors: fs.ErrNotExist for what is gone, or is no key.
func (h *Hub) KeptFile(webinar, part, key string) (string, error) {
	if part == "deck" {
		dir, err := h.deckFolder(webinar, key)
		if errors.Is(err, ErrUnknown) {
			err = fs.ErrNotExist
		}
		return filepath.Join(dir, "deck.pdf"), err
	}
	_, path, err := h.shelf.Find(webinar, key)
	if errors.Is(err, shelf.ErrUnknown) {
		err = fs.ErrNotExist
	}
	return path, err
}
