package webinar

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/db"
)

// item is one thing that was said or shown, as it is kept.
type item struct {
	part, key string
	at        int64
	seat      string // of the author, "" for nobody
	body      any
}

// Bodies of items, by part. What they hold is what all or the hosts could see.
type (
	// ChatLine is a line of chat; To is "" for all, "hosts" for the hosts.
	ChatLine struct {
		To     string `json:"to"`
		Text   string `json:"text"`
		Hidden bool   `json:"hidden,omitempty"`
	}
	// QuestionItem is one that was asked, with how many wished to hear the answer.
	QuestionItem struct {
		Text      string `json:"text"`
		State     string `json:"state"`
		Votes     int    `json:"votes"`
		Anonymous bool   `json:"anonymous,omitempty"`
	}
	// PollItem is a poll with its sums: who voted how is not kept, and sums of an anonymous one from 5 votes.
	PollItem struct {
		Question  string         `json:"question"`
		Kind      string         `json:"kind"`
		Options   []PollOption   `json:"options"`
		Anonymous bool           `json:"anonymous,omitempty"`
		Votes     int            `json:"votes"`
		Results   map[string]int `json:"results,omitempty"`
		Right     []string       `json:"right,omitempty"`
		State     string         `json:"state"`
	}
	// PollOption is one answer.
	PollOption struct {
		Key  string `json:"key"`
		Text string `json:"text"`
	}
	// FileItem is a file that was brought.
	FileItem struct {
		Name string `json:"name"`
		Type string `json:"type"`
		Size int64  `json:"size"`
		// Keep is how long it stays: a word of package shelf.
		Keep string `json:"keep,omitempty"`
	}
	// DeckItem is a set of slides.
	DeckItem struct {
		Title string `json:"title"`
		Pages int    `json:"pages"`
	}
	// NotesItem are the shared notes as they were last.
	NotesItem struct {
		Text string `json:"text"`
	}
)

// itemsOf takes from a room's state what is kept.
func itemsOf(s *room.State) (list []item) {
	for key, l := range s.Chat {
		if l.To == "" || l.To == "hosts" {
			list = append(list, item{"chat", key, l.At, l.From, ChatLine{l.To, l.Text, l.Hidden}})
		}
	}
	for key, q := range s.Questions {
		list = append(list, item{"question", key, q.At, q.From, QuestionItem{q.Text, q.State, len(q.Voters), q.From == "" && q.Name == ""}})
	}
	for key, p := range s.Polls {
		if p.State == "draft" {
			continue
		}
		body := PollItem{Question: p.Question, Kind: p.Kind, Anonymous: p.Anonymous, State: p.State, Right: p.Right}
		for _, o := range p.Options {
			body.Options = append(body.Options, PollOption{o.Key, o.Text})
		}
		body.Results, body.Votes = p.Results()
		list = append(list, item{"poll", key, p.At, "", body})
	}
	for key, f := range s.Files {
		body := FileItem{f.Name, f.Type, f.Size, f.Keep}
		if f.OfCase() {
			body.Name = "" // it may tell of somebody, and goes with the file
		}
		list = append(list, item{"file", key, f.At, f.From, body})
	}
	for key, d := range s.Decks {
		list = append(list, item{"deck", key, d.At, d.By, DeckItem{d.Title, d.Pages}})
	}
	if s.Notes != nil && s.Notes.Text != "" {
		list = append(list, item{"notes", "notes", s.Room.Began, s.Notes.By, NotesItem{s.Notes.Text}})
	}
	slices.SortFunc(list, func(a, b item) int { return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.key, b.key)) })
	return list
}

// KeepRooms writes down what was said in rooms whose state in a folder is newer than what was kept, whether they are
// open or over. Rooms that have not begun, and those that the calendar does not know, are left alone.
func (s *Service) KeepRooms(ctx context.Context, dir string) (err error) {
	defer lms.Wrap(&err, "webinar.KeepRooms")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	for _, path := range files {
		if e := s.keepRoom(ctx, path); e != nil {
			err = errors.Join(err, fmt.Errorf("keeping what was said in %s: %w", filepath.Base(path), e))
		}
	}
	return err
}

