package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"mostik/courses"
	"mostik/courses/check"
	"mostik/courses/pack"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/db"
)

// Imported tells what an import did.
type Imported struct {
	Course  lms.ID[lms.Course]
	Version lms.ID[lms.Version]
	Key     string
	Number  int
	// New is false when the very same package was there already.
	New      bool
	Problems []courses.Problem
}

// ImportFolder checks a package and publishes it as the course's current version, for the operator at the
// machine. The same package twice is one version. Errors: Invalid with code course-has-errors, and then
// Imported.Problems says which and where.
//
// Who studies the course moves to the new version by learning.Service.Upgrade.
func (s *Service) ImportFolder(ctx context.Context, fsys fs.FS) (Imported, error) {
	p, problems := check.Folder(fsys, pack.DefaultLimits(), s.Now())
	return s.publish(ctx, p, problems)
}

// ImportZip is ImportFolder for a package in one file of the given size in bytes.
func (s *Service) ImportZip(ctx context.Context, r io.ReaderAt, size int64) (Imported, error) {
	p, problems := pack.ReadZip(r, size, pack.DefaultLimits())
	if p != nil {
		problems = courses.SortProblems(append(problems, check.Check(p, s.Now())...))
	}
	return s.publish(ctx, p, problems)
}

func (s *Service) publish(ctx context.Context, p *pack.Package, problems []courses.Problem) (done Imported, err error) {
	if p == nil || courses.HasErrors(problems) {
		return Imported{Problems: problems}, &lms.Error{
			Kind: lms.Invalid, Code: "course-has-errors", Detail: fmt.Sprintf("the check found %d problems", len(problems)),
		}
	}
	defer lms.Wrap(&err, "publishing the course %s", p.Course.Key)
	// Assets first: a row must never point at a file that is not there. What a failure leaves behind is
	// the same file that the next try keeps.
	assets, err := s.keepFiles(p)
	if err != nil {
		return Imported{Problems: problems}, err
	}
	document, err := json.Marshal(p)
	if err != nil {
		return Imported{Problems: problems}, err
	}
	said, err := json.Marshal(problems)
	if err != nil {
		return Imported{Problems: problems}, err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		done = Imported{Key: p.Course.Key, Problems: problems}
		if done.Course, err = upsertCourse(ctx, tx, p.Course.Key, s.Now()); err != nil {
			return err
		}
		done.Version, done.Number, done.New, err = insertVersion(ctx, tx, version{
			course: done.Course, digest: p.Digest(), document: string(document), problems: string(said), at: s.Now(),
		})
		if err != nil || !done.New {
			return err
		}
		return insertAssets(ctx, tx, done.Version, assets)
	})
	return done, err
}

type asset struct {
	path, sha256, mediaType string
	bytes                   int64
}

func (s *Service) keepFiles(p *pack.Package) ([]asset, error) {
	var kept []asset
	for _, path := range slices.Sorted(maps.Keys(p.Files)) {
		f := p.Files[path]
		info, err := s.keepFile(f)
		if err != nil {
			return nil, fmt.Errorf("keeping %s: %w", path, err)
		}
		if info.Hash.String() != f.SHA256 {
			return nil, fmt.Errorf("keeping %s: its hash is %s and the package says %s", path, info.Hash, f.SHA256)
		}
		kept = append(kept, asset{path, f.SHA256, f.Type, info.Size})
	}
	return kept, nil
}

func (s *Service) keepFile(a pack.Asset) (blob.Info, error) {
	in, err := a.Open()
	if err != nil {
		return blob.Info{}, err
	}
	defer in.Close()
	return s.Blobs.Put(in, a.Size)
}

// SetOpen says whether people may enrol themselves in a course. Errors: NotFound.
func (s *Service) SetOpen(ctx context.Context, key string, open bool) error {
	n, err := db.Exec(ctx, s.DB, `UPDATE courses SET open = $2 WHERE key = $1`, key, open)
	if err == nil && n == 0 {
		return lms.ErrNotFound("course")
	}
	return err
}
