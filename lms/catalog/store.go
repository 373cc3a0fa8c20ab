package catalog

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// upsertCourse finds or makes a course and locks its row, so that two imports take numbers one by one.
func upsertCourse(ctx context.Context, tx bun.IDB, key string, now time.Time) (id lms.ID[lms.Course], err error) {
	err = db.Row(ctx, tx, `
		INSERT INTO courses (id, key, created_at) VALUES ($1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET key = excluded.key
		RETURNING id`, lms.NewID[lms.Course](), key, now).Scan(&id)
	return id, db.Translate(err)
}

type version struct {
	course                     lms.ID[lms.Course]
	digest, document, problems string
	at                         time.Time
}

// insertVersion adds a version and makes it the current one. With a digest that is there already nothing
// is added, but that version becomes the current one again.
func insertVersion(ctx context.Context, tx bun.IDB, v version) (id lms.ID[lms.Version], number int, added bool, err error) {
	err = db.Row(ctx, tx, `SELECT id, number FROM course_versions WHERE course_id = $1 AND digest = $2`,
		v.course, v.digest).Scan(&id, &number)
	if errors.Is(err, sql.ErrNoRows) {
		added = true
		err = db.Row(ctx, tx, `
			INSERT INTO course_versions (id, course_id, number, digest, document, problems, published_at)
			SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6 FROM course_versions WHERE course_id = $2
			RETURNING id, number`,
			lms.NewID[lms.Version](), v.course, v.digest, v.document, v.problems, v.at).Scan(&id, &number)
	}
	if err != nil {
		return id, 0, false, db.Translate(err)
	}
	_, err = db.Exec(ctx, tx, `UPDATE courses SET current_version_id = $2 WHERE id = $1`, v.course, id)
	return id, number, added, err
}

func insertAssets(ctx context.Context, tx bun.IDB, id lms.ID[lms.Version], list []asset) error {
	for _, a := range list {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO course_assets (version_id, path, sha256, bytes, media_type) VALUES ($1, $2, $3, $4, $5)`,
			id, a.path, a.sha256, a.bytes, a.mediaType)
		if err != nil {
			return err
		}
	}
	return nil
}
