package certificate

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// look is a template with the bytes of its pictures at hand.
type look struct {
	Template
	pictures map[string]drawn
}

// drawn is a picture as it is put on the paper.
type drawn struct {
	png           []byte
	width, height int // pixels
}

// inForceID asks for the id of the template that certificates of programme $7 in language $19 get now, as inForce does.
const inForceID = `SELECT t.id FROM certificate_templates t
			        WHERE t.language = $19 AND (t.programme_id = $7 OR t.programme_id IS NULL) ORDER BY t.programme_id NULLS LAST, t.number DESC LIMIT 1`

// inForce gives the template that certificates of a programme in a language get now; zero where there is none.
func (s *Service) inForce(ctx context.Context, tx bun.IDB, programme lms.ID[lms.Programme], lang string) (id lms.ID[lms.Template], t Template, err error) {
	var body []byte
	err = db.Row(ctx, tx, `
		SELECT id, body FROM certificate_templates
		 WHERE language = $2 AND (programme_id = $1 OR programme_id IS NULL) ORDER BY programme_id NULLS LAST, number DESC LIMIT 1`,
		orNull(programme), lang).Scan(&id, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return id, t, nil
	}
	if err != nil {
		return id, t, db.Translate(err)
	}
	return id, t, json.Unmarshal(body, &t)
}

// looking fetches the pictures of a template. One of another programme is Invalid.
func (s *Service) looking(ctx context.Context, programme lms.ID[lms.Programme], t Template) (look, error) {
	l := look{Template: t, pictures: map[string]drawn{}}
	ids := map[string]string{}
	for i, id := range t.Logos {
		ids[id.String()] = fmt.Sprintf("logos/%d", i)
	}
	for i, sig := range t.Signatures {
		if !sig.Picture.IsZero() {
			ids[sig.Picture.String()] = fmt.Sprintf("signatures/%d/picture_id", i)
		}
	}
	for id, field := range ids {
		d, err := s.drawnOf(ctx, programme, id)
		if lms.KindOf(err) == lms.NotFound {
			return look{}, lms.ErrInvalid(field, "picture-unknown", "there is no such picture")
		}
		if err != nil {
			return look{}, err
		}
		l.pictures[id] = d
	}
	return l, nil
}

// lookOf gives the look that a certificate was issued with. Templates never change, so it is fetched once.
func (s *Service) lookOf(ctx context.Context, row Row) (look, error) {
	if row.template.IsZero() {
		return look{}, nil
	}
	if kept, ok := s.looks.Load(row.template); ok {
		return kept.(look), nil
	}
	var programme lms.ID[lms.Programme]
	var body []byte
	err := db.Row(ctx, s.DB, `SELECT programme_id, body FROM certificate_templates WHERE id = $1`, row.template).Scan(&programme, &body)
	if err != nil {
		return look{}, db.Translate(err)
	}
	var t Template
	if err := json.Unmarshal(body, &t); err != nil {
		return look{}, fmt.Errorf("reading a template: %w", err)
	}
	l, err := s.looking(ctx, programme, t)
	if err == nil {
		s.looks.Store(row.template, l)
	}
	return l, err
}
