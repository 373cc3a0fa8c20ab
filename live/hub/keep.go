package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mostik/live/room"
)

// Folders of the hub: JournalDir holds a file of lines for each webinar and RoomsDir its newest state; the calendar
// reads both.
const (
	RoomsDir   = "rooms"
	JournalDir = "journal"
)

// keeper writes a room's state and journal down.
type keeper struct {
	state   string
	journal *os.File
	dirty   bool
}

// fileName makes a file name of a webinar's id, which a ticket names.
func fileName(webinar string) (string, error) {
	if webinar == "" || len(webinar) > 64 || strings.Trim(webinar, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		return "", fmt.Errorf("%q is no id of a webinar", webinar)
	}
	return webinar, nil
}

// open reads what is kept of a room; the state is nil when there is none, or the webinar is over.
func (h *Hub) open(webinar string) (*keeper, *room.State, error) {
	name, err := fileName(webinar)
	if err != nil {
		return nil, nil, err
	}
	k := &keeper{state: filepath.Join(h.Dir, RoomsDir, name+".json")}
	if k.journal, err = openJournal(filepath.Join(h.Dir, JournalDir, name+".jsonl")); err != nil {
		return nil, nil, err
	}
	s, err := readState(k.state)
	if err != nil {
		return nil, nil, errors.Join(err, k.journal.Close())
	}
	if s == nil || s.Room.Ended != 0 {
		return k, nil, nil
	}
	return k, s, nil
}

// openJournal opens a journal to add to it. A last line that was torn when the program was killed is ended, so that it
// spoils no other; the file keeps its time, which tells when the room was alive last.
func openJournal(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return f, closed(f, err)
	}
	end := make([]byte, 1)
	if _, err := f.ReadAt(end, info.Size()-1); err != nil || end[0] == '\n' {
		return f, closed(f, err)
	}
	if _, err = f.Write([]byte{'\n'}); err == nil {
		err = os.Chtimes(path, info.ModTime(), info.ModTime())
	}
	return f, closed(f, err)
}

// closed closes a file when there is an error, which it gives back.
func closed(f *os.File, err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(err, f.Close())
}

// readState reads a room's state, nil when there is none.
func readState(path string) (*room.State, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return room.Read(raw)
}

// note appends to the journal; sync makes it last.
func (k *keeper) note(n *room.Note) error {
	raw, err := json.Marshal(n)
	if err != nil {
		return err
	}
	k.dirty = true
	_, err = k.journal.Write(append(raw, '\n'))
	return err
}

// sync makes the journal and the state last: whole or as before.
func (k *keeper) sync(s *room.State) error {
	if !k.dirty {
		return nil
	}
	k.dirty = false
	if err := k.journal.Sync(); err != nil {
		return err
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	temp := k.state + ".new"
	if err := os.WriteFile(temp, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, k.state)
}

// alive marks the journal's file each second: when the program is killed, its time tells until when people were there,
// without a line for each second.
func (k *keeper) alive(now time.Time) error { return os.Chtimes(k.journal.Name(), now, now) }

// last is when a room was alive last, as alive marked it.
func (k *keeper) last() (time.Time, error) {
	info, err := k.journal.Stat()
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

func (k *keeper) close(s *room.State) error {
	k.dirty = true
	return errors.Join(k.sync(s), k.journal.Close())
}
