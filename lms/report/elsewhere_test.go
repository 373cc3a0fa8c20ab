package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/lmstest"
	"mostik/lms/report"
)

const envElsewhere = "MOSTIK_TEST_ELSEWHERE"

// elsewhere is what another process is told: where the data lie, and what to do.
type elsewhere struct {
	URL, Blobs, Admin, First, Second string
}

// A report that is frozen by another process, on a machine of another time zone and language, is the same bytes: it does
// not hang on the clock, on the order in which a map is gone through, nor on what the machine calls a day.
func TestTheSameBytesElsewhere(t *testing.T) {
	var told elsewhere
	if raw := os.Getenv(envElsewhere); raw != "" {
		if err := json.Unmarshal([]byte(raw), &told); err != nil {
			t.Fatal(err)
		}
		told.freeze(t)
		return
	}
	url := dbtest.URL(t)
	d, err := db.Open(t.Context(), db.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	s := siteOn(t, lmstest.On(t, d), t.TempDir())
	s.slovakia()
	s.react("2026-11-01", 20, 4)
	s.must(s.World.DB.DB.QueryRowContext(t.Context(), `SELECT current_database()`).Scan(&told.Blobs))
	s.Exec(`ALTER DATABASE "` + told.Blobs + `" SET datestyle = 'German'`)
	s.Exec(`ALTER DATABASE "` + told.Blobs + `" SET timezone = 'Asia/Almaty'`)
	keys := s.define(trained, seminar, certified)
	_, err = s.WriteNote(t.Context(), s.admin, report.NoteInput{Programme: "slovakia", On: "2026-05-01", Words: "A town opened a house", Source: "The town"})
	s.must(err)
	first := report.Input{Title: "Report", Programme: "slovakia", Language: "ru", From: "2026-03-01", To: "2026-12-31", Indicators: keys}
	frozen, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, first))
	s.must(err)
	for _, env := range [][]string{
		{"TZ=Pacific/Kiritimati", "LANG=ru_RU.UTF-8", "LC_ALL=ru_RU.UTF-8", "GOMAXPROCS=1"},
		{"TZ=America/St_Johns", "LANG=C", "LC_ALL=C", "PGTZ=America/St_Johns", "PGDATESTYLE=SQL"},
	} {
		told = elsewhere{url, t.TempDir(), s.admin.Person.String(), frozen.ID.String(), s.create(s.admin, first).String()}
		raw, err := json.Marshal(told)
		s.must(err)
		cmd := exec.Command(os.Args[0], "-test.run=^TestTheSameBytesElsewhere$")
		cmd.Env = append(append(os.Environ(), env...), envElsewhere+"="+string(raw))
		if out, err := cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("no tests to run")) {
			t.Fatalf("%v: %v\n%s", env, err, out)
		}
		second, err := s.Report(t.Context(), s.admin, mustID(t, told.Second))
		s.must(err)
		if len(second.Files) != 4 {
			t.Fatalf("%v: %d files", env, len(second.Files))
		}
		for i, f := range second.Files {
			if f.SHA256 != frozen.Files[i].SHA256 {
				t.Errorf("%v: %s has other bytes than at home", env, f.Kind)
			}
		}
	}
}

func mustID(t *testing.T, text string) lms.ID[lms.Report] {
	t.Helper()
	id, err := lms.ParseID[lms.Report](text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// freeze freezes the second report and counts the first anew.
func (e elsewhere) freeze(t *testing.T) {
	d, err := db.Open(t.Context(), db.Config{URL: e.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	blobs, err := blob.Open(e.Blobs)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := lms.ParseID[lms.Person](e.Admin)
	if err != nil {
		t.Fatal(err)
	}
	s := &report.Service{DB: d, Blobs: blobs, Issuer: "Bridges without borders", Now: func() time.Time { return time.Now().AddDate(3, 0, 0) }}
	actor := lms.Actor{Person: admin, Grants: []lms.Grant{{Role: lms.Admin, Scope: lms.AllGround()}}, Language: "en"}
	if _, err := s.Freeze(t.Context(), actor, mustID(t, e.Second)); err != nil {
		t.Fatal(err)
	}
	again, err := s.Verify(t.Context(), actor, mustID(t, e.First))
	if err != nil {
		t.Fatal(err)
	}
	if !again.Same {
		t.Errorf("counted anew here it is %v, and was %v", again.Again, again.Files)
	}
}
