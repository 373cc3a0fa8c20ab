package upload_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"mostik/live/upload"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func open(t *testing.T, dir string, c *clock) *upload.Store {
	t.Helper()
	s, err := upload.Open(dir, time.Hour, 2, c.now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// cut gives some words and then the fault of a line that broke.
func cut(words string) io.Reader {
	return io.MultiReader(strings.NewReader(words), brokenLine{})
}

type brokenLine struct{}

func (brokenLine) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestWhatArrivedStays(t *testing.T) {
	dir, c := t.TempDir(), &clock{time.Unix(1_795_300_000, 0)}
	s := open(t, dir, c)
	u, err := s.Create("a", 10, map[string]string{"name": "x"})
	if err != nil {
		t.Fatal(err)
	}
	if u, err = s.Append("a", u.ID, 0, cut("1234")); !errors.Is(err, io.ErrUnexpectedEOF) || u.Offset != 4 {
		t.Fatalf("%v at %d", err, u.Offset)
	}
	s = open(t, dir, c) // the program was killed
	if u, err = s.Find("a", u.ID); err != nil || u.Offset != 4 || u.Meta["name"] != "x" {
		t.Fatalf("%v %+v", err, u)
	}
	if _, err := s.Append("a", u.ID, 3, strings.NewReader("4567890")); !errors.Is(err, upload.ErrOffset) {
		t.Errorf("a piece at another place: %v", err)
	}
	if _, err := s.Append("b", u.ID, 4, strings.NewReader("567890")); !errors.Is(err, upload.ErrUnknown) {
		t.Errorf("somebody else: %v", err)
	}
	if u, err = s.Append("a", u.ID, 4, strings.NewReader("567890")); err != nil || u.Offset != 10 {
		t.Fatalf("%v at %d", err, u.Offset)
	}
	if raw, _ := os.ReadFile(s.Path(u.ID)); string(raw) != "1234567890" {
		t.Errorf("it holds %q", raw)
	}
	if err := s.Finish(u.ID, "file-program"); err != nil {
		t.Fatal(err)
	}
	if u, err = s.Find("a", u.ID); err != nil || !u.Done || u.Offset != 10 || u.Outcome != "file-program" {
		t.Errorf("%v %+v", err, u)
	}
	if _, err := os.Stat(s.Path(u.ID)); !os.IsNotExist(err) {
		t.Error("what arrived still lies there")
	}
}

// A line that hangs holds up nobody, and what it says late is not written over what came by another.
func TestTheNewestWriterGoesOn(t *testing.T) {
	c := &clock{time.Unix(1_795_300_000, 0)}
	s := open(t, t.TempDir(), c)
	u, err := s.Create("a", 6, nil)
	if err != nil {
		t.Fatal(err)
	}
	hung, feed := io.Pipe()
	late := make(chan error)
	go func() { _, err := s.Append("a", u.ID, 0, hung); late <- err }()
	if _, err := feed.Write([]byte("ab")); err != nil {
		t.Fatal(err)
	}
	for u.Offset < 2 { // written, not only read
		if u, err = s.Find("a", u.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Append("a", u.ID, 2, strings.NewReader("cd")); err != nil {
		t.Fatal(err)
	}
	third := make(chan error)
	slow, drip := io.Pipe()
	go func() { _, err := s.Append("a", u.ID, 4, slow); third <- err }()
	if _, err := drip.Write([]byte("e")); err != nil {
		t.Fatal(err)
	}
	_, _ = feed.Write([]byte("XX"))
	if err := <-late; !errors.Is(err, upload.ErrTaken) {
		t.Errorf("the one that hung: %v", err)
	}
	_, _ = drip.Write([]byte("f"))
	_ = drip.Close()
	if err := <-third; err != nil {
		t.Error(err)
	}
	if raw, _ := os.ReadFile(s.Path(u.ID)); string(raw) != "abcdef" {
		t.Errorf("it holds %q", raw)
	}
}

func TestBounds(t *testing.T) {
	c := &clock{time.Unix(1_795_300_000, 0)}
	s := open(t, t.TempDir(), c)
	u, _ := s.Create("a", 3, nil)
	if _, err := s.Append("a", u.ID, 0, strings.NewReader("1234")); !errors.Is(err, upload.ErrLong) {
		t.Errorf("more than was announced: %v", err)
	}
	if _, err := s.Create("a", 3, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create("a", 3, nil); !errors.Is(err, upload.ErrMany) {
		t.Errorf("a third one: %v", err)
	}
	if _, err := s.Create("b", 3, nil); err != nil {
		t.Errorf("somebody else's: %v", err)
	}
	for _, id := range []string{"", "../../etc/passwd", strings.Repeat("A", 26)} {
		if _, err := s.Find("a", id); !errors.Is(err, upload.ErrUnknown) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if n, err := s.Pending(func(u upload.Upload) bool { return u.Owner == "a" }); err != nil || n != 6 {
		t.Errorf("%d bytes are pending, %v", n, err)
	}
	c.at = c.at.Add(59 * time.Minute)
	if _, err := s.Append("a", u.ID, 0, strings.NewReader("1")); err != nil {
		t.Fatal(err)
	}
	c.at = c.at.Add(2 * time.Minute)
	if err := s.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find("a", u.ID); err != nil {
		t.Errorf("one that goes on was forgotten: %v", err)
	}
	c.at = c.at.Add(time.Hour)
	if _, err := s.Find("a", u.ID); !errors.Is(err, upload.ErrUnknown) {
		t.Errorf("one that nobody goes on with: %v", err)
	}
	if err := s.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Path(u.ID)); !os.IsNotExist(err) {
		t.Error("it still lies there")
	}
}

// What was refused is remembered for a while, and not without end.
func TestManyRefusedUploads(t *testing.T) {
	c := &clock{time.Unix(1_795_300_000, 0)}
	s := open(t, t.TempDir(), c)
	n := 0
	for ; n < 1000; n++ {
		u, err := s.Create("a", 10, nil)
		if errors.Is(err, upload.ErrMany) {
			break
		}
		if err = errors.Join(err, s.Finish(u.ID, "file-program")); err != nil {
			t.Fatal(err)
		}
	}
	if n != 50 {
		t.Errorf("%d are remembered", n)
	}
	if _, err := s.Create("b", 10, nil); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	c.at = c.at.Add(2 * time.Hour)
	if err := s.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create("a", 10, nil); err != nil {
		t.Errorf("later: %v", err)
	}
}
