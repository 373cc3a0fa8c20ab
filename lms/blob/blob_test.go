package blob

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"mostik/lms"
)

const helloHash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // sha256sum of "hello"

func store(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// leftovers counts half-written files.
func leftovers(t *testing.T, s *Store) int {
	t.Helper()
	entries, err := os.ReadDir(s.incoming())
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestPutOpenForget(t *testing.T) {
	s := store(t)
	info, err := s.Put(strings.NewReader("hello"), 5)
	if err != nil || info.Hash.String() != helloHash || info.Size != 5 {
		t.Fatalf("%+v, %v", info, err)
	}
	f, err := s.Open(info.Hash)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	f.Close()
	if err != nil || string(b) != "hello" || leftovers(t, s) != 0 {
		t.Errorf("%q, %v, %d left over", b, err, leftovers(t, s))
	}
	if _, err := os.Stat(filepath.Join(s.root, "2c", "f2", helloHash)); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := s.Forget(info.Hash); err != nil || s.Has(info.Hash) {
			t.Errorf("after Forget: %v, still there %v", err, s.Has(info.Hash))
		}
	}
	if _, err := s.Open(info.Hash); lms.KindOf(err) != lms.NotFound {
		t.Errorf("opening what was forgotten: %v", err)
	}
}

func TestTooLargeLeavesNothing(t *testing.T) {
	s := store(t)
	_, err := s.Put(strings.NewReader("hello!"), 5)
	if lms.KindOf(err) != lms.TooLarge || leftovers(t, s) != 0 {
		t.Errorf("%v, %d left over", err, leftovers(t, s))
	}
}

func TestBrokenReaderLeavesNothing(t *testing.T) {
	s := store(t)
	broken := errors.New("the line broke")
	_, err := s.Put(io.MultiReader(strings.NewReader("hel"), iotest.ErrReader(broken)), 5)
	if !errors.Is(err, broken) || leftovers(t, s) != 0 {
		t.Errorf("%v, %d left over", err, leftovers(t, s))
	}
}

func TestManyWritersOfTheSameContent(t *testing.T) {
	s := store(t)
	content := bytes.Repeat([]byte("мост"), 10_000)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.Put(bytes.NewReader(content), 1<<20); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var seen []Info
	if err := s.Walk(func(i Info) error { seen = append(seen, i); return nil }); err != nil || len(seen) != 1 {
		t.Errorf("%v, %v", seen, err)
	}
}

func TestHashesThatAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "a path": "../../etc/passwd", "upper case": strings.ToUpper(helloHash),
		"short": helloHash[:63], "long": helloHash + "0", "not hex": "g" + helloHash[1:],
	} {
		t.Run(name, func(t *testing.T) {
			if h, err := ParseHash(text); lms.KindOf(err) != lms.Invalid || !h.IsZero() {
				t.Errorf("%v, %v", h, err)
			}
		})
	}
}

func TestZeroHashIsNothing(t *testing.T) {
	s := store(t)
	if _, err := s.Open(Hash{}); lms.KindOf(err) != lms.NotFound {
		t.Error(err)
	}
	if s.Has(Hash{}) || s.Forget(Hash{}) != nil {
		t.Error("a zero hash named something")
	}
}

func TestOldLeftoversAreRemoved(t *testing.T) {
	s := store(t)
	old, young := filepath.Join(s.incoming(), "put-1"), filepath.Join(s.incoming(), "put-2")
	for _, p := range []string{old, young} {
		if err := os.WriteFile(p, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-2 * abandoned)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(s.root); err != nil || leftovers(t, s) != 1 {
		t.Errorf("%v, %d left over", err, leftovers(t, s))
	}
}

func TestASpooledFileHasNoName(t *testing.T) {
	s := store(t)
	f, size, err := s.Spool(strings.NewReader("hello"), 5)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 5)
	if _, err := f.ReadAt(b, 0); err != nil || string(b) != "hello" || size != 5 || leftovers(t, s) != 0 {
		t.Errorf("%q, %d bytes, %v, %d left over", b, size, err, leftovers(t, s))
	}
	if _, _, err := s.Spool(strings.NewReader("hello!"), 5); lms.KindOf(err) != lms.TooLarge {
		t.Errorf("more than the limit: %v", err)
	}
}
