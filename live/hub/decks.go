package hub

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"mostik/live/clean"
	"mostik/live/signal"
	"mostik/live/upload"
)

const (
	// maxPages is how long a set of slides may be.
	maxPages = 300
	// drawTime is how long making pages of a set may take, pageTime one page in one width.
	drawTime = 4 * time.Minute
	pageTime = 30 // seconds of processor time for each few pages
	// maxSide is how large a page may be, in points: 100 inches. A larger one would be drawn for ever.
	maxSide = 7200
)

// Widths are those in which slides are drawn, in pixels: for a weak line, and for a projector.
var Widths = []int{640, 1280}

// Why slides cannot be shown, in words that a browser knows.
var (
	errSlides  = signal.Refuse("slides", "file", "these are no slides, or more than 300 pages")
	errTools   = signal.Refuse("slides-tools", "file", "this server cannot draw slides: poppler-utils is not installed")
	errOffice  = signal.Refuse("slides-office", "file", "this server makes pages of PDF only: LibreOffice is not installed")
	errTooLong = signal.Refuse("slides-slow", "file", "the pages are too heavy to be made")
)

// office gives LibreOffice's program, "" where there is none.
func office() string {
	for _, name := range []string{"soffice", "libreoffice"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Office tells whether this server makes pages of office documents.
func (h *Hub) Office() bool { return h.soffice != "" }

// deckFolder is where the pages of slides lie.
func (h *Hub) deckFolder(webinar, key string) (string, error) { return deckFolder(h.Dir, webinar, key) }

func deckFolder(dir, webinar, key string) (string, error) {
	name, err := fileName(webinar)
	if err != nil || !keyName.MatchString(key) {
		return "", ErrUnknown
	}
	return filepath.Join(dir, decksDir, name, key), nil
}

// DeckFile tells where a set of slides lies in the folder of a live wing, open or not. Errors: ErrUnknown for what is no
// key.
func DeckFile(dir, webinar, key string) (string, error) {
	folder, err := deckFolder(dir, webinar, key)
	return filepath.Join(folder, "deck.pdf"), err
}

// takeDeck sees whether pages can be made of what arrived, tells the room that slides come, and makes the pages while
// nobody waits.
func (h *Hub) takeDeck(webinar string, u upload.Upload) error {
	kind, err := lookAt(h.uploads.Path(u.ID))
	if errors.Is(err, clean.ErrUnknown) || err == nil && !kind.Slides() {
		return errSlides
	}
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		return errTools
	}
	if kind.Name != "pdf" && h.soffice == "" {
		return errOffice
	}
	key := u.Meta["key"]
	to, err := h.deckFolder(webinar, key)
	if err != nil {
		return err
	}
	b, err := newBench()
	if err != nil {
		return err
	}
	source := "deck." + kind.Name
	if err := b.bring(h.uploads.Path(u.ID), source); err != nil {
		return errors.Join(err, b.close())
	}
	title := strings.TrimSuffix(kind.FileName(u.Meta["name"]), filepath.Ext(kind.FileName(u.Meta["name"])))
	var problem *signal.Problem
	if err := h.in(webinar, func(r *Room) { problem = r.rules.AddDeck(h.now(), u.Meta["person"], key, title) }); err != nil || problem != nil {
		if problem != nil {
			err = problem
		}
		return errors.Join(err, b.close())
	}
	go h.makePages(webinar, key, b, source, to)
	return nil
}

// makePages draws slides on a bench and tells the room how it went.
func (h *Hub) makePages(webinar, key string, b *bench, source, to string) {
	h.cleaning <- struct{}{}
	defer func() { <-h.cleaning }()
	ctx, cancel := context.WithTimeout(context.Background(), drawTime)
	defer cancel()
	pages, err := h.draw(ctx, b, source)
	if err == nil {
		err = b.carry(to)
	}
	if err == nil {
		h.keepPDF(ctx, b, to)
	}
	err = errors.Join(err, b.close())
	why := ""
	if err != nil {
		why = errSlides.Code
		var problem *signal.Problem
		if errors.As(err, &problem) {
			why = problem.Code
		} else {
			h.Log.Warn("making pages of slides", "error", err)
		}
	}
	// Where nobody is in the room any more, the next one finds them failed, and they are brought again.
	_ = h.in(webinar, func(r *Room) { r.rules.DeckReady(h.now(), key, pages, why) })
}

// draw makes pictures of every page in each width by programs of Debian's poppler-utils, of an office document by way
// of LibreOffice: a document is a foreign program.
func (h *Hub) draw(ctx context.Context, b *bench, source string) (pages int, err error) {
	if source != "deck.pdf" {
		if err := h.print(ctx, b, source); err != nil {
			return 0, err
		}
	}
	if pages, err = b.pages(ctx); err != nil {
		return 0, err
	}
	for _, width := range Widths {
		to := b.path(fmt.Sprintf("w%d", width))
		if err := os.Mkdir(to, 0o700); err != nil {
			return 0, err
		}
		if b.attr.Credential != nil {
			if err := os.Chown(to, nobody, nobody); err != nil {
				return 0, err
			}
		}
		cmd := b.command(ctx, 2048, pageTime+pages, "pdftoppm", "-jpeg", "-jpegopt", "quality=80", "-scale-to-x", strconv.Itoa(width), "-scale-to-y", "-1",
			"deck.pdf", filepath.Join(to, "p"))
		if err := cmd.Run(); err != nil {
			return 0, fmt.Errorf("%w: %w", errTooLong, err)
		}
	}
	return pages, nil
}

// pages counts the pages of the PDF on a bench, and refuses what would cost too much.
func (b *bench) pages(ctx context.Context) (pages int, err error) {
	out, err := b.command(ctx, 1024, 20, "pdfinfo", "-f", "1", "-l", strconv.Itoa(maxPages), "deck.pdf").Output()
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errSlides, err)
	}
	for line := range strings.Lines(string(out)) {
		if v, ok := strings.CutPrefix(line, "Pages:"); ok {
			pages, _ = strconv.Atoi(strings.TrimSpace(v))
		}
		var page int
		var wide, high float64
		if n, _ := fmt.Sscanf(line, "Page %d size: %f x %f", &page, &wide, &high); n == 3 && (max(wide, high) > maxSide || high > 10*wide) {
			return 0, errTooLong
		}
	}
	if pages < 1 || pages > maxPages {
		return 0, errSlides
	}
	return pages, nil
}

