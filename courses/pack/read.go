package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mostik/courses"
	"mostik/courses/quiz"
	"mostik/courses/scale"
	"mostik/courses/scenario"
)

// Read reads a course folder. The package holds whatever could be read; the problems say what could
// not, each with its place. A package with an error among its problems is not fit to be kept.
func Read(fsys fs.FS, l Limits) (*Package, []courses.Problem) {
	r := newReader(fsys, l)
	if r.walk() {
		r.structure()
		r.words()
		r.strays()
	}
	return r.p, courses.SortProblems(r.problems)
}

// reader reads one folder.
type reader struct {
	fsys     fs.FS
	l        Limits
	p        *Package
	problems []courses.Problem
	sizes    map[string]int64 // files found
	used     map[string]bool  // files read
	texts    map[string]*textFile
	order    []string // text files in the order of their structure
}

// textFile collects the segments that one text file of each language has to fill.
type textFile struct {
	name     string // under text/<language>/
	segments []segment
}

func newReader(fsys fs.FS, l Limits) *reader {
	return &reader{
		fsys: fsys, l: l, sizes: map[string]int64{}, used: map[string]bool{}, texts: map[string]*textFile{},
		p: &Package{
			Scenarios: map[string]*scenario.Scenario{}, Encounters: map[string]*scenario.Encounter{}, Surveys: map[string]*scale.Survey{},
			Worksheets: map[string]*courses.WorksheetDoc{}, Sources: map[string]courses.Source{}, Glossary: map[string]courses.Term{},
			Overlays: map[string]courses.Overlay{}, Figures: map[string]courses.Figure{}, Lessons: map[courses.Lang]map[string]string{},
			Papers: map[courses.Lang]map[string]string{}, Decks: map[string]*courses.Deck{},
			Files: map[string]Asset{}, places: map[string]map[string]courses.Position{}, paths: map[courses.Position]string{},
		},
	}
}

func (r *reader) problem(s courses.Severity, pos courses.Position, code, format string, args ...any) {
	r.problems = append(r.problems, courses.Problem{Pos: pos, Severity: s, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) fail(pos courses.Position, code, format string, args ...any) {
	r.problem(courses.Error, pos, code, format, args...)
}

func whole(file string) courses.Position { return courses.Position{File: file} }

var fileName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// walk looks at every name and size before anything is opened; false if the limits say stop.
func (r *reader) walk() bool {
	entries, total := 0, int64(0)
	stop := errors.New("stop")
	err := fs.WalkDir(r.fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			r.fail(whole(name), "unreadable", "%v", err)
			return fs.SkipDir
		}
		entries++
		switch {
		case name == ".":
			return nil
		case strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entries > r.l.Entries:
			r.fail(whole(name), "too-many-files", "more than %d files and folders", r.l.Entries)
			return stop
		case len(name) > r.l.PathLength || strings.Count(name, "/") >= r.l.Depth || !fileName.MatchString(e.Name()):
			r.fail(whole(name), "bad-path", "the name is too long, too deep, or has characters other than letters, digits, . _ -")
			return nil
		case e.IsDir():
			return nil
		case !e.Type().IsRegular():
			r.fail(whole(name), "not-a-file", "only folders and plain files are read, no links")
			return nil
		}
		info, err := e.Info()
		if err != nil {
			r.fail(whole(name), "unreadable", "%v", err)
			return nil
		}
		limit := r.l.TextFile
		if strings.HasPrefix(name, "media/") {
			limit = r.l.MediaFile
		}
		total += info.Size()
		if info.Size() > limit {
			r.fail(whole(name), "too-large", "the file has %d bytes, %d are allowed", info.Size(), limit)
			return nil
		}
		if total > r.l.Total {
			r.fail(whole(name), "too-large", "the whole has more than %d bytes", r.l.Total)
			return stop
		}
		r.sizes[name] = info.Size()
		return nil
	})
	return err == nil
}

