package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"mostik/live/room"
)

// Folders of the hub: JournalDir holds a file of lines for each webinar, which the calendar reads.
const (
	roomsDir   = "rooms"
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
	k := &keeper{state: filepath.Join(h.Dir, roomsDir, name+".json")}
	k.journal, err = os.OpenFile(filepath.Join(h.Dir, JournalDir, name+".jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	raw, err := os.ReadFile(k.state)
	if errors.Is(err, os.ErrNotExist) {
		return k, nil, nil
	}
	if err != nil {
		return nil, nil, errors.Join(err, k.journal.Close())
	}
	s, err := room.Read(raw)
	if err != nil {
		return nil, nil, errors.Join(err, k.journal.Close())
	}
	if s.Room.Ended != 0 {
		return k, nil, nil
	}
	return k, s, nil
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

func (k *keeper) close(s *room.State) error {
	k.dirty = true
	return errors.Join(k.sync(s), k.journal.Close())
}