// keptEvery is how often the state of a room under way is read.
const keptEvery = 10 * time.Second

func (s *Service) keepRoom(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	changed := info.ModTime()
	if was, ok := s.kept.Load(path); ok {
		if was := was.(time.Time); !changed.After(was) || time.Since(was) < keptEvery {
			return nil
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	state, err := room.Read(raw)
	if err != nil {
		return err
	}
	if err := s.keepState(ctx, strings.TrimSuffix(filepath.Base(path), ".json"), state); err != nil {
		return err
	}
	s.kept.Store(path, changed)
	return nil
}

func (s *Service) keepState(ctx context.Context, id string, state *room.State) error {
	if state.Room.Began == 0 {
		return nil
	}
	began := time.UnixMilli(state.Room.Began)
	type row struct {
		Part   string          `json:"part"`
		Key    string          `json:"key"`
		At     time.Time       `json:"at"`
		Person string          `json:"person"`
		Seat   string          `json:"seat"`
		Name   string          `json:"name"`
		Body   json.RawMessage `json:"body"`
	}
	rows := []row{}
	for _, i := range itemsOf(state) {
		body, err := json.Marshal(i.body)
		if err != nil {
			return err
		}
		r := row{i.part, i.key, time.UnixMilli(i.at).UTC(), state.AccountOf(i.seat), i.seat, state.NameOf(i.seat), body}
		rows = append(rows, r)
	}
	all, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	rowsOf := string(withoutNUL(all))
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var known bool
		err := db.Row(ctx, tx, `SELECT EXISTS (SELECT FROM webinars WHERE id = $1 AND tidied_at IS NULL)`, id).Scan(&known)
		if err != nil || !known {
			return db.Translate(err)
		}
		// What the room no longer has goes, for somebody took it away.
		_, err = db.Exec(ctx, tx, `
			DELETE FROM webinar_items x WHERE x.webinar_id = $1 AND x.began_at = $2
			   AND NOT EXISTS (SELECT FROM json_to_recordset($3) AS r(part text, key text) WHERE r.part = x.part AND r.key = x.key)`, id, began, rowsOf)
		if err != nil {
			return err
		}
		// The room forgets whom a host took out, and the report does not; and what was erased here does not come back
		// from a room that no longer knows whose it was.
		_, err = db.Exec(ctx, tx, `
			INSERT INTO webinar_items (webinar_id, began_at, part, key, at, person_id, seat, name, body)
			SELECT $1, $2, r.part, r.key, r.at, p.id, r.seat, CASE WHEN p.state = 'erased' THEN '' ELSE r.name END, r.body
			  FROM json_to_recordset($3) AS r(part text, key text, at timestamptz, person text, seat text, name text, body jsonb)
			  LEFT JOIN persons p ON p.id::text = r.person
			ON CONFLICT (webinar_id, began_at, part, key) DO UPDATE
			   SET person_id = coalesce(excluded.person_id, webinar_items.person_id), body = excluded.body,
			       name = CASE WHEN excluded.name = '' AND excluded.person_id IS NULL THEN webinar_items.name ELSE excluded.name END
			 WHERE (webinar_items.body, webinar_items.name) <> (excluded.body, excluded.name)
			   AND NOT (webinar_items.person_id IS NULL AND webinar_items.name = '' AND coalesce(webinar_items.body->>'text', '') = $4)`, id, began, rowsOf, room.Erased)
		return err
	})
}

// Said is what was said and shown at a webinar.
type Said struct {
	Chat      []SaidItem[ChatLine]     `json:"chat"`
	Questions []SaidItem[QuestionItem] `json:"questions"`
	Polls     []SaidItem[PollItem]     `json:"polls"`
	Files     []SaidItem[FileItem]     `json:"files"`
	Decks     []SaidItem[DeckItem]     `json:"decks"`
	Notes     []SaidItem[NotesItem]    `json:"notes"`
	// Tidied is when it was removed, as its time was over.
	Tidied *time.Time `json:"tidied_at,omitempty"`
}

