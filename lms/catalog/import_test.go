package catalog_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/catalog"
	"mostik/lms/db"
	"mostik/lms/lmstest"
)

func newService(t *testing.T) (*lmstest.World, *catalog.Service) {
	t.Helper()
	w := lmstest.New(t)
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return w, catalog.New(w.DB, blobs, func() time.Time { return w.Start })
}

func TestTheSamePackageTwiceIsOneVersion(t *testing.T) {
	w, s := newService(t)
	first, err := s.ImportFolder(t.Context(), lmstest.SmallCourse(nil))
	if err != nil || !first.New || first.Number != 1 {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := s.ImportFolder(t.Context(), lmstest.SmallCourse(nil)); err != nil || again.New || again.Version != first.Version {
		t.Errorf("%+v, %v", again, err)
	}
	changed := map[string]string{"course.yaml": strings.Replace(lmstest.SmallCourseYAML, "hours: 2.5", "hours: 3", 1)}
	second, err := s.ImportFolder(t.Context(), lmstest.SmallCourse(changed))
	if err != nil || !second.New || second.Number != 2 || second.Course != first.Course {
		t.Fatalf("%+v, %v", second, err)
	}
	// What was published stays as it was.
	old, err := s.Version(t.Context(), first.Version)
	if err != nil || old.Course().Hours != 2.5 {
		t.Errorf("%v", err)
	}
	if got := w.Text(`SELECT current_version_id::text FROM courses`); got != second.Version.String() {
		t.Errorf("the current version is %s", got)
	}
}

func TestACourseWithErrorsIsNotPublished(t *testing.T) {
	w, s := newService(t)
	broken := map[string]string{"course.yaml": strings.Replace(lmstest.SmallCourseYAML, "items: [q-single, q-match]", "items: [q-nowhere]", 1)}
	done, err := s.ImportFolder(t.Context(), lmstest.SmallCourse(broken))
	if err == nil || lms.KindOf(err) != lms.Invalid || !courses.HasErrors(done.Problems) {
		t.Fatalf("%+v, %v", done, err)
	}
	if n := w.Int(`SELECT count(*) FROM courses`); n != 0 {
		t.Errorf("%d courses", n)
	}
}

func TestAVersionIsReadOnceForAllWhoAsk(t *testing.T) {
	_, s := newService(t)
	done, err := s.ImportFolder(t.Context(), lmstest.SmallCourse(nil))
	if err != nil {
		t.Fatal(err)
	}
	ctx, counter := db.CountStatements(t.Context())
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Version(ctx, done.Version); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if counter.N() != 1 {
		t.Errorf("%d statements", counter.N())
	}
	if _, err := s.Version(t.Context(), lms.NewID[lms.Version]()); lms.KindOf(err) != lms.NotFound {
		t.Errorf("an unknown version: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Version(gone, done.Version); err != nil {
		t.Errorf("what is in memory needs no context: %v", err)
	}
}

func TestOwnCountriesOpenFirst(t *testing.T) {
	_, s := newService(t)
	done, err := s.ImportFolder(t.Context(), lmstest.SmallCourse(nil))
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Version(t.Context(), done.Version)
	if err != nil {
		t.Fatal(err)
	}
	page, ok := v.Page("ru", "read-one")
	if !ok || !strings.Contains(page.HTML, "по-русски") || len(page.Terms) != 1 || len(page.Overlays) != 2 {
		t.Fatalf("%+v", page)
	}
	for _, c := range []struct {
		countries []string
		order     []string
		open      int
	}{{nil, []string{"KZ", "RU"}, 0}, {[]string{"RU"}, []string{"RU", "KZ"}, 1}, {[]string{"RU", "KZ"}, []string{"RU", "KZ"}, 2}} {
		var order []string
		open := 0
		for _, country := range page.OpenFor(c.countries)[0].Countries {
			order = append(order, country.Country)
			if country.Open {
				open++
			}
		}
		if !slices.Equal(order, c.order) || open != c.open {
			t.Errorf("%v: %v, %d open", c.countries, order, open)
		}
	}
	for _, block := range page.Shown([]string{"RU"})[0].Countries {
		if mine := block.Country == "RU"; (block.HTML != "") != mine || block.Later == mine {
			t.Errorf("%s is sent with %d bytes, later %v", block.Country, len(block.HTML), block.Later)
		}
	}
	if later := page.BlocksOf("KZ"); len(later) != 2 || later[0].Key != "definition" || later[0].HTML == "" || later[1].HTML == "" {
		t.Errorf("the words that are sent when asked for: %+v", later)
	}
	if page.Overlays[0].Countries[0].Open || page.Overlays[0].Countries[0].Country != "KZ" {
		t.Error("the page that is kept was changed")
	}
	for reader, want := range map[string]courses.Lang{"ru": "ru", "en": "en", "kk": "ru", "tg": "ru", "sk": "en", "": "en"} {
		if got := v.Lang(reader); got != want {
			t.Errorf("a reader of %q is shown %s", reader, got)
		}
	}
}

func TestAuthorsSeeCoverageAndGraphs(t *testing.T) {
	_, s := newService(t)
	if _, err := s.ImportFolder(t.Context(), lmstest.SmallCourse(nil)); err != nil {
		t.Fatal(err)
	}
	author := lms.Actor{Person: lms.NewID[lms.Person](), Language: "en", Grants: []lms.Grant{{Role: lms.Author, Scope: lms.AllGround()}}}
	view, err := s.AuthorCourse(t.Context(), author, lmstest.CourseKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range view.Coverage {
		if c.Segments == 0 || c.Translated != c.Segments {
			t.Errorf("%+v", c)
		}
	}
	if len(view.Coverage) != 2 || len(view.Scenarios) != 1 || !strings.Contains(view.Scenarios[0].Graph, "n4") || view.Bank.Total != 4 || view.Words["ru"] == 0 {
		t.Errorf("%+v", view)
	}
	list, err := s.AuthorCourses(t.Context(), author)
	if err != nil || len(list) != 1 || list[0].Questions != 4 {
		t.Errorf("%+v, %v", list, err)
	}
	author.Grants[0].Scope = lms.CourseGround(lms.NewID[lms.Course]())
	if list, err := s.AuthorCourses(t.Context(), author); err != nil || len(list) != 0 {
		t.Errorf("the author of another course: %+v, %v", list, err)
	}
}
