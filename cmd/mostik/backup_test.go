package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"mostik/lms/blob"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
)

// site is a data folder with a database, ready for commands.
type site struct {
	t    *testing.T
	vars map[string]string
}

func newSite(t *testing.T, databaseURL string) site {
	return site{t, map[string]string{"MOSTIK_DATA": filepath.Join(t.TempDir(), "var"), "DATABASE_URL": databaseURL, "MOSTIK_LOG_LEVEL": "error"}}
}

func (s site) config() Config {
	s.t.Helper()
	cfg, err := readConfig(s.vars)
	if err != nil {
		s.t.Fatal(err)
	}
	return cfg
}

// run runs a command and gives what it said and whether it succeeded.
func (s site) run(args ...string) (string, bool) {
	s.t.Helper()
	var out bytes.Buffer
	code := run(context.Background(), args, s.vars, &out, &out)
	return out.String(), code == 0
}

func (s site) must(args ...string) string {
	s.t.Helper()
	out, ok := s.run(args...)
	if !ok {
		s.t.Fatalf("mostik %s: %s", strings.Join(args, " "), out)
	}
	return out
}

// fill gives the site rows, a file and a key.
func (s site) fill() blob.Hash {
	s.t.Helper()
	d := testDatabase(s.t, s.vars["DATABASE_URL"])
	if _, err := d.DB.DB.ExecContext(s.t.Context(), `INSERT INTO countries VALUES ('XA'), ('XB')`); err != nil {
		s.t.Fatal(err)
	}
	store, err := blob.Open(s.config().blobFolder())
	if err != nil {
		s.t.Fatal(err)
	}
	info, err := store.Put(strings.NewReader("a figure"), 100)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.MkdirAll(s.config().keyFolder(), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.config().keyFolder(), "seal.key"), []byte("private"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return info.Hash
}

// holds looks whether all of it is there.
func (s site) holds(h blob.Hash) {
	s.t.Helper()
	d := testDatabase(s.t, s.vars["DATABASE_URL"])
	var n int
	if err := db.Row(s.t.Context(), d.DB, `SELECT count(*) FROM countries WHERE code IN ('XA', 'XB')`).Scan(&n); err != nil || n != 2 {
		s.t.Errorf("%d rows, %v", n, err)
	}
	store, err := blob.Open(s.config().blobFolder())
	if err != nil {
		s.t.Fatal(err)
	}
	if !store.Has(h) {
		s.t.Error("the file is missing")
	}
	path := filepath.Join(s.config().keyFolder(), "seal.key")
	if b, err := os.ReadFile(path); err != nil || string(b) != "private" {
		s.t.Errorf("the key is %q, %v", b, err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		s.t.Errorf("the key's mode is %v, %v", st.Mode(), err)
	}
}

func TestBackupGoesRoundTwice(t *testing.T) {
	from := newSite(t, dbtest.URL(t))
	hash := from.fill()
	for i := range 2 { // a backup of what was restored must restore, too
		file := filepath.Join(t.TempDir(), "backup.tar.zst")
		from.must("backup", file)
		if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("the archive's mode: %v, %v", st.Mode(), err)
		}
		to := newSite(t, dbtest.Empty(t))
		to.must("restore", file)
		to.holds(hash)
		if left, _ := filepath.Glob(filepath.Join(to.config().Data, "restore-*")); len(left) > 0 {
			t.Errorf("round %d left %v behind", i, left)
		}
		from = to
	}
}

func TestRestoreIntoSomethingNeedsForce(t *testing.T) {
	from := newSite(t, dbtest.URL(t))
	hash := from.fill()
	file := filepath.Join(t.TempDir(), "backup.tar.zst")
	from.must("backup", file)
	if out, ok := from.run("backup", file); ok || !strings.Contains(out, "is there already") {
		t.Errorf("a backup was overwritten: %s", out)
	}
	to := newSite(t, dbtest.URL(t))
	d := testDatabase(t, to.vars["DATABASE_URL"])
	if _, err := d.DB.DB.Exec(`CREATE TABLE theirs (n int); INSERT INTO theirs VALUES (1)`); err != nil {
		t.Fatal(err)
	}
	if out, ok := to.run("restore", file); ok || !strings.Contains(out, "--force") {
		t.Errorf("restored over something: %s", out)
	}
	if _, err := d.DB.DB.Exec(`INSERT INTO theirs VALUES (2)`); err != nil {
		t.Errorf("what was there was touched: %v", err)
	}
	to.must("restore", "--force", file)
	to.holds(hash)
}

func TestDamagedArchivesChangeNothing(t *testing.T) {
	from := newSite(t, dbtest.URL(t))
	from.fill()
	file := filepath.Join(t.TempDir(), "backup.tar.zst")
	from.must("backup", file)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func(tar []byte) []byte{
		"cut off":       func(tar []byte) []byte { return tar[:len(tar)/2] },
		"a key changed": func(tar []byte) []byte { return bytes.Replace(tar, []byte("private"), []byte("pirated"), 1) },
		"a path outside": func(tar []byte) []byte {
			return bytes.Replace(tar, []byte("keys/seal.key"), []byte("../../seal.ke"), 1)
		},
		"no manifest": func(tar []byte) []byte { return tar[:bytes.LastIndex(tar, []byte(manifestEntry))] },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "damaged.tar.zst")
			if err := os.WriteFile(path, recompress(t, whole, damage), 0o600); err != nil {
				t.Fatal(err)
			}
			to := newSite(t, dbtest.Empty(t))
			if out, ok := to.run("restore", path); ok {
				t.Errorf("was restored: %s", out)
			}
			if _, err := os.Stat(to.config().keyFolder()); err == nil {
				t.Error("keys were put in place")
			}
			if err := targetEmpty(t.Context(), to.config(), testDatabase(t, to.vars["DATABASE_URL"])); err != nil {
				t.Error(err)
			}
		})
	}
}

func recompress(t *testing.T, whole []byte, damage func([]byte) []byte) []byte {
	t.Helper()
	dec, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	tar, err := dec.DecodeAll(whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	changed := damage(bytes.Clone(tar))
	if bytes.Equal(changed, tar) {
		t.Fatal("nothing was damaged")
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	return enc.EncodeAll(changed, nil)
}

func TestMigrateSaysWhatItDoes(t *testing.T) {
	s := newSite(t, dbtest.Empty(t))
	if out := s.must("migrate", "--dry-run"); !strings.Contains(out, "would apply 0001_") {
		t.Errorf("dry run: %s", out)
	}
	if out := s.must("migrate"); !strings.Contains(out, "applied 0001_") {
		t.Errorf("first: %s", out)
	}
	if out := s.must("migrate"); !strings.Contains(out, "up to date") {
		t.Errorf("second: %s", out)
	}
}
