package shelf_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mostik/live/shelf"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func put(t *testing.T, s *shelf.Shelf, webinar, key, keep string) string {
	t.Helper()
	_, err := s.Put(webinar, key, func(f *os.File) (shelf.Item, error) {
		_, err := f.WriteString("what was written")
		return shelf.Item{Name: key + ".txt", Keep: keep, At: noon}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	item, path, err := s.Find(webinar, key)
	if err != nil || item.Size != 16 || item.Keep != keep {
		t.Fatalf("%v %+v", err, item)
	}
	return path
}

func there(path string) bool { _, err := os.Stat(path); return err == nil }

// month is how long these webinars' files are kept.
func month(string) time.Duration { return 30 * 24 * time.Hour }

func TestEachThingStaysAsLongAsItSays(t *testing.T) {
	dir := t.TempDir()
	s := shelf.Open(dir)
	material, slides, course := put(t, s, "w", "case", shelf.Case), put(t, s, "w", "plain", shelf.Webinar), put(t, s, "w", "course", shelf.Course)
	quiet := func(string) time.Time { return noon }
	if gone, err := s.Sweep(noon.Add(time.Hour), month, quiet); err != nil || len(gone) != 0 {
		t.Fatalf("before the end: %v %v", gone, err)
	}
	gone, err := s.End("w", noon.Add(2*time.Hour))
	if err != nil || len(gone) != 1 || gone[0].Key != "case" || there(material) || there(material+".json") {
		t.Fatalf("at the end: %v %v", gone, err)
	}
	if _, err := s.Sweep(noon.Add(29*24*time.Hour), month, quiet); err != nil || !there(slides) {
		t.Fatalf("before its time: %v", err)
	}
	gone, err = s.Sweep(noon.Add(31*24*time.Hour), month, quiet)
	if err != nil || len(gone) != 1 || gone[0].Key != "plain" || there(slides) || !there(course) {
		t.Fatalf("after it: %v %v", gone, err)
	}
	if err := s.Drop("w", "course"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sweep(noon.Add(32*24*time.Hour), month, quiet); err != nil || there(filepath.Join(dir, "w")) {
		t.Errorf("the empty folder: %v", err)
	}
}

// A webinar that nobody ended is over when nothing happened for two days.
func TestARoomThatNobodyEnded(t *testing.T) {
	s := shelf.Open(t.TempDir())
	path := put(t, s, "w", "case", shelf.Case)
	busy := func(string) time.Time { return noon.Add(40 * time.Hour) }
	if _, err := s.Sweep(noon.Add(60*time.Hour), month, busy); err != nil || !there(path) {
		t.Fatalf("a room where people still are: %v", err)
	}
	if gone, err := s.Sweep(noon.Add(100*time.Hour), month, busy); err != nil || len(gone) != 1 || there(path) {
		t.Fatalf("two days later: %v %v", gone, err)
	}
}

func TestKeepCanBeChanged(t *testing.T) {
	s := shelf.Open(t.TempDir())
	path := put(t, s, "w", "a", shelf.Webinar)
	if err := s.Keep("w", "a", shelf.Case); err != nil {
		t.Fatal(err)
	}
	if s.Keep("w", "a", "for ever") == nil || !errors.Is(s.Keep("w", "b", shelf.Case), shelf.ErrUnknown) {
		t.Error("a word that is none, or a file that is none, was taken")
	}
	if _, err := s.End("w", noon); err != nil || there(path) {
		t.Error("it stayed")
	}
}

func TestNothingOutsideIsTouched(t *testing.T) {
	s := shelf.Open(t.TempDir())
	for _, key := range []string{"", "..", "../x", "a/b", "ended", ".new-1"} {
		if _, err := s.Put("w", key, nil); !errors.Is(err, shelf.ErrUnknown) {
			t.Errorf("%q: %v", key, err)
		}
		if _, _, err := s.Find("w", key); !errors.Is(err, shelf.ErrUnknown) {
			t.Errorf("%q: %v", key, err)
		}
	}
	fault := errors.New("the line broke")
	if _, err := s.Put("w", "a", func(*os.File) (shelf.Item, error) { return shelf.Item{}, fault }); !errors.Is(err, fault) {
		t.Error(err)
	}
	if list, err := s.List("w"); err != nil || len(list) != 0 {
		t.Errorf("half of it stayed: %v %v", list, err)
	}
}

// A server that never took a file has no folder to sweep, and nothing to complain of.
func TestASweepBeforeTheFirstFile(t *testing.T) {
	s := shelf.Open(filepath.Join(t.TempDir(), "files"))
	if gone, err := s.Sweep(noon, month, func(string) time.Time { return noon }); err != nil || len(gone) != 0 {
		t.Errorf("sweeping nothing: %v, %v", gone, err)
	}
}
