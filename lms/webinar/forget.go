package webinar

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/db"
)

// settled is how long after its end a webinar's journal stays as a file: by then nobody comes back.
const settled = late + 24*time.Hour

// Retire removes the journal files of webinars that are long over and in the database to the last line, and the states
// of their rooms. aside puts a journal aside, and refuses while the room is open.
func (s *Service) Retire(ctx context.Context, dir, rooms string, aside func(webinar string) error) (err error) {
	defer lms.Wrap(&err, "webinar.Retire")
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return err
	}
	var broken error
	for _, path := range files {
		id := strings.TrimSuffix(filepath.Base(path), ".jsonl")
		var over bool
		err := db.Row(ctx, s.DB, `SELECT ends_at < $2 FROM webinars WHERE id = $1`, id, s.Now().Add(-settled)).Scan(&over)
		if err = db.Found(err, "webinar"); lms.KindOf(err) == lms.NotFound || err == nil && !over {
			continue // of no webinar of the calendar, such as one of a load test
		}
		if err != nil {
			return err
		}
		if e := s.keepRoom(ctx, filepath.Join(rooms, id+".json")); e != nil {
			broken = errors.Join(broken, fmt.Errorf("keeping what was said in %s: %w", id, e))
			continue // and keeps no other from going
		}
		if err := aside(id); err != nil {
			continue // somebody is in the room: another time
		}
	}
	return errors.Join(broken, s.dropAside(ctx, dir))
}

// readSuffix ends the name of a journal's file that is in the database whole.
const readSuffix = ".read"

// dropAside reads what was put aside to its end, notes how many lines the database has of it, and removes it. Cut off
// anywhere, it goes on at the next time, and before anything is read of a newer file of the same webinar: the rename
// makes the count happen once.
func (s *Service) dropAside(ctx context.Context, dir string) error {
	for _, suffix := range []string{readSuffix, room.Retired} {
		files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"+suffix))
		if err != nil {
			return err
		}
		for _, path := range files {
			plain := strings.TrimSuffix(path, suffix)
			id := strings.TrimSuffix(filepath.Base(plain), ".jsonl")
			if suffix == room.Retired {
				if err := s.drainOne(ctx, id, path); err != nil {
					return err
				}
				if err := os.Rename(path, plain+readSuffix); err != nil {
					return err
				}
			}
			if err := s.dropRead(ctx, id, plain+readSuffix); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) dropRead(ctx context.Context, id, path string) error {
	_, err := db.Exec(ctx, s.DB, `
		UPDATE webinars SET journal_base = (SELECT coalesce(max(number), 0) FROM webinar_events WHERE webinar_id = $1) WHERE id = $1`, id)
	if err != nil {
		return err
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Tidy removes what was said at webinars whose time of keeping is over, but for files that are kept with the course: chat, questions, polls, notes, scans of sheets
// (the sweep takes their files) and the names and addresses of people without an account. Minutes stay, for certificates stand on them.
func (s *Service) Tidy(ctx context.Context) (err error) {
	defer lms.Wrap(&err, "webinar.Tidy")
	ids, err := texts(ctx, s.DB, `SELECT id FROM webinars WHERE tidied_at IS NULL AND ends_at + keep_days * interval '1 day' < $1 ORDER BY id LIMIT 100`, s.Now())
	if err != nil {
		return err
	}
	for _, id := range ids {
		err := db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
			for _, sql := range []string{
				// What is kept with the course stays on the shelf: here stands what it is called, and whose erasure takes that away.
				`DELETE FROM webinar_items WHERE webinar_id = $1 AND NOT (part = 'file' AND body->>'keep' = 'course')`,
				`UPDATE webinar_items SET name = '' WHERE webinar_id = $1`,
				`DELETE FROM webinar_objections WHERE webinar_id = $1`,
				`DELETE FROM webinar_guests WHERE webinar_id = $1`,
				`UPDATE webinar_papers SET file_sha256 = '', file_name = '' WHERE webinar_id = $1`,
				`UPDATE webinar_events SET name = '' WHERE webinar_id = $1 AND person_id IS NULL AND kind IN ('join', 'leave', 'roster') AND (centre_id IS NULL OR kind = 'roster')`,
				`UPDATE webinar_corrections SET name = '' WHERE webinar_id = $1 AND person_id IS NULL`,
				`UPDATE webinars SET tidied_at = now() WHERE id = $1`,
			} {
				if _, err := db.Exec(ctx, tx, sql, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
