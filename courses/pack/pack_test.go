package pack

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"mostik/courses"
)

// sample is the sound course that the check's tests use too.
func sample(t testing.TB) fstest.MapFS {
	t.Helper()
	data, err := os.ReadFile("../check/testdata/sample.txtar")
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	for _, f := range txtar.Parse(data).Files {
		m[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return m
}

func TestRead(t *testing.T) {
	p, problems := Read(sample(t), DefaultLimits())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a, m, ok := p.Course.Activity("final")
	if !ok || m.Key != "m2" || !a.Required || a.Quiz.Draw[1].Count != 2 || a.Title["ru"] != "Итог" || a.Pos.Line != 46 {
		t.Errorf("%+v", a)
	}
	if survey, _, _ := p.Course.Activity("m2-survey"); survey.Required {
		t.Error("required: false was not read")
	}
	q, ok := p.Question("q-true")
	if !ok || q.Right == nil || *q.Right || q.Points != 1 || q.Words["feedback/true"]["en"] != "It does not." {
		t.Errorf("%+v", q)
	}
	if gaps, _ := p.Question("q-gaps"); gaps.Accepted["gaps/g2"]["ru"][0] != "средства" || gaps.Words["gaps/g1/a"]["en"] != "eighteen" {
		t.Errorf("%+v", gaps)
	}
	if s := p.Scenarios["cleaner"]; s.Principles["no-promises"].Text["ru"] != "Не обещать" || s.Nodes[1].Choices[0].When.TrustAtLeast != 40 || s.Steps["referred"]["en"] != "Passed on" {
		t.Errorf("%+v", s)
	}
	if p.Figures["three"].Labels["act"]["ru"] != "Действие" || p.Overlays["KZ"].Blocks[0].Text["ru"] == "" || p.Files["media/welcome.webm"].Size != 22 {
		t.Errorf("%+v %+v %+v", p.Figures, p.Overlays["KZ"], p.Files)
	}
	if l, ok := p.Lesson("ru", "m1-read", func(f string) string { return "/x/" + f }); !ok || !strings.Contains(l.HTML, "Действие</text>") || !strings.Contains(l.HTML, `src="/x/media/welcome.webm"`) {
		t.Errorf("%v %s", ok, l.HTML)
	}
}

func TestPlaces(t *testing.T) {
	p, _ := Read(sample(t), DefaultLimits())
	if pos := p.Place("text/en/bank/all.yaml", "q-one/feedback/b"); pos.Line != 6 {
		t.Error(pos)
	}
	if pos := p.Place("text/en/bank/all.yaml", "q-one/feedback/z"); pos.Line != 4 {
		t.Error("what is missing stands at what would hold it:", pos)
	}
	a, _, _ := p.Course.Activity("post-test")
	if pos := p.Near(a.Pos, "requires/0"); pos.Line != 39 {
		t.Error(pos)
	}
}

// A package survives being kept as JSON, and being written as a zip and read again.
func TestRoundTrips(t *testing.T) {
	p, _ := Read(sample(t), DefaultLimits())
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var kept Package
	if err := json.Unmarshal(data, &kept); err != nil {
		t.Fatal(err)
	}
	if kept.Digest() != p.Digest() || len(p.Digest()) != 64 {
		t.Error("another digest after JSON")
	}
	if _, err := kept.Files["media/welcome.webm"].Open(); err == nil {
		t.Error("the bytes of an asset are not in the JSON")
	}
	var b bytes.Buffer
	open := func(name string, _ Asset) (io.ReadCloser, error) { return p.Files[name].Open() }
	if err := kept.Write(&b, open); err != nil {
		t.Fatal(err)
	}
	again, problems := ReadZip(bytes.NewReader(b.Bytes()), int64(b.Len()), DefaultLimits())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if again.Digest() != p.Digest() {
		one, _ := json.MarshalIndent(p, "", " ")
		two, _ := json.MarshalIndent(again, "", " ")
		t.Errorf("another digest after the zip:\n%s", firstDifference(string(one), string(two)))
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return strings.Join(x[max(0, i-5):i+1], "\n") + "\nbut\n" + y[i]
		}
	}
	return "one is longer"
}

func TestDigestNamesTheContent(t *testing.T) {
	files := sample(t)
	p, _ := Read(files, DefaultLimits())
	q, _ := Read(sample(t), DefaultLimits())
	files["media/welcome.webm"] = &fstest.MapFile{Data: []byte("other bytes")}
	other, _ := Read(files, DefaultLimits())
	if p.Digest() != q.Digest() || p.Digest() == other.Digest() {
		t.Error("the digest does not follow the content")
	}
}

func codes(problems []courses.Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Code)
	}
	return out
}