// SaidItem is one thing with its author and moment.
type SaidItem[Body any] struct {
	Key  string    `json:"key"`
	At   time.Time `json:"at"`
	Name string    `json:"name"` // "" for nobody, or somebody who was erased
	Body Body      `json:"body"`
}

// Said gives what was said and shown, for those who led the webinar or answer for it. Errors: NotFound, Forbidden.
func (s *Service) Said(ctx context.Context, actor lms.Actor, id string) (said Said, err error) {
	defer lms.Wrap(&err, "webinar.Said(%s)", id)
	if _, err := s.reported(ctx, actor, id, lms.ReadReport); err != nil {
		return Said{}, err
	}
	return s.said(ctx, id)
}

func (s *Service) said(ctx context.Context, id string) (said Said, err error) {
	if err := db.Row(ctx, s.DB, `SELECT tidied_at FROM webinars WHERE id = $1`, id).Scan(&said.Tidied); err != nil {
		return said, db.Found(err, "webinar")
	}
	rows, err := db.Rows(ctx, s.DB, `SELECT part, key, at, name, body FROM webinar_items WHERE webinar_id = $1 ORDER BY at, began_at, key`, id)
	if err != nil {
		return said, err
	}
	defer rows.Close()
	for rows.Next() {
		var part, key, name string
		var at time.Time
		var body []byte
		if err := rows.Scan(&part, &key, &at, &name, &body); err != nil {
			return said, db.Translate(err)
		}
		if err := said.add(part, key, name, at.UTC(), body); err != nil {
			return said, err
		}
	}
	return said, db.Translate(rows.Err())
}

func (s *Said) add(part, key, name string, at time.Time, body []byte) error {
	switch part {
	case "chat":
		return addTo(&s.Chat, key, name, at, body)
	case "question":
		return addTo(&s.Questions, key, name, at, body)
	case "poll":
		return addTo(&s.Polls, key, name, at, body)
	case "file":
		return addTo(&s.Files, key, name, at, body)
	case "deck":
		return addTo(&s.Decks, key, name, at, body)
	}
	return addTo(&s.Notes, key, name, at, body)
}

func addTo[Body any](list *[]SaidItem[Body], key, name string, at time.Time, raw []byte) error {
	i := SaidItem[Body]{Key: key, At: at, Name: name}
	if err := json.Unmarshal(raw, &i.Body); err != nil {
		return err
	}
	*list = append(*list, i)
	return nil
}

// OpenFile gives a file or a set of slides that was kept, with its name. Errors: NotFound, Forbidden.
func (s *Service) OpenFile(ctx context.Context, actor lms.Actor, id, part, key string) (f *os.File, name string, err error) {
	defer lms.Wrap(&err, "webinar.OpenFile(%s)", id)
	if part == "file" {
		err = s.mayTake(ctx, actor, id)
	} else {
		_, err = s.reported(ctx, actor, id, lms.ReadReport)
	}
	if err != nil {
		return nil, "", err
	}
	err = db.Row(ctx, s.DB, `
		SELECT coalesce(body->>'name', body->>'title' || '.pdf') FROM webinar_items
		 WHERE webinar_id = $1 AND part = $2 AND key = $3 AND part IN ('file', 'deck') ORDER BY began_at DESC LIMIT 1`, id, part, key).Scan(&name)
	if err != nil {
		return nil, "", db.Found(err, "file")
	}
	if f, err = s.openKept(id, part, key); errors.Is(err, fs.ErrNotExist) {
		return nil, "", lms.ErrNotFound("file")
	}
	return f, name, err
}

func (s *Service) openKept(id, part, key string) (*os.File, error) {
	if s.KeptFile == nil {
		return nil, fs.ErrNotExist
	}
	path, err := s.KeptFile(id, part, key)
	if err != nil {
		return nil, err
	}
	return os.Open(path)
}
