package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows is the import picture of docs/architecture.md: each package and what of ours it may import. A new
// arrow is a decision, and it is taken here.
var arrows = map[string][]string{
	"courses":          {},
	"courses/lesson":   {"courses"},
	"courses/quiz":     {"courses", "courses/lesson"},
	"courses/scenario": {"courses"},
	"courses/scale":    {"courses"},
	"courses/desk":     {"courses", "courses/lesson", "courses/scenario"},
	"courses/exercise": {"courses", "courses/lesson"},
	"courses/pack":     {"courses", "courses/lesson", "courses/quiz", "courses/scenario", "courses/scale", "courses/desk", "courses/exercise"},
	"courses/check":    {"courses", "courses/lesson", "courses/quiz", "courses/scenario", "courses/scale", "courses/desk", "courses/exercise", "courses/pack"},
	"courses/content":  {},

	"picture":         {},
	"media":           {},
	"media/ring":      {"media"},
	"media/seqmap":    {},
	"media/codec":     {"media"},
	"media/wire":      {"media"},
	"media/consent":   {},
	"media/estimate":  {},
	"media/layer":     {},
	"media/opus":      {},
	"media/red":       {},
	"media/forward":   {"media", "media/ring", "media/seqmap", "media/codec", "media/opus", "media/red", "media/estimate", "media/layer", "media/wire"},
	"media/mediatest": {},
	"media/turn":      {},
	"media/rtc":       {"media", "media/consent", "media/estimate", "media/forward", "media/red", "media/turn", "media/wire"},

	"live":           {},
	"live/signal":    {},
	"live/room":      {"live", "live/signal", "live/turnstile"},
	"live/clean":     {"picture"},
	"live/livetest":  {"live/signal"},
	"live/upload":    {},
	"live/shelf":     {},
	"live/turnstile": {},
	"live/hub":       {"live", "live/signal", "live/room", "live/clean", "live/upload", "live/shelf", "media", "media/layer", "media/forward", "media/rtc"},
	"live/gateway":   {"live", "live/signal", "live/hub", "live/clean", "live/upload", "media/rtc"},

	"lms":              {},
	"lms/db":           {"lms"},
	"lms/db/postgres":  {},
	"lms/db/dbtest":    {"lms/db", "lms/db/postgres", "migrations"},
	"lms/blob":         {"lms"},
	"lms/text":         {"lms"},
	"lms/audit":        {"lms", "lms/db"},
	"lms/job":          {"lms", "lms/db"},
	"lms/mail":         {"lms", "lms/db", "lms/audit"},
	"lms/record":       {"lms", "lms/db"},
	"lms/who":          {"lms", "lms/db"},
	"lms/account":      {"lms", "lms/db", "lms/audit", "lms/record", "lms/job"},
	"lms/catalog":      {"lms", "lms/db", "lms/audit", "lms/blob", "courses", "courses/pack", "courses/check", "courses/lesson", "courses/quiz", "courses/scenario", "courses/scale", "courses/desk", "courses/exercise"},
	"lms/certificate":  {"courses", "lms", "lms/db", "lms/audit", "lms/text", "lms/blob", "lms/job", "lms/who", "lms/record", "live/clean", "lms/credential"},
	"lms/learning":     {"lms", "lms/db", "lms/audit", "lms/text", "lms/blob", "lms/catalog", "lms/certificate", "courses", "courses/lesson", "courses/quiz", "courses/scenario", "courses/scale", "courses/desk", "courses/exercise", "lms/record", "picture"},
	"lms/api":          {"live/turnstile", "lms/hook", "lms/desk", "lms/programme", "lms/who", "live", "lms/webinar", "lms/mail", "lms", "lms/text", "lms/blob", "lms/account", "lms/catalog", "lms/certificate", "lms/learning", "courses", "courses/quiz", "courses/scenario", "courses/scale", "courses/desk", "courses/exercise", "lms/credential", "lms/intake", "lms/intake/sheet", "lms/intake/value", "lms/report"},
	"lms/hook":         {"lms", "lms/db", "lms/audit", "lms/job"},
	"lms/credential":   {"lms"},
	"lms/webinar":      {"lms", "lms/db", "lms/audit", "lms/blob", "lms/mail", "lms/text", "live", "live/room", "lms/record"},
	"lms/page":         {"lms/report", "courses/scale", "lms/programme", "lms/credential", "live/room", "lms/webinar", "lms", "lms/text", "lms/account", "lms/certificate", "lms/api", "frontend"},
	"lms/intake":       {"lms", "lms/db", "lms/audit", "lms/job", "lms/account", "lms/catalog", "lms/learning", "lms/who", "lms/intake/sheet", "lms/intake/value", "lms/intake/alike"},
	"lms/intake/sheet": {},
	"lms/intake/value": {},
	"lms/intake/alike": {},
	"lms/demo":         {"lms/report", "lms/desk", "lms/hook", "lms/intake", "lms/programme", "live", "live/signal", "live/room", "live/shelf", "lms", "lms/db", "lms/webinar", "lms/account", "lms/catalog", "lms/certificate", "lms/learning", "courses", "courses/content", "courses/quiz", "courses/scenario", "courses/scale", "courses/desk", "lms/record"},
	"lms/lmstest":      {"lms", "lms/db", "lms/db/dbtest", "lms/blob", "lms/account", "lms/catalog", "lms/certificate", "lms/learning", "courses", "courses/content", "lms/record"},

	"lms/programme/rule": {"lms"},
	"lms/programme":      {"lms/record", "lms", "lms/db", "lms/audit", "lms/blob", "lms/catalog", "lms/certificate", "lms/programme/rule", "live/turnstile", "courses", "lms/mail", "lms/text"},

	"lms/desk": {"lms", "lms/db", "lms/audit", "lms/job", "lms/mail", "lms/text", "lms/who", "lms/programme", "lms/certificate", "lms/workbook"},

	"lms/workbook":             {},
	"lms/indicator":            {},
	"lms/indicator/attacktest": {},
	"lms/report":               {"lms", "lms/db", "lms/audit", "lms/blob", "lms/mail", "lms/text", "lms/record", "lms/indicator", "courses", "courses/scale"},

	"migrations": {},
	"frontend":   {},
}

