package certificate

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // logos come so
	"image/png"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"golang.org/x/image/draw"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/blob"
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

// PictureView is a logo or a signature to choose.
type PictureView struct {
	ID     lms.ID[lms.Picture] `json:"id"`
	Width  int                 `json:"width"`
	Height int                 `json:"height"`
	// Small is the picture, at most 160 pixels wide, as a data: address.
	Small string `json:"small"`
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

// Preview draws a template that is being written as an SVG, with a holder who is made up and a seal that no key gave.
// Errors: NotFound, Invalid.
func (s *Service) Preview(ctx context.Context, actor lms.Actor, programme lms.ID[lms.Programme], lang string, kind Kind, t Template) (svg string, err error) {
	defer lms.Wrap(&err, "certificate.Preview")
	if err := s.mayWrite(ctx, s.DB, actor, programme); err != nil {
		return "", err
	}
	if !text.Known(lang) {
		return "", lms.ErrNotFound("language")
	}
	if err := t.check(); err != nil {
		return "", err
	}
	l, err := s.looking(ctx, programme, t)
	if err != nil {
		return "", err
	}
	title := text.In(lang).Life.Programme
	if !programme.IsZero() {
		err := db.Row(ctx, s.DB, `SELECT coalesce(draft -> 'title' ->> $2, draft -> 'title' ->> 'en', key) FROM programmes WHERE id = $1`, programme, lang).Scan(&title)
		if err != nil {
			return "", db.Found(err, "programme")
		}
	}
	claim := s.sample(lang, kind, title, t)
	body, err := json.Marshal(claim)
	if err != nil {
		return "", err
	}
	return picture(l, claim, Sealed{KeyID: "sample", Claim: body, Seal: make([]byte, 64)}, s.PublicURL, lang)
}

// sampleHolders are people who do not exist, in the letters of each language.
var sampleHolders = map[string]string{
	"en": "Anna Example", "ru": "Анна Примерова", "sk": "Anna Príkladová", "kk": "Әйгерім Мысалқызы", "tg": "Фарзона Намунаева", "ky": "Айгүл Үлгүева",
}

func (s *Service) sample(lang string, kind Kind, title string, t Template) Claim {
	today := DateOf(s.Now())
	c := Claim{
		Serial: "XXXX-XXXX-XXXXX", Holder: sampleHolders[lang], Programme: title, ProgrammeKey: "sample", Version: 1, Hours: "24", IssuedOn: today,
		Issuer: s.Issuer, Language: lang, Kind: kind, Document: t.nameOf(kind),
	}
	if lang != "en" && lang != "sk" {
		c.HolderLatin = sampleHolders["en"]
	}
	if kind == Participation {
		return c
	}
	expires := addMonths(today, 36)
	c.ExpiresOn, c.ValidMonths = &expires, 36
	return c
}

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

func (s *Service) drawnOf(ctx context.Context, programme lms.ID[lms.Programme], id string) (drawn, error) {
	var d drawn
	var hash blob.Hash
	err := db.Row(ctx, s.DB, `
		SELECT file_sha256, width, height FROM certificate_pictures
		 WHERE id = $1::text::uuid AND programme_id IS NOT DISTINCT FROM $2`, id, orNull(programme)).Scan(&hash, &d.width, &d.height)
	if err != nil {
		return drawn{}, db.Found(err, "picture")
	}
	f, err := s.Blobs.Open(hash)
	if err != nil {
		return drawn{}, err
	}
	defer f.Close()
	d.png, err = io.ReadAll(f)
	return d, err
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

const (
	// MaxPicture bounds a logo or a signature that is sent, in bytes.
	MaxPicture = 4 << 20
	// maxSide bounds its sides as it comes, keptSide as it is kept: 100 mm at 300 dots an inch. In pixels.
	maxSide, keptSide = 4000, 1200
	// maxPictures bounds how many a programme has.
	maxPictures = 30
)

// AddPicture takes a logo or a signature: PNG or JPEG by its content. What is kept is the picture drawn anew, so
// nothing else that the file carried stays. Errors: NotFound, Invalid, TooLarge, Conflict too-many.
func (s *Service) AddPicture(ctx context.Context, actor lms.Actor, programme lms.ID[lms.Programme], from io.Reader) (v PictureView, err error) {
	defer lms.Wrap(&err, "certificate.AddPicture")
	if err := s.mayWrite(ctx, s.DB, actor, programme); err != nil {
		return PictureView{}, err
	}
	f, _, err := s.Blobs.Spool(from, MaxPicture)
	if err != nil {
		return PictureView{}, err
	}
	defer f.Close()
	img, err := readPicture(f)
	if err != nil {
		return PictureView{}, err
	}
	kept := shrink(img, keptSide)
	clean, err := encodePNG(kept)
	if err != nil {
		return PictureView{}, err
	}
	info, err := s.Blobs.Put(bytes.NewReader(clean), MaxPicture*4)
	if err != nil {
		return PictureView{}, err
	}
	v = PictureView{ID: lms.NewID[lms.Picture](), Width: kept.Rect.Dx(), Height: kept.Rect.Dy()}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		var have int
		err := db.Row(ctx, tx, `SELECT count(*) FROM certificate_pictures WHERE programme_id IS NOT DISTINCT FROM $1`, orNull(programme)).Scan(&have)
		if err != nil {
			return db.Translate(err)
		}
		if have >= maxPictures {
			return lms.ErrConflict("too-many", "there are thirty pictures already")
		}
		// The same picture again is the one that is there.
		err = db.Row(ctx, tx, `
			INSERT INTO certificate_pictures (id, programme_id, file_sha256, file_type, file_bytes, width, height, uploaded_at, uploaded_by)
			VALUES ($1, $2, $3, 'image/png', $4, $5, $6, $7, $8)
			ON CONFLICT (programme_id, file_sha256) DO UPDATE SET file_type = 'image/png' RETURNING id`,
			v.ID, orNull(programme), info.Hash.String(), info.Size, v.Width, v.Height, s.Now().UTC(), actor.Person).Scan(&v.ID)
		return db.Translate(err)
	})
	if err != nil {
		return PictureView{}, err
	}
	v.Small, err = small(kept)
	return v, err
}

