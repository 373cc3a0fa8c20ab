package certificate

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
	"mostik/lms/text"
)

// Document is what a template says of one kind of paper.
type Document struct {
	// Name is what the issuer may call it; "" is our word.
	Name string `json:"name" maxLength:"80"`
	// Statement stands between the holder and the title: "has successfully completed the programme".
	Statement string `json:"statement" maxLength:"160"`
}

// Signature is somebody who signs.
type Signature struct {
	Name string `json:"name" maxLength:"80"`
	Role string `json:"role" maxLength:"120"`
	// Picture is the hand, where there is one.
	Picture lms.ID[lms.Picture] `json:"picture_id,omitzero"`
}

// Template is what certificates of a programme look like in a language. Its words are of that language.
type Template struct {
	Layout        string                `json:"layout" enum:"bridge,band,upright"`
	Achievement   Document              `json:"achievement"`
	Participation Document              `json:"participation"`
	Opening       string                `json:"opening" maxLength:"120"` // above the holder; "": ours
	Note          string                `json:"note" maxLength:"200"`    // a line below the title
	Signatures    []Signature           `json:"signatures" maxItems:"3"`
	Logos         []lms.ID[lms.Picture] `json:"logos" maxItems:"3"`
}

// TemplateView is a template as it stands, with how often it is in use.
type TemplateView struct {
	Template
	// Number counts what was saved; 0 is nothing yet, and the papers are ours.
	Number  int        `json:"number"`
	SavedAt *time.Time `json:"saved_at,omitempty"`
	// Papers counts certificates that are drawn by this number, Earlier those drawn by the ones before.
	Papers   int           `json:"papers"`
	Earlier  int           `json:"earlier"`
	Pictures []PictureView `json:"pictures"`
}

// TemplateRow is a programme with the languages that it has templates in.
type TemplateRow struct {
	// Programme is nil for the templates of courses, and of programmes with none of their own.
	Programme *lms.ID[lms.Programme] `json:"programme_id"`
	Key       string                 `json:"key"`
	Title     string                 `json:"title"`
	Country   string                 `json:"country,omitempty"`
	Languages []string               `json:"languages"`
}

// Templates lists what the actor may write templates of. Errors: Forbidden.
func (s *Service) Templates(ctx context.Context, actor lms.Actor) (_ []TemplateRow, err error) {
	defer lms.Wrap(&err, "certificate.Templates")
	if err := actor.May(lms.ManageTemplates); err != nil {
		return nil, err
	}
	scope := actor.Scope(lms.ManageTemplates)
	rows, err := db.Rows(ctx, s.DB, `
		SELECT g.id, g.key, coalesce(g.draft -> 'title' ->> $3, g.draft -> 'title' ->> 'en', g.key), coalesce(g.country, ''),
		       coalesce((SELECT string_agg(DISTINCT t.language, ',') FROM certificate_templates t WHERE t.programme_id = g.id), '')
		  FROM programmes g WHERE $1 OR g.country = ANY ($2::text[])
		UNION ALL
		SELECT NULL, '', '', '', coalesce((SELECT string_agg(DISTINCT t.language, ',') FROM certificate_templates t WHERE t.programme_id IS NULL), '')
		 WHERE $1
		 ORDER BY 2`, scope.All, scope.Countries, actor.Language)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []TemplateRow{}
	for rows.Next() {
		var r TemplateRow
		var programme lms.ID[lms.Programme]
		var languages string
		if err := rows.Scan(&programme, &r.Key, &r.Title, &r.Country, &languages); err != nil {
			return nil, db.Translate(err)
		}
		if !programme.IsZero() {
			r.Programme = &programme
		}
		r.Languages = strings.FieldsFunc(languages, func(c rune) bool { return c == ',' })
		slices.Sort(r.Languages)
		list = append(list, r)
	}
	return list, db.Translate(rows.Err())
}

// mayWrite asks whether the actor may write templates of a programme, or (zero) those of all.
func (s *Service) mayWrite(ctx context.Context, q bun.IDB, actor lms.Actor, programme lms.ID[lms.Programme]) error {
	var country string
	if !programme.IsZero() {
		err := db.Row(ctx, q, `SELECT coalesce(country, '') FROM programmes WHERE id = $1`, programme).Scan(&country)
		if err != nil {
			return db.Found(err, "programme")
		}
	}
	return actor.Can(lms.ManageTemplates, lms.Facts{Country: country})
}

