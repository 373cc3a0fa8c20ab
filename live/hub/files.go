package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"mostik/live/signal"
)

const (
	// MaxFile and MaxDeck are the largest uploads, in bytes.
	MaxFile = 100 << 20
	MaxDeck = 50 << 20
	// maxPages is how long a set of slides may be.
	maxPages = 300
	// drawTime is how long drawing a set of slides may take.
	drawTime = 2 * time.Minute

	filesDir = "files"
	decksDir = "decks"
)

// Widths are those in which slides are drawn, in pixels: for a weak line, and for a projector.
var Widths = []int{640, 1280}

// Errors of uploads.
var (
	ErrKind    = errors.New("files of this kind are not taken")
	ErrPages   = errors.New("these are no slides, or too many")
	ErrNoTools = errors.New("this server cannot draw slides: poppler-utils is not installed")
)

var keyName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// in runs something in the loop of a webinar's room while it is open. Errors: ErrUnknown.
func (h *Hub) in(webinar string, what func(*Room)) error {
	h.mu.Lock()
	r := h.rooms[webinar]
	if r != nil {
		r.users++
	}
	h.mu.Unlock()
	if r == nil {
		return ErrUnknown
	}
	defer h.leave(r)
	done := make(chan struct{})
	r.do(func() { what(r); close(done) })
	select {
	case <-done:
		return nil
	case <-r.quit:
		return ErrUnknown
	}
}

// Passed gives who brings a pass into a webinar that is under way. Errors: ErrForbidden, ErrUnknown.
func (h *Hub) Passed(webinar, pass string) (person string, err error) {
	err = h.in(webinar, func(r *Room) { person = r.rules.Passed(h.now(), pass) })
	if err == nil && person == "" {
		err = ErrForbidden
	}
	return person, err
}

// folder gives the folder of a webinar's things of a kind.
func (h *Hub) folder(kind, webinar, key string) (string, error) {
	name, err := fileName(webinar)
	if err != nil || !keyName.MatchString(key) {
		return "", ErrUnknown
	}
	return filepath.Join(h.Dir, kind, name, key), nil
}

// AddFile takes a file into the room. The same key again is the same file. Errors: ErrForbidden, ErrUnknown, ErrKind,
// *signal.Problem, and those of the reader.
func (h *Hub) AddFile(webinar, pass, key, name string, from io.Reader) error {
	person, err := h.Passed(webinar, pass)
	if err != nil {
		return err
	}
	path, err := h.folder(filesDir, webinar, key)
	if err != nil {
		return err
	}
	name = cleanName(name)
	size, kind, err := store(path, from)
	if err != nil {
		return err
	}
	var problem *signal.Problem
	err = h.in(webinar, func(r *Room) {
		if r.rules.Files[key] == nil {
			problem = r.rules.AddFile(h.now(), person, key, name, kind, size)
		}
	})
	if problem != nil {
		return problem
	}
	return err
}

// cleanName keeps a file's name to one line without what means something to a file system.
func cleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < 32 || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.TrimSpace(name))
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[len(runes)-120:])
	}
	if strings.Trim(name, ".") == "" {
		return "file"
	}
	return name
}

// store writes an upload whole or not at all, and tells its kind by its content.
func store(path string, from io.Reader) (size int64, kind string, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, "", err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return 0, "", err
	}
	defer os.Remove(temp.Name())
	head := make([]byte, 512)
	n, err := io.ReadFull(from, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return 0, "", errors.Join(err, temp.Close())
	}
	if kind, err = kindOf(head[:n]); err != nil {
		return 0, "", errors.Join(err, temp.Close())
	}
	if _, err = temp.Write(head[:n]); err == nil {
		size, err = io.Copy(temp, from)
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return 0, "", err
	}
	return size + int64(n), kind, os.Rename(temp.Name(), path)
}

// programs are how files begin that a machine would run.
var programs = []string{"MZ", "\x7fELF", "#!", "\xca\xfe\xba\xbe", "\xcf\xfa\xed\xfe", "\xfe\xed\xfa\xcf", "\x00asm", "L\x00\x00\x00\x01\x14\x02\x00"}

// kindOf tells what a file is by how it begins. Programs and pages with scripts are not taken.
func kindOf(head []byte) (string, error) {
	for _, p := range programs {
		if strings.HasPrefix(string(head), p) {
			return "", ErrKind
		}
	}
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	if kind == "text/html" || kind == "text/xml" || strings.Contains(strings.ToLower(string(head)), "<svg") {
		return "", ErrKind
	}
	return kind, nil
}