// readPicture decodes what it knows and refuses the rest by its content, before a large one is unpacked.
func readPicture(f io.ReadSeeker) (image.Image, error) {
	unfit := func(err error) error {
		return &lms.Error{Kind: lms.Invalid, Code: "picture-kind", Field: "file", Detail: "a picture is PNG or JPEG", Err: err}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	cfg, format, err := image.DecodeConfig(f)
	if err != nil || format != "png" && format != "jpeg" {
		return nil, unfit(err)
	}
	if cfg.Width > maxSide || cfg.Height > maxSide || cfg.Width < 8 || cfg.Height < 8 {
		return nil, lms.ErrInvalid("file", "picture-size", "a picture has 8 to 4000 pixels a side")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, unfit(err)
	}
	return img, nil
}

// shrink draws a picture so that neither side is longer than the limit.
func shrink(img image.Image, limit int) *image.NRGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if longest := max(w, h); longest > limit {
		w, h = max(1, w*limit/longest), max(1, h*limit/longest)
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}

func encodePNG(img image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img)
	return out.Bytes(), err
}

func small(img image.Image) (string, error) {
	raw, err := encodePNG(shrink(img, 160))
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(raw), err
}

func (s *Service) pictures(ctx context.Context, programme lms.ID[lms.Programme]) ([]PictureView, error) {
	rows, err := db.Rows(ctx, s.DB, `
		SELECT id, width, height, file_sha256 FROM certificate_pictures WHERE programme_id IS NOT DISTINCT FROM $1 ORDER BY uploaded_at, id`, orNull(programme))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []PictureView{}
	for rows.Next() {
		var v PictureView
		var hash blob.Hash
		if err := rows.Scan(&v.ID, &v.Width, &v.Height, &hash); err != nil {
			return nil, db.Translate(err)
		}
		f, err := s.Blobs.Open(hash)
		if err != nil {
			return nil, err
		}
		img, err := readPicture(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		if v.Small, err = small(img); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, db.Translate(rows.Err())
}
