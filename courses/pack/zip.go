package pack

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"mostik/courses"
)

// ReadZip reads a package from a zip. Names, links, sizes and ratios are judged from the directory of
// the zip before anything is unpacked; what unpacks to more than was announced is cut off. A zip may
// hold the course in one outer folder.
func ReadZip(r io.ReaderAt, size int64, l Limits) (*Package, []courses.Problem) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return newReader(nil, l).p, []courses.Problem{{Severity: courses.Error, Code: "zip-syntax", Message: fmt.Sprintf("this is not a zip that can be read: %v", err)}}
	}
	if problems := judge(z, l); len(problems) > 0 {
		return newReader(nil, l).p, courses.SortProblems(problems)
	}
	var fsys fs.FS = z
	if top := outerFolder(z); top != "" {
		if sub, err := fs.Sub(z, top); err == nil {
			fsys = sub
		}
	}
	return Read(fsys, l)
}

// judge looks at the zip's directory only.
func judge(z *zip.Reader, l Limits) []courses.Problem {
	var problems []courses.Problem
	fail := func(name, code, format string, args ...any) {
		problems = append(problems, courses.Problem{Pos: courses.Position{File: strings.ToValidUTF8(name, "?")}, Severity: courses.Error, Code: code, Message: fmt.Sprintf(format, args...)})
	}
	if len(z.File) > l.Entries {
		fail("", "too-many-files", "more than %d files and folders", l.Entries)
		return problems
	}
	total, seen := uint64(0), map[string]bool{}
	for _, f := range z.File {
		name := strings.TrimSuffix(f.Name, "/")
		mode := f.Mode()
		switch {
		case !fs.ValidPath(name) || strings.ContainsAny(name, "\\:") || len(name) > l.PathLength:
			fail(f.Name, "bad-path", "the name leads out of the folder, or is too long")
		case mode&fs.ModeSymlink != 0 || (!mode.IsDir() && !mode.IsRegular()):
			fail(f.Name, "not-a-file", "only folders and plain files are read, no links")
		case seen[strings.ToLower(name)]:
			fail(f.Name, "duplicate-file", "the name stands twice")
		case f.Flags&1 != 0:
			fail(f.Name, "encrypted", "the file is encrypted")
		case f.UncompressedSize64 > uint64(l.MediaFile):
			fail(f.Name, "too-large", "the file has %d bytes, %d are allowed", f.UncompressedSize64, l.MediaFile)
		case f.UncompressedSize64 > 64<<10 && f.UncompressedSize64/max(1, f.CompressedSize64) > uint64(l.Ratio):
			fail(f.Name, "too-dense", "the file unpacks to more than %d times its size", l.Ratio)
		}
		seen[strings.ToLower(name)] = true
		if total += min(f.UncompressedSize64, 1<<40); total > uint64(l.Total) {
			fail(f.Name, "too-large", "the whole has more than %d bytes", l.Total)
			return problems
		}
	}
	return problems
}

// outerFolder gives the one folder that holds course.yaml, if it does not lie at the top.
func outerFolder(z *zip.Reader) string {
	found := ""
	for _, f := range z.File {
		switch {
		case f.Name == "course.yaml":
			return ""
		case path.Base(f.Name) == "course.yaml" && strings.Count(f.Name, "/") == 1:
			found = path.Dir(f.Name)
		}
	}
	return found
}

// Write writes the package as a zip that ReadZip takes. The bytes of assets come from open, or, if it
// is nil, from where the package was read.
func (p *Package) Write(w io.Writer, open func(file string, a Asset) (io.ReadCloser, error)) error {
	z := zip.NewWriter(w)
	files, err := p.documents()
	if err != nil {
		return err
	}
	for _, name := range sorted(files) {
		f, err := z.Create(name)
		if err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if _, err := f.Write(files[name]); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	if open == nil {
		open = func(_ string, a Asset) (io.ReadCloser, error) { return a.Open() }
	}
	for _, name := range sorted(p.Files) {
		if err := writeAsset(z, name, p.Files[name], open); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return z.Close()
}

func writeAsset(z *zip.Writer, name string, a Asset, open func(string, Asset) (io.ReadCloser, error)) error {
	in, err := open(name, a)
	if err != nil {
		return err
	}
	defer in.Close()
	method := zip.Store // sound and films are packed already
	if slices.Contains([]string{".vtt"}, path.Ext(name)) {
		method = zip.Deflate
	}
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err != nil {
		return err
	}
	_, err = io.Copy(f, in)
	return err
}