// File gives where a file lies and what it is called. Errors: ErrForbidden, ErrUnknown.
func (h *Hub) File(webinar, pass, key string) (path, name string, err error) {
	if _, err := h.Passed(webinar, pass); err != nil {
		return "", "", err
	}
	err = h.in(webinar, func(r *Room) {
		if f := r.rules.Files[key]; f != nil {
			name = f.Name
		}
	})
	if err != nil || name == "" {
		return "", "", ErrUnknown
	}
	path, err = h.folder(filesDir, webinar, key)
	return path, name, err
}

// AddDeck takes slides in PDF and draws their pages once. Errors: as AddFile, ErrPages, ErrNoTools.
func (h *Hub) AddDeck(ctx context.Context, webinar, pass, key, title string, from io.Reader) (pages int, err error) {
	person, err := h.Passed(webinar, pass)
	if err != nil {
		return 0, err
	}
	dir, err := h.folder(decksDir, webinar, key)
	if err != nil {
		return 0, err
	}
	may := false
	if err := h.in(webinar, func(r *Room) { may = r.rules.MayShow(person) }); err != nil {
		return 0, err
	}
	if !may {
		return 0, ErrForbidden
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	pdf := filepath.Join(dir, "deck.pdf")
	_, kind, err := store(pdf, from)
	if err != nil {
		return 0, err
	}
	if kind != "application/pdf" {
		return 0, errors.Join(ErrPages, os.RemoveAll(dir))
	}
	if pages, err = draw(ctx, dir); err != nil {
		return 0, errors.Join(err, os.RemoveAll(dir))
	}
	var problem *signal.Problem
	err = h.in(webinar, func(r *Room) { problem = r.rules.AddDeck(h.now(), person, key, cleanName(title), pages) })
	if problem != nil {
		return 0, problem
	}
	return pages, err
}

// draw makes pictures of every page in each width, by programs of Debian's poppler-utils: in a process of their own,
// bounded in time and memory, for a PDF is a foreign program.
func draw(ctx context.Context, dir string) (pages int, err error) {
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		return 0, ErrNoTools
	}
	ctx, cancel := context.WithTimeout(ctx, drawTime)
	defer cancel()
	pdf := filepath.Join(dir, "deck.pdf")
	out, err := limited(ctx, "pdfinfo", pdf).Output()
	if err != nil {
		return 0, ErrPages
	}
	for line := range strings.Lines(string(out)) {
		if v, ok := strings.CutPrefix(line, "Pages:"); ok {
			pages, _ = strconv.Atoi(strings.TrimSpace(v))
		}
	}
	if pages < 1 || pages > maxPages {
		return 0, ErrPages
	}
	for _, width := range Widths {
		to := filepath.Join(dir, fmt.Sprintf("w%d", width))
		if err := os.MkdirAll(to, 0o700); err != nil {
			return 0, err
		}
		cmd := limited(ctx, "pdftoppm", "-jpeg", "-jpegopt", "quality=80", "-scale-to-x", strconv.Itoa(width), "-scale-to-y", "-1", pdf, filepath.Join(to, "p"))
		if err := cmd.Run(); err != nil {
			return 0, fmt.Errorf("%w: %w", ErrPages, err)
		}
	}
	return pages, nil
}

// limited is a command with a bound of memory and processor time, where the system has prlimit. It is told nothing of
// our environment.
func limited(ctx context.Context, name string, args ...string) *exec.Cmd {
	if path, err := exec.LookPath(name); err == nil {
		name = path // before the environment goes
	}
	if path, err := exec.LookPath("prlimit"); err == nil {
		args = append([]string{"--as=2147483648", "--cpu=100", "--", name}, args...)
		name = path
	}
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = []string{"LC_ALL=C.UTF-8"}
	return cmd
}

// Page gives where the picture of a page lies. Errors: ErrForbidden, ErrUnknown.
func (h *Hub) Page(webinar, pass, deck string, page, width int) (path string, err error) {
	if _, err := h.Passed(webinar, pass); err != nil {
		return "", err
	}
	dir, err := h.folder(decksDir, webinar, deck)
	if err != nil || !slices.Contains(Widths, width) {
		return "", ErrUnknown
	}
	// pdftoppm writes as many digits as the last page has.
	found, err := filepath.Glob(filepath.Join(dir, fmt.Sprintf("w%d", width), "p-*.jpg"))
	if err != nil {
		return "", err
	}
	for _, path := range found {
		if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "p-"), ".jpg")); err == nil && n == page {
			return path, nil
		}
	}
	return "", ErrUnknown
}