// anything holds the packages that put the others together.
var anything = []string{"cmd/mostik", "cmd/mostik-bench"}

// testSupport may be imported by tests from everywhere, and from one support package into another.
var testSupport = []string{"lms/db/dbtest", "lms/lmstest", "lms/indicator/attacktest", "media/mediatest"}

// source is one Go file and what it says of itself.
type source struct {
	path, folder string
	test         bool
	file         *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	const root = "../.."
	var all []source
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if name := e.Name(); path != root && (name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path) // opened by the test itself, so that its cache notices a change
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		all = append(all, source{path, filepath.ToSlash(rel), strings.HasSuffix(path, "_test.go"), file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ours lists the imports of a file that belong to this module, without the module's name.
func (s source) ours(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, i := range s.file.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if rest, ok := strings.CutPrefix(path, "mostik/"); ok {
			found = append(found, rest)
		}
	}
	return found
}

func TestImportsFollowThePicture(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		if slices.Contains(anything, s.folder) {
			continue
		}
		allowed, known := arrows[s.folder]
		if !known {
			t.Errorf("%s: the package %s is not in the picture", s.path, s.folder)
			continue
		}
		seen[s.folder] = true
		if s.test {
			continue // a test may stand on whatever it needs to show its point
		}
		for _, to := range s.ours(t) {
			if !slices.Contains(allowed, to) {
				t.Errorf("%s: %s may not import %s", s.path, s.folder, to)
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %d packages were looked at", len(seen))
	}
}

// The tests of courses run without the race detector: nothing there may begin a second thread of work.
func TestCoursesStartNoGoroutine(t *testing.T) {
	for _, s := range sources(t) {
		if !strings.HasPrefix(s.folder+"/", "courses/") {
			continue
		}
		for _, spec := range s.file.Imports {
			if path := strings.Trim(spec.Path.Value, `"`); path == "sync" || path == "sync/atomic" {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, s.path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if g, is := n.(*ast.GoStmt); is {
				t.Errorf("%v starts a goroutine", files.Position(g.Pos()))
			}
			return true
		})
	}
}

func TestTestSupportStaysInTests(t *testing.T) {
	for _, s := range sources(t) {
		for _, to := range s.ours(t) {
			// The load tool measures as tests do, and is never shipped.
			if slices.Contains(testSupport, to) && !s.test && !slices.Contains(testSupport, s.folder) && s.folder != "cmd/mostik-bench" {
				t.Errorf("%s imports the test support %s", s.path, to)
			}
		}
	}
}

func TestThePictureHasNoLoops(t *testing.T) {
	state := map[string]int{} // 1: on the way, 2: done
	var visit func(name string, way []string)
	visit = func(name string, way []string) {
		switch state[name] {
		case 1:
			t.Errorf("a loop: %s", strings.Join(append(way, name), " → "))
			return
		case 2:
			return
		}
		state[name] = 1
		for _, to := range arrows[name] {
			if _, known := arrows[to]; !known {
				t.Errorf("%s may import %s, which is not in the picture", name, to)
			}
			visit(to, append(way, name))
		}
		state[name] = 2
	}
	for name := range arrows {
		visit(name, nil)
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		said[s.folder] = said[s.folder] || s.file.Doc != nil
	}
	for folder, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

func TestOnlyCommandsReadTheEnvironment(t *testing.T) {
	// The private PostgreSQL hands the environment on to its programs and looks for them on PATH.
	exempt := []string{"lms/db/postgres", "lms/db/dbtest"}
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.folder, "cmd/") || slices.Contains(exempt, s.folder) {
			continue
		}
		text, err := os.ReadFile(s.path)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{"os.Getenv(", "os.LookupEnv(", "os.Environ("} {
			if strings.Contains(string(text), call) {
				t.Errorf("%s reads the environment", s.path)
			}
		}
	}
}
