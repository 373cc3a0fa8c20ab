package certificate

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"image"
	_ "image/jpeg" // logos come so
	"image/png"
	"io"

	"github.com/uptrace/bun"
	"golang.org/x/image/draw"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/db"
)

// PictureView is a logo or a signature to choose.
type PictureView struct {
	ID     lms.ID[lms.Picture] `json:"id"`
	Width  int                 `json:"width"`
	Height int                 `json:"height"`
	// Small is the picture, at most 160 pixels wide, as a data: address.
	Small string `json:"small"`
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
		if v.Small, err = s.smallOf(hash); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, db.Translate(rows.Err())
}

// smallOf gives a stored picture small; it is drawn once.
func (s *Service) smallOf(hash blob.Hash) (string, error) {
	if kept, there := s.smalls.Load(hash); there {
		return kept.(string), nil
	}
	f, err := s.Blobs.Open(hash)
	if err != nil {
		return "", err
	}
	img, err := readPicture(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	drawn, err := small(img)
	if err == nil {
		s.smalls.Store(hash, drawn)
	}
	return drawn, err
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
