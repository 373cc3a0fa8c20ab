package webinar

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/db"
)

// drained is how many lines of a journal go into one transaction.
const drained = 500

// Drain reads the journals of a folder into the database: each line once, however often it is called and wherever it
// was cut off. Journals of webinars that the calendar does not know are left alone.
func (s *Service) Drain(ctx context.Context, dir string) (err error) {
	defer lms.Wrap(&err, "webinar.Drain")
	if err := s.dropAside(ctx, dir); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return err
	}
	for _, path := range files {
		id := strings.TrimSuffix(filepath.Base(path), ".jsonl")
		if e := s.drainOne(ctx, id, path); e != nil {
			err = errors.Join(err, fmt.Errorf("the journal of %s: %w", id, e))
		}
	}
	return err
}

func (s *Service) drainOne(ctx context.Context, id, path string) error {
	var known bool
	var have, base int64
	err := db.Row(ctx, s.DB, `
		SELECT EXISTS (SELECT FROM webinars WHERE id = $1), (SELECT coalesce(max(number), 0) FROM webinar_events WHERE webinar_id = $1),
		       coalesce((SELECT journal_base FROM webinars WHERE id = $1), 0)`, id).Scan(&known, &have, &base)
	if err != nil || !known {
		return db.Translate(err)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	number, ended := base, false
	for {
		var batch []room.Note
		first := number + 1
		for len(batch) < drained {
			raw, err := lines.ReadBytes('\n')
			if errors.Is(err, io.EOF) {
				break // what has no end of line yet is still being written
			}
			if err != nil {
				return err
			}
			if number++; number <= have {
				first = number + 1
				continue
			}
			var n room.Note
			if json.Unmarshal(withoutNUL(raw), &n) != nil {
				n = room.Note{Kind: "unreadable"} // a line that a power cut tore; its number stays
			}
			batch = append(batch, n)
			ended = ended || n.Kind == kindEnd
		}
		if len(batch) == 0 {
			if ended {
				return s.Settle(ctx, id)
			}
			return nil
		}
		if err := s.append(ctx, id, first, batch); err != nil {
			return err
		}
	}
}

// withoutNUL takes the character NUL out of the texts of a JSON document: PostgreSQL's text and jsonb have none
// (datatype-json), and one that a participant sends would keep back all that comes after it.
func withoutNUL(raw []byte) []byte {
	const escaped = `\u0000`
	if !bytes.Contains(raw, []byte(escaped)) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		switch {
		case raw[i] != '\\':
			out = append(out, raw[i])
			i++
		case bytes.HasPrefix(raw[i:], []byte(escaped)):
			i += len(escaped)
		default: // an escape of two characters at least, of which the second may be a backslash
			end := min(i+2, len(raw))
			out = append(out, raw[i:end]...)
			i = end
		}
	}
	return out
}

func (s *Service) append(ctx context.Context, id string, first int64, batch []room.Note) error {
	return db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		for i, n := range batch {
			_, err := db.Exec(ctx, tx, `
				INSERT INTO webinar_events (webinar_id, number, kind, at, seat, person_id, centre_id, name, entry, state, evidence, detail)
				VALUES ($1, $2, $3, $4, $5, (SELECT id FROM persons WHERE id::text = $6), (SELECT id FROM centres WHERE id::text = $7), $8, $9, $10, $11, $12)
				ON CONFLICT DO NOTHING`,
				id, first+int64(i), n.Kind, time.UnixMilli(n.At), n.Person, n.Account, n.Site, n.Name, n.Entry, n.State, n.By, n.Text)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) events(ctx context.Context, id string) ([]event, error) {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT kind, at, seat, coalesce(person_id::text, ''), coalesce(centre_id::text, ''), name, entry, state, evidence, detail
		  FROM webinar_events WHERE webinar_id = $1 ORDER BY number`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []event
	for rows.Next() {
		var e event
		if err := rows.Scan(&e.Kind, &e.At, &e.Seat, &e.Person, &e.Centre, &e.Name, &e.Entry, &e.State, &e.Evidence, &e.Detail); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, e)
	}
	return list, db.Translate(rows.Err())
}