// Template gives what is in force for a programme (zero: for all) in a language. Errors: NotFound.
func (s *Service) Template(ctx context.Context, actor lms.Actor, programme lms.ID[lms.Programme], lang string) (v TemplateView, err error) {
	defer lms.Wrap(&err, "certificate.Template")
	if err := s.mayWrite(ctx, s.DB, actor, programme); err != nil {
		return TemplateView{}, err
	}
	if !text.Known(lang) {
		return TemplateView{}, lms.ErrNotFound("language")
	}
	v.Template = Template{Layout: Layouts[0], Signatures: []Signature{}, Logos: []lms.ID[lms.Picture]{}}
	var body []byte
	var saved time.Time
	err = db.Row(ctx, s.DB, `
		SELECT t.number, t.created_at, t.body, (SELECT count(*) FROM certificates c WHERE c.template_id = t.id),
		       (SELECT count(*) FROM certificates c JOIN certificate_templates o ON o.id = c.template_id
		         WHERE o.programme_id IS NOT DISTINCT FROM t.programme_id AND o.language = t.language AND o.id <> t.id)
		  FROM certificate_templates t WHERE t.programme_id IS NOT DISTINCT FROM $1 AND t.language = $2 ORDER BY t.number DESC LIMIT 1`,
		orNull(programme), lang).Scan(&v.Number, &saved, &body, &v.Papers, &v.Earlier)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return TemplateView{}, db.Translate(err)
	default:
		v.SavedAt = &saved
		if err := json.Unmarshal(body, &v.Template); err != nil {
			return TemplateView{}, fmt.Errorf("reading a template: %w", err)
		}
	}
	v.Pictures, err = s.pictures(ctx, programme)
	return v, err
}

// nameOf is what a kind of paper is called.
func (t Template) nameOf(kind Kind) string {
	if kind == Participation {
		return t.Participation.Name
	}
	return t.Achievement.Name
}

// check refuses what a template may not hold, with the field to blame.
func (t *Template) check() error {
	if !KnownLayout(t.Layout) {
		return lms.ErrInvalid("layout", "layout-unknown", "not one of the layouts")
	}
	fields := map[string]struct {
		text  *string
		limit int
	}{
		"achievement/name": {&t.Achievement.Name, 80}, "achievement/statement": {&t.Achievement.Statement, 160},
		"participation/name": {&t.Participation.Name, 80}, "participation/statement": {&t.Participation.Statement, 160},
		"opening": {&t.Opening, 120}, "note": {&t.Note, 200},
	}
	if len(t.Signatures) > 3 || len(t.Logos) > 3 {
		return lms.ErrInvalid("signatures", "too-many", "at most three signatures and three logos")
	}
	for i := range t.Signatures {
		at := fmt.Sprintf("signatures/%d/", i)
		fields[at+"name"] = struct {
			text  *string
			limit int
		}{&t.Signatures[i].Name, 80}
		fields[at+"role"] = struct {
			text  *string
			limit int
		}{&t.Signatures[i].Role, 120}
	}
	for field, f := range fields {
		*f.text = strings.TrimSpace(*f.text)
		if utf8.RuneCountInString(*f.text) > f.limit {
			return lms.ErrInvalid(field, "too-long", fmt.Sprintf("at most %d characters", f.limit))
		}
		if strings.ContainsFunc(*f.text, unicode.IsControl) {
			return lms.ErrInvalid(field, "one-line", "one line, without signs that cannot be printed")
		}
	}
	for i, sig := range t.Signatures {
		if sig.Name == "" {
			return lms.ErrInvalid(fmt.Sprintf("signatures/%d/name", i), "required", "say who signs")
		}
	}
	return nil
}

// SaveTemplate makes the next number of a template: what is issued from now on looks so, and what was issued keeps its
// look. Errors: NotFound, Invalid.
func (s *Service) SaveTemplate(ctx context.Context, actor lms.Actor, programme lms.ID[lms.Programme], lang string, t Template) (number int, err error) {
	defer lms.Wrap(&err, "certificate.SaveTemplate")
	if err := s.mayWrite(ctx, s.DB, actor, programme); err != nil {
		return 0, err
	}
	if !text.Known(lang) {
		return 0, lms.ErrNotFound("language")
	}
	if err := t.check(); err != nil {
		return 0, err
	}
	if _, err := s.looking(ctx, programme, t); err != nil {
		return 0, err
	}
	body, err := json.Marshal(t)
	if err != nil {
		return 0, err
	}
	return number, db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		// One after the other, so that two who save at once get two numbers.
		if _, err := db.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended('certificate_templates', 0))`); err != nil {
			return err
		}
		id := lms.NewID[lms.Template]()
		err := db.Row(ctx, tx, `
			INSERT INTO certificate_templates (id, programme_id, language, number, body, created_at, created_by)
			SELECT $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6 FROM certificate_templates
			 WHERE programme_id IS NOT DISTINCT FROM $2 AND language = $3 RETURNING number`,
			id, orNull(programme), lang, string(body), s.Now().UTC(), actor.Person).Scan(&number)
		if err != nil {
			return db.Translate(err)
		}
		return audit.Write(ctx, tx, audit.Event{
			At: s.Now().UTC(), Actor: actor.Person, Action: "template.save", SubjectKind: "template", SubjectID: id.String(),
			Detail: map[string]any{"language": lang, "number": number},
		})
	})
}
