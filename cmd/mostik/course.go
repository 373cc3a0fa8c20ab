package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"mostik/courses"
	"mostik/courses/check"
	"mostik/courses/content"
	"mostik/courses/pack"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/db"
)

type courseCmd struct {
	Import courseImportCmd `cmd:"" help:"Check a course and publish it as a new version, in the database."`
	Export courseExportCmd `cmd:"" help:"Write the newest published version of a course to a zip."`
	Check  courseCheckCmd  `cmd:"" help:"List every problem of a course with its file and line. Needs no database."`
	Table  courseTableCmd  `cmd:"" help:"Write what courses hold as a Markdown table. Needs no database."`
}

type courseCheckCmd struct {
	Package []string `arg:"" help:"A course's folder or zip. More than one may be named." type:"existingpath"`
	Strict  bool     `help:"Fail on warnings, too."`
	Table   bool     `help:"Show words, sentences, reading time and a rough level of each lesson and language."`
}

// Run checks each package, prints its problems and fails when one has an error.
func (c courseCheckCmd) Run(e *environment) error {
	errorCount, warnings := 0, 0
	tell := func(path string, problems []courses.Problem) {
		for _, x := range problems {
			fmt.Fprintf(e.out, "%s/%s\n", path, x)
			if x.Severity == courses.Error {
				errorCount++
			} else {
				warnings++
			}
		}
	}
	var read []*pack.Package
	folder := map[string]string{}
	for _, path := range c.Package {
		p, problems, err := checkPackage(path)
		if err != nil {
			return err
		}
		tell(path, problems)
		if p != nil {
			read = append(read, p)
			folder[p.Course.Key] = path
		}
		if p != nil && !courses.HasErrors(problems) {
			fmt.Fprintf(e.out, "%s: the course %s may be published\n", path, p.Course.Key)
		}
	}
	for key, problems := range check.Together(read) {
		tell(folder[key], problems)
	}
	if c.Table {
		for _, p := range read {
			if err := readingTable(e.out, p); err != nil {
				return err
			}
		}
	}
	if errorCount > 0 || (c.Strict && warnings > 0) {
		return fmt.Errorf("%d errors and %d warnings", errorCount, warnings)
	}
	return nil
}

// readingTable shows how hard each lesson reads.
func readingTable(out io.Writer, p *pack.Package) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%s\tlanguage\twords\tminutes\tsentences\twords a sentence\tlongest\tLIX\tabout\n", p.Course.Key)
	for _, r := range check.Readings(p) {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%.1f\t%d\t%.0f\t%s\n", r.Activity, r.Lang, r.Words, r.Minutes, r.Sentences, r.Mean, r.Longest, r.LIX, r.Level)
	}
	return w.Flush()
}

type courseTableCmd struct {
	Package []string `arg:"" optional:"" help:"Folders or zips; without any, the courses that are shipped." type:"existingpath"`
}

// Run writes the table to standard output.
func (c courseTableCmd) Run(e *environment) error {
	var list []*pack.Package
	for _, path := range c.Package {
		p, _, err := checkPackage(path)
		if err != nil {
			return err
		}
		if p != nil {
			list = append(list, p)
		}
	}
	if len(c.Package) == 0 {
		for _, key := range content.Keys() {
			fsys, err := content.Course(key)
			if err != nil {
				return err
			}
			p, _ := pack.Read(fsys, pack.DefaultLimits())
			list = append(list, p)
		}
	}
	return check.Table(e.out, list)
}

// checkPackage reads a folder or a zip. The error is of a path that cannot be read at all.
func checkPackage(path string) (*pack.Package, []courses.Problem, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	now := time.Now()
	if st.IsDir() {
		p, problems := check.Folder(os.DirFS(path), pack.DefaultLimits(), now)
		return p, problems, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	p, problems := pack.ReadZip(f, st.Size(), pack.DefaultLimits())
	if p != nil {
		problems = courses.SortProblems(append(problems, check.Check(p, now)...))
	}
	return p, problems, nil
}

type courseImportCmd struct {
	Package string `arg:"" help:"A course's folder or zip." type:"existingpath"`
	Open    bool   `help:"Let people enrol themselves."`
}

// Run publishes a package. What it says of problems is what check says.
func (c courseImportCmd) Run(e *environment) error {
	return withServices(e, func(ctx context.Context, _ *database, s *services) error {
		done, err := importPackage(ctx, s, c.Package)
		for _, x := range done.Problems {
			fmt.Fprintf(e.out, "%s/%s\n", c.Package, x)
		}
		if err != nil {
			return err
		}
		if done.New {
			fmt.Fprintf(e.out, "published %s, version %d\n", done.Key, done.Number)
		} else {
			fmt.Fprintf(e.out, "%s is version %d already\n", done.Key, done.Number)
		}
		moved, err := s.learning.Upgrade(ctx, done.Course)
		if moved > 0 {
			fmt.Fprintf(e.out, "%d people who study it go on with this version\n", moved)
		}
		if err == nil && c.Open {
			err = s.catalog.SetOpen(ctx, done.Key, true)
		}
		return err
	})
}

func importPackage(ctx context.Context, s *services, path string) (catalog.Imported, error) {
	st, err := os.Stat(path)
	if err != nil {
		return catalog.Imported{}, err
	}
	if st.IsDir() {
		return s.catalog.ImportFolder(ctx, os.DirFS(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return catalog.Imported{}, err
	}
	defer f.Close()
	return s.catalog.ImportZip(ctx, f, st.Size())
}

type courseExportCmd struct {
	Key  string `arg:"" help:"The course's key, as trafficking."`
	File string `arg:"" help:"The zip to write." type:"path"`
}

// Run writes the zip beside its place and moves it there when it is whole.
func (c courseExportCmd) Run(e *environment) error {
	return withServices(e, func(ctx context.Context, d *database, s *services) error {
		p, err := newestVersion(ctx, d, s, c.Key)
		if err != nil {
			return err
		}
		out, err := os.Create(c.File + ".part")
		if err != nil {
			return err
		}
		err = p.Write(out, func(_ string, a pack.Asset) (io.ReadCloser, error) {
			h, err := blob.ParseHash(a.SHA256)
			if err != nil {
				return nil, err
			}
			return s.blobs.Open(h)
		})
		if err = errors.Join(err, out.Close()); err != nil {
			return errors.Join(err, os.Remove(out.Name()))
		}
		return os.Rename(out.Name(), c.File)
	})
}

// newestVersion reads the package of the version that people are enrolled in now.
func newestVersion(ctx context.Context, d *database, s *services, key string) (*pack.Package, error) {
	var id lms.ID[lms.Version]
	err := db.Row(ctx, d.DB, `SELECT current_version_id FROM courses WHERE key = $1 AND current_version_id IS NOT NULL`, key).Scan(&id)
	if err = db.Found(err, "a published course "+key); err != nil {
		return nil, err
	}
	v, err := s.catalog.Version(ctx, id)
	if err != nil {
		return nil, err
	}
	return v.Package, nil
}