// text reads a small file; "" and false if there is none or it is no text.
func (r *reader) text(name string) (string, bool) {
	if _, ok := r.sizes[name]; !ok {
		return "", false
	}
	r.used[name] = true
	f, err := r.fsys.Open(name)
	if err != nil {
		r.fail(whole(name), "unreadable", "%v", err)
		return "", false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, r.l.TextFile+1))
	switch {
	case err != nil:
		r.fail(whole(name), "unreadable", "%v", err)
	case int64(len(data)) > r.l.TextFile:
		r.fail(whole(name), "too-large", "more than %d bytes", r.l.TextFile)
	case !utf8.Valid(data):
		r.fail(whole(name), "not-utf8", "the file is not UTF-8")
	default:
		return strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n"), true
	}
	return "", false
}

// yaml reads a YAML file; nil if there is none or its syntax is broken.
func (r *reader) yaml(name string) *doc {
	data, ok := r.text(name)
	if !ok {
		return nil
	}
	d := parse(name, []byte(data), &r.problems)
	r.p.places[name] = d.places
	maps.Copy(r.p.paths, d.paths)
	if d.root == nil {
		return nil
	}
	return d
}

func (d *doc) into(v any) { d.decode(d.root, reflect.ValueOf(v).Elem(), "") }

// files lists the files of a folder with an ending, in order.
func (r *reader) files(folder, ending string) []string {
	var out []string
	for name := range r.sizes {
		if path.Dir(name) == folder && strings.HasSuffix(name, ending) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func base(name string) string { return strings.TrimSuffix(path.Base(name), path.Ext(name)) }

// asks notes what a text file of each language has to hold.
func (r *reader) asks(name string, segments []segment) {
	t := r.texts[name]
	if t == nil {
		t = &textFile{name: name}
		r.texts[name] = t
		r.order = append(r.order, name)
	}
	t.segments = append(t.segments, segments...)
}

func (r *reader) structure() {
	if d := r.yaml("course.yaml"); d != nil {
		d.into(&r.p.Course)
		r.asks("course.yaml", courseSegments(&r.p.Course))
	} else if _, there := r.sizes["course.yaml"]; !there {
		r.fail(whole("course.yaml"), "missing-file", "a course needs course.yaml")
	}
	if d := r.yaml("sources.yaml"); d != nil {
		d.into(&r.p.Sources)
		for k, s := range r.p.Sources {
			s.Key = k
			s.Pos = d.at(k)
			r.p.Sources[k] = s
		}
	}
	r.bank()
	r.scenarios()
	for _, name := range r.files("surveys", ".yaml") {
		if d := r.yaml(name); d != nil {
			s := &scale.Survey{}
			d.into(s)
			r.named(name, s.Key)
			r.p.Surveys[base(name)] = s
			r.asks(name, surveySegments(s))
		}
	}
	for _, name := range r.files("worksheets", ".yaml") {
		if d := r.yaml(name); d != nil {
			w := &courses.WorksheetDoc{}
			d.into(w)
			r.named(name, w.Key)
			r.p.Worksheets[base(name)] = w
			r.asks(name, worksheetSegments(w))
		}
	}
	r.decks()
	r.practice()
	r.overlays()
	r.figures()
	r.glossary()
	r.media()
}

// named holds a file's key against its name.
func (r *reader) named(name, key string) {
	if key != base(name) {
		r.fail(near(r.p.places[name], name, "key"), "key-and-name", "the key %q should be the file's name, %q", key, base(name))
	}
}

func (r *reader) bank() {
	for _, name := range r.files("bank", ".yaml") {
		d := r.yaml(name)
		if d == nil {
			continue
		}
		var questions []quiz.Question
		d.into(&questions)
		r.p.Bank = append(r.p.Bank, questions...)
		r.asks(name, nil)
	}
	// Segments point into the bank, which no longer grows.
	for i := range r.p.Bank {
		r.asks(r.p.Bank[i].Pos.File, questionSegments(&r.p.Bank[i]))
	}
}

func (r *reader) scenarios() {
	for _, name := range r.files("scenarios", ".yaml") {
		d := r.yaml(name)
		if d == nil {
			continue
		}
		switch kind := d.leaves()["kind"]; courses.Kind(kind) {
		case courses.Interview:
			s := &scenario.Scenario{}
			d.decodeStruct(d.root, reflect.ValueOf(s).Elem(), "", []string{"kind"})
			r.named(name, s.Key)
			r.p.Scenarios[base(name)] = s
			r.asks(name, scenarioSegments(s))
		case courses.Encounter:
			e := &scenario.Encounter{}
			d.decodeStruct(d.root, reflect.ValueOf(e).Elem(), "", []string{"kind"})
			r.named(name, e.Key)
			r.p.Encounters[base(name)] = e
			r.asks(name, encounterSegments(e))
		default:
			r.fail(d.at("kind"), "unknown-kind", "a scenario is an interview or an encounter, not %q", kind)
		}
	}
}

func (r *reader) overlays() {
	for _, name := range r.files("overlays", ".yaml") {
		d := r.yaml(name)
		if d == nil {
			continue
		}
		o := courses.Overlay{}
		d.into(&o)
		if strings.ToLower(o.Country) != base(name) {
			r.fail(d.at("country"), "key-and-name", "the country %q should be the file's name, %q", o.Country, base(name))
		}
		// The blocks are shared with the map's copy, so segments may fill them.
		r.p.Overlays[o.Country] = o
		r.asks(name, overlaySegments(&o))
	}
}

func (r *reader) figures() {
	for _, name := range r.files("figures", ".svg") {
		svg, ok := r.text(name)
		if !ok {
			continue
		}
		f := courses.Figure{Key: base(name), SVG: svg, Title: courses.Text{}, Description: courses.Text{}, Labels: map[string]courses.Text{}, Pos: whole(name)}
		r.p.Figures[f.Key] = f
		r.asks("figures.yaml", figureSegments(&f))
	}
}

// glossary takes the terms from the source language; the others have to have the same.
func (r *reader) glossary() {
	if len(r.p.Course.Languages) == 0 {
		return
	}
	name := "text/" + string(r.p.Course.Languages[0]) + "/glossary.yaml"
	d := r.yaml(name)
	if d == nil || d.root == nil {
		return
	}
	var raw map[string]struct {
		Term       string `yaml:"term"`
		Definition string `yaml:"definition"`
	}
	d.into(&raw)
	for _, key := range sorted(raw) {
		t := courses.Term{Key: key, Term: courses.Text{}, Definition: courses.Text{}, Pos: d.at(key)}
		r.p.Glossary[key] = t
		r.asks("glossary.yaml", termSegments(&t))
	}
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var mediaTypes = map[string]string{
	".webm": "video/webm", ".mp4": "video/mp4", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".mp3": "audio/mpeg", ".m4a": "audio/mp4",
	".vtt": "text/vtt; charset=utf-8",
}

func (r *reader) media() {
	for name, size := range r.sizes {
		if !strings.HasPrefix(name, "media/") {
			continue
		}
		r.used[name] = true
		kind, ok := mediaTypes[strings.ToLower(path.Ext(name))]
		if !ok {
			r.fail(whole(name), "media-type", "sound and films are webm, mp4, ogg, opus, mp3 or m4a, captions are vtt")
			continue
		}
		a := Asset{Size: size, Type: kind, open: func() (io.ReadCloser, error) { return r.fsys.Open(name) }}
		sum, err := r.hash(a)
		if err != nil {
			r.fail(whole(name), "unreadable", "%v", err)
			continue
		}
		a.SHA256 = sum
		r.p.Files[name] = a
	}
}

// hash reads an asset once, and no further than the size it was announced with.
func (r *reader) hash(a Asset) (string, error) {
	f, err := a.Open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(f, a.Size+1))
	if err != nil {
		return "", err
	}
	if n != a.Size {
		return "", fmt.Errorf("it has not the %d bytes that were announced", a.Size)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// words fills every segment in every language.
func (r *reader) words() {
	for _, lang := range r.p.Course.AllLanguages() {
		folder := "text/" + string(lang) + "/"
		r.lessons(lang, folder)
		r.papers(lang, folder)
		owed := r.owed(lang)
		for _, name := range r.order {
			r.textFile(lang, folder+name, owed.of(r.texts[name]))
		}
	}
}

func (r *reader) textFile(lang courses.Lang, file string, t *textFile) {
	if len(t.segments) == 0 {
		return
	}
	d := r.yaml(file)
	if d == nil {
		if _, there := r.sizes[file]; !there && slices.ContainsFunc(t.segments, func(s segment) bool { return !s.optional }) {
			r.fail(whole(file), "missing-file", "the text file is missing")
		}
		return
	}
	leaves, taken := d.leaves(), map[string]bool{}
	for _, s := range t.segments {
		r.fill(lang, d, s, leaves, taken)
	}
	maps.DeleteFunc(leaves, func(path, _ string) bool { return taken[path] })
	r.extra(d, t, leaves)
}

// fill takes a segment's words out of the leaves.
func (r *reader) fill(lang courses.Lang, d *doc, s segment, leaves map[string]string, taken map[string]bool) {
	var words []string
	if s.list {
		for i := 0; ; i++ {
			w, ok := leaves[s.path+"/"+strconv.Itoa(i)]
			if !ok {
				break
			}
			taken[s.path+"/"+strconv.Itoa(i)] = true
			words = append(words, w)
		}
	} else if w, ok := leaves[s.path]; ok {
		taken[s.path] = true
		words = []string{w}
	}
	if len(words) == 0 {
		if !s.optional {
			r.fail(d.at(s.path), "missing-text", "%s is missing in %s", s.path, lang)
		}
		return
	}
	if slices.Contains(words, "") {
		r.fail(d.at(s.path), "empty-text", "%s is empty in %s", s.path, lang)
		return
	}
	s.set(lang, words)
}

// extra reports words that no structure asks for, once for the outermost of them.
func (r *reader) extra(d *doc, t *textFile, leaves map[string]string) {
	known := map[string]bool{}
	for _, s := range t.segments {
		for p := s.path; p != ""; p = path.Dir(p) {
			if known[p] || p == "." {
				break
			}
			known[p] = true
		}
	}
	told := map[string]bool{}
	for _, leaf := range sorted(leaves) {
		if leaf == "" || known[leaf] { // a word where the structure has parts is told by its parts missing
			continue
		}
		top := leaf
		for p := path.Dir(top); p != "." && !known[p]; p = path.Dir(top) {
			top = p
		}
		if !told[top] {
			told[top] = true
			r.fail(d.at(top), "extra-text", "the structure has no %s", top)
		}
	}
}

func (r *reader) lessons(lang courses.Lang, folder string) {
	r.p.Lessons[lang] = map[string]string{}
	for _, m := range r.p.Course.Modules {
		if !r.p.Course.Has(lang, m.Key) {
			continue
		}
		for _, a := range m.Activities {
			if a.Kind != courses.Lesson {
				continue
			}
			name := folder + "lessons/" + a.Key + ".md"
			text, ok := r.text(name)
			switch {
			case ok && strings.TrimSpace(text) == "":
				r.fail(whole(name), "empty-text", "the lesson is empty")
			case ok:
				r.p.Lessons[lang][a.Key] = text
			default:
				if _, there := r.sizes[name]; !there {
					r.fail(whole(name), "missing-file", "the lesson is missing in %s", lang)
				}
			}
		}
	}
}

// strays reports files that nothing asks for. Notes for people (README, LICENSE, *.txt) may lie about.
func (r *reader) strays() {
	for name := range r.sizes {
		top := path.Base(name)
		if r.used[name] || strings.HasPrefix(top, "README") || strings.HasPrefix(top, "LICENSE") || strings.HasSuffix(top, ".txt") || strings.HasSuffix(top, ".go") {
			continue
		}
		if lang, rest, ok := strings.Cut(strings.TrimPrefix(name, "text/"), "/"); ok && strings.HasPrefix(name, "text/") && rest != "" &&
			!slices.Contains(r.p.Course.AllLanguages(), courses.Lang(lang)) {
			continue // a language still being translated
		}
		r.problem(courses.Warning, whole(name), "stray-file", "nothing in the course asks for this file")
	}
}