func TestLimits(t *testing.T) {
	for name, c := range map[string]struct {
		change func(fstest.MapFS, *Limits)
		code   string
	}{
		"too many files": {func(_ fstest.MapFS, l *Limits) { l.Entries = 10 }, "too-many-files"},
		"large text":     {func(_ fstest.MapFS, l *Limits) { l.TextFile = 500 }, "too-large"},
		"large film":     {func(_ fstest.MapFS, l *Limits) { l.MediaFile = 10 }, "too-large"},
		"large whole":    {func(_ fstest.MapFS, l *Limits) { l.Total = 3000 }, "too-large"},
		"deep folder":    {func(m fstest.MapFS, _ *Limits) { m["a/b/c/d/e/f/g/h/i/j"] = &fstest.MapFile{} }, "bad-path"},
		"odd name":       {func(m fstest.MapFS, _ *Limits) { m["bank/a b.yaml"] = &fstest.MapFile{} }, "bad-path"},
		"link":           {func(m fstest.MapFS, _ *Limits) { m["bank/l.yaml"] = &fstest.MapFile{Mode: fs.ModeSymlink} }, "not-a-file"},
		"no UTF-8":       {func(m fstest.MapFS, _ *Limits) { m["sources.yaml"] = &fstest.MapFile{Data: []byte{0xff, 0xfe}} }, "not-utf8"},
		"empty":          {func(m fstest.MapFS, _ *Limits) { m["sources.yaml"] = &fstest.MapFile{} }, "yaml-empty"},
		"deep YAML": {func(m fstest.MapFS, _ *Limits) {
			m["sources.yaml"] = &fstest.MapFile{Data: []byte(strings.Repeat("[", 50) + strings.Repeat("]", 50))}
		}, "yaml-depth"},
		"no course": {func(m fstest.MapFS, _ *Limits) { delete(m, "course.yaml") }, "missing-file"},
	} {
		t.Run(name, func(t *testing.T) {
			files, limits := sample(t), DefaultLimits()
			c.change(files, &limits)
			if _, problems := Read(files, limits); !slices.Contains(codes(problems), c.code) {
				t.Errorf("no %s among %v", c.code, problems)
			}
		})
	}
}

func TestLinkInAFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, sample(t)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "bank", "passwd.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, problems := Read(os.DirFS(dir), DefaultLimits()); !reflect.DeepEqual(codes(problems), []string{"not-a-file"}) {
		t.Error(problems)
	}
}

// zipOf packs headers and their content.
func zipOf(t testing.TB, entries ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		h, ok := entries[i].(*zip.FileHeader)
		if !ok {
			h = &zip.FileHeader{Name: entries[i].(string), Method: zip.Deflate}
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(entries[i+1].(string))); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestZipRefuses(t *testing.T) {
	link := &zip.FileHeader{Name: "bank/link.yaml"}
	link.SetMode(fs.ModeSymlink | 0o777)
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"way out":    {zipOf(t, "../course.yaml", "key: a"), "bad-path"},
		"absolute":   {zipOf(t, "/course.yaml", "key: a"), "bad-path"},
		"backslash":  {zipOf(t, "bank\\a.yaml", "x"), "bad-path"},
		"link":       {zipOf(t, link, "/etc/passwd"), "not-a-file"},
		"name twice": {zipOf(t, "course.yaml", "key: a", "Course.yaml", "key: b"), "duplicate-file"},
		"bomb":       {zipOf(t, "bank/a.yaml", strings.Repeat("a", 1<<20)), "too-dense"},
		"no zip":     {[]byte("PK not really"), "zip-syntax"},
		"empty":      {zipOf(t), "missing-file"},
	} {
		t.Run(name, func(t *testing.T) {
			p, problems := ReadZip(bytes.NewReader(c.data), int64(len(c.data)), DefaultLimits())
			if !slices.Contains(codes(problems), c.code) || p == nil {
				t.Errorf("no %s among %v", c.code, problems)
			}
		})
	}
}

func TestZipWithOuterFolder(t *testing.T) {
	var entries []any
	for name, f := range sample(t) {
		entries = append(entries, "sample/"+name, string(f.Data))
	}
	data := zipOf(t, entries...)
	p, problems := ReadZip(bytes.NewReader(data), int64(len(data)), DefaultLimits())
	if len(problems) > 0 || p.Course.Key != "sample" {
		t.Errorf("%q %v", p.Course.Key, problems)
	}
}

func FuzzRead(f *testing.F) {
	files := sample(f)
	for _, name := range []string{"course.yaml", "bank/all.yaml", "scenarios/cleaner.yaml", "text/en/bank/all.yaml", "overlays/kz.yaml", "figures/three.svg", "text/en/glossary.yaml"} {
		f.Add(name, files[name].Data)
	}
	f.Add("course.yaml", []byte("a: &a [*a]"))
	f.Add("bank/all.yaml", []byte("- key: x\n  kind: single\n  options: [{key: a, right: maybe}]"))
	f.Add("package.zip", zipOf(f, "course.yaml", "key: a\nlanguages: [en]", "bank/a.yaml", "[]"))
	limits := DefaultLimits()
	limits.Total, limits.MediaFile = 8<<20, 1<<20
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if name == "package.zip" {
			p, _ := ReadZip(bytes.NewReader(data), int64(len(data)), limits)
			_ = p.Digest()
			return
		}
		files := sample(t)
		if _, ok := files[name]; !ok {
			return
		}
		files[name] = &fstest.MapFile{Data: data}
		p, problems := Read(files, limits)
		for _, x := range problems {
			if x.Pos.File == "" || x.Code == "" || x.Message == "" {
				t.Fatalf("a problem without a place or words: %+v", x)
			}
		}
		if courses.HasErrors(problems) {
			return
		}
		var b bytes.Buffer
		if err := p.Write(&b, nil); err != nil {
			t.Fatal(err)
		}
		again, problems := ReadZip(bytes.NewReader(b.Bytes()), int64(b.Len()), limits)
		if courses.HasErrors(problems) || again.Digest() != p.Digest() {
			t.Fatalf("written and read again it is another: %v", problems)
		}
	})
}
