package webinar

import (
	"context"
	"encoding/json"
	"time"

	"mostik/lms"
	"mostik/lms/db"
)

// Left is a file that stayed of a webinar for those who were there.
type Left struct {
	Key string `json:"key"`
	// From is who brought it, "" for nobody or somebody who was erased.
	From string    `json:"from,omitempty"`
	At   time.Time `json:"at"`
	FileItem
}

// LeftFiles gives the files that stayed of a webinar, once it is over: for those who were there, by whatever device, and for those who
// read its report. Whoever was not is given none. Case material is not among them: it went with the webinar. Errors: NotFound, Forbidden.
func (s *Service) LeftFiles(ctx context.Context, actor lms.Actor, id string) (list []Left, err error) {
	defer lms.Wrap(&err, "webinar.LeftFiles(%s)", id)
	if _, err := s.load(ctx, actor, id, lms.ReadWebinar); err != nil {
		return nil, err
	}
	list = []Left{}
	if s.mayTake(ctx, actor, id) != nil {
		return list, nil
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT DISTINCT ON (key) key, name, at, body FROM webinar_items
		 WHERE webinar_id = $1 AND part = 'file' AND coalesce(body->>'keep', '') <> 'case' ORDER BY key, began_at DESC`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l Left
		var body []byte
		if err := rows.Scan(&l.Key, &l.From, &l.At, &body); err != nil {
			return nil, db.Translate(err)
		}
		if err := json.Unmarshal(body, &l.FileItem); err != nil {
			return nil, err
		}
		l.At = l.At.UTC()
		if f, err := s.openKept(id, "file", l.Key); err == nil { // else its time was over, or somebody took it away
			list = append(list, l)
			_ = f.Close()
		}
	}
	return list, db.Translate(rows.Err())
}

// mayTake tells whether the actor may take files along. While a webinar goes on the room decides about its files, and knows whom
// a host took out. Errors: NotFound, Forbidden.
func (s *Service) mayTake(ctx context.Context, actor lms.Actor, id string) error {
	_, refused := s.reported(ctx, actor, id, lms.TakeFile)
	if refused == nil || lms.KindOf(refused) != lms.Forbidden {
		return refused
	}
	w, err := s.load(ctx, actor, id, lms.ReadWebinar)
	if err != nil {
		return err
	}
	if !w.Over && !s.Now().After(w.EndsAt) {
		return refused
	}
	there := false
	err = db.Row(ctx, s.DB, `SELECT EXISTS (SELECT FROM webinar_minutes WHERE webinar_id = $1 AND person_id = $2 AND spans::text NOT IN ('[]', 'null'))`, id, actor.Person).Scan(&there)
	if err != nil {
		return db.Translate(err)
	}
	own := w.own()
	if there {
		own.Owner = actor.Person
	}
	if actor.Can(lms.TakeFile, own) == nil {
		return nil
	}
	return refused
}
