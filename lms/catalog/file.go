package catalog

import (
	"context"
	"os"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/db"
)

// OpenFile opens a sound, a film or captions of a version, for everybody who is signed in; the caller closes
// it. Errors: NotFound.
func (s *Service) OpenFile(ctx context.Context, actor lms.Actor, id lms.ID[lms.Version], path string) (f *os.File, size int64, mediaType string, err error) {
	defer lms.Wrap(&err, "catalog.OpenFile(%s, %s)", id, path)
	if err := actor.Can(lms.Browse, lms.Facts{}); err != nil {
		return nil, 0, "", err
	}
	var hash string
	err = db.Row(ctx, s.DB, `
		SELECT sha256, bytes, media_type FROM course_assets WHERE version_id = $1 AND path = $2`, id, path,
	).Scan(&hash, &size, &mediaType)
	if err != nil {
		return nil, 0, "", db.Found(err, "file")
	}
	h, err := blob.ParseHash(hash)
	if err != nil {
		return nil, 0, "", err
	}
	f, err = s.Blobs.Open(h)
	return f, size, mediaType, err
}
