package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"mostik/lms/blob"
	"mostik/lms/db/dbtest"
)

// Files without a row go when they are old; named ones and young ones stay.
func TestSweepFiles(t *testing.T) {
	s := newSite(t, dbtest.URL(t))
	d := testDatabase(t, s.vars["DATABASE_URL"])
	store, err := blob.Open(s.config().blobFolder())
	if err != nil {
		t.Fatal(err)
	}
	put := func(text string, age time.Duration) blob.Hash {
		info, err := store.Put(strings.NewReader(text), 100)
		if err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(store.Path(info.Hash), then, then); err != nil {
			t.Fatal(err)
		}
		return info.Hash
	}
	old, young, named := put("old", 48*time.Hour), put("young", time.Hour), put("named", 48*time.Hour)
	if _, err := d.DB.DB.ExecContext(t.Context(), `
		WITH c AS (INSERT INTO courses (id, key, created_at) VALUES (gen_random_uuid(), 'c', now()) RETURNING id),
		     v AS (INSERT INTO course_versions (id, course_id, number, digest, document, published_at)
		           SELECT gen_random_uuid(), id, 1, 'd', '{}', now() FROM c RETURNING id)
		INSERT INTO course_assets (version_id, path, sha256, bytes, media_type) SELECT id, 'p', $1, 5, 'text/plain' FROM v`,
		named.String()); err != nil {
		t.Fatal(err)
	}
	n, err := sweepFiles(t.Context(), d, store, time.Now().Add(-orphanAge))
	if err != nil || n != 1 {
		t.Fatalf("removed %d, %v", n, err)
	}
	if store.Has(old) || !store.Has(young) || !store.Has(named) {
		t.Errorf("old is there: %v, young: %v, named: %v", store.Has(old), store.Has(young), store.Has(named))
	}
}