// settings forbid macros and what a document would fetch.
const settings = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
`

// print makes a PDF of an office document, with a profile that was made for it.
func (h *Hub) print(ctx context.Context, b *bench, source string) error {
	profile := b.path("profile/user")
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(profile, "registrymodifications.xcu"), []byte(settings), 0o600); err != nil {
		return err
	}
	if b.attr.Credential != nil {
		for _, path := range []string{b.path("profile"), profile, filepath.Join(profile, "registrymodifications.xcu")} {
			if err := os.Chown(path, nobody, nobody); err != nil {
				return err
			}
		}
	}
	cmd := b.command(ctx, 6144, 150, h.soffice, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard",
		"-env:UserInstallation=file://"+b.path("profile"), "--convert-to", "pdf", "--outdir", b.dir, b.path(source))
	said, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %w: %.200s", errTooLong, err, said)
	}
	if _, err := os.Stat(b.path("deck.pdf")); err != nil {
		return fmt.Errorf("%w: %.200s", errSlides, said)
	}
	return nil
}

// keepPDF keeps the slides as PDF beside their pictures for the report, cleaned. What cannot be cleaned is not kept.
func (h *Hub) keepPDF(ctx context.Context, b *bench, to string) {
	path := filepath.Join(to, "deck.pdf")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		h.Log.Warn("keeping slides", "error", err)
		return
	}
	_, err = h.cleanApart(ctx, b.path("deck.pdf"), f)
	if err = errors.Join(err, f.Close()); err != nil {
		h.Log.Warn("keeping slides", "error", errors.Join(err, os.Remove(path)))
	}
}

// carry takes the pictures from a bench to where they are served from.
func (b *bench) carry(to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	for _, width := range Widths {
		name := fmt.Sprintf("w%d", width)
		if err := os.MkdirAll(filepath.Join(to, name), 0o700); err != nil {
			return err
		}
		found, err := os.ReadDir(b.path(name))
		if err != nil {
			return err
		}
		for _, e := range found {
			if !e.Type().IsRegular() {
				return fmt.Errorf("%s is no picture", e.Name())
			}
			raw, err := os.ReadFile(filepath.Join(b.path(name), e.Name()))
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(to, name, e.Name()), raw, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// Page gives where the picture of a page lies. Errors: ErrForbidden, ErrUnknown.
func (h *Hub) Page(webinar, pass, deck string, page, width int) (path string, err error) {
	if _, err := h.Passed(webinar, pass); err != nil {
		return "", err
	}
	dir, err := h.deckFolder(webinar, deck)
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

// sweepDecks takes the pages of webinars away that were over long ago.
func (h *Hub) sweepDecks() error {
	folders, err := os.ReadDir(filepath.Join(h.Dir, decksDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, f := range folders {
		last := h.active(f.Name())
		if info, err := f.Info(); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
		if h.Now().Sub(last) > h.kept(f.Name()) {
			if err := os.RemoveAll(filepath.Join(h.Dir, decksDir, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
