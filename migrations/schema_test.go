package migrations_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"mostik/lms/db/dbtest"
)

var update = flag.Bool("update", false, "write schema.sql anew")

// schemaMajor is the PostgreSQL whose pg_dump writes schema.sql; others order and word things differently.
const schemaMajor = 15

const head = "-- The schema that all migrations make together, to be read. Written by `make schema`.\n\n"

func TestSchemaFileIsWhatTheMigrationsMake(t *testing.T) {
	dump, major := dbtest.Dump(t, dbtest.URL(t))
	if major != schemaMajor {
		t.Logf("PostgreSQL %d words its dumps differently from %d; nothing to compare", major, schemaMajor)
		return
	}
	got := head + tidy(dump)
	if *update {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Error("schema.sql is not what the migrations make: run `make schema`")
	}
}

var (
	noise  = regexp.MustCompile(`(?m)^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)\n`)
	blanks = regexp.MustCompile(`\n{3,}`)
)

// tidy leaves out what differs between minor versions and runs, and what tells a reader nothing.
func tidy(dump string) string {
	return strings.TrimSpace(blanks.ReplaceAllString(noise.ReplaceAllString(dump, ""), "\n\n")) + "\n"
}
