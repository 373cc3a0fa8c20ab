package clean

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mostik/picture"
)

// Kind is a format that is taken.
type Kind struct {
	// Name is the format's short name, as its first ending.
	Name string
	// Media is its media type.
	Media string
	// endings are those that fit it; the first is the usual one.
	endings []string
	clean   func(io.ReaderAt, int64, io.Writer) ([]string, error)
}

// What can be taken out of a file.
const (
	Place  = picture.Place
	Camera = picture.Camera
	Author = "author" // names, programs and times of a document
	Text   = picture.Text
	Active = "active" // scripts, attachments and actions
)

// Refused tells why a file is not taken.
type Refused struct {
	// Code is one of those below, "file-" before it.
	Code   string
	Detail string
}

// Error says it in English.
func (r *Refused) Error() string { return r.Detail }

// Why a file is refused.
var (
	ErrEmpty   = &Refused{"file-empty", "the file is empty"}
	ErrProgram = &Refused{"file-program", "it is a program, and programs are not taken"}
	ErrPage    = &Refused{"file-page", "pages and drawings that may carry scripts are not taken"}
	ErrArchive = &Refused{"file-archive", "archives are not taken: send what is in it, file by file"}
	ErrOld     = &Refused{"file-old", "old office files may carry programs: save it as docx, xlsx, pptx or PDF"}
	ErrMacros  = &Refused{"file-macros", "it carries macros: save it without them"}
	ErrActive  = &Refused{"file-active", "it carries embedded objects or calls a template from elsewhere"}
	ErrLocked  = &Refused{"file-locked", "it is locked with a password and cannot be checked"}
	ErrHEIC    = &Refused{"file-heic", "pictures in HEIC cannot be cleaned here: send it as JPEG"}
	ErrPlace   = &Refused{"file-place", "the film carries a track of places that cannot be taken out"}
	ErrBroken  = &Refused{"file-broken", "it is damaged, or was made to be"}
	ErrUnknown = &Refused{"file-unknown", "files of this kind are not taken"}
)

// HeadSize is how many bytes of its beginning tell what may be refused at once.
const HeadSize = 4096

// The kinds that are taken.
var (
	kindPDF  = Kind{"pdf", "application/pdf", []string{"pdf"}, cleanPDF}
	kindJPEG = Kind{"jpg", "image/jpeg", []string{"jpg", "jpeg"}, whole(picture.JPEG)}
	kindPNG  = Kind{"png", "image/png", []string{"png"}, whole(picture.PNG)}
	kindWebP = Kind{"webp", "image/webp", []string{"webp"}, whole(picture.WebP)}
	kindGIF  = Kind{"gif", "image/gif", []string{"gif"}, whole(picture.GIF)}
	kindMP4  = Kind{"mp4", "video/mp4", []string{"mp4", "m4v", "mov", "m4a"}, cleanMP4}
	kindWebM = Kind{"webm", "video/webm", []string{"webm", "mkv", "mka"}, cleanWebM}
	kindMP3  = Kind{"mp3", "audio/mpeg", []string{"mp3"}, cleanMP3}
	kindWAV  = Kind{"wav", "audio/wav", []string{"wav"}, cleanWAV}
	kindText = Kind{"txt", "text/plain", []string{"txt", "csv", "tsv", "md", "srt", "vtt", "gift"}, copied}

	office = map[string]Kind{
		"docx": {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{"docx"}, cleanOffice},
		"xlsx": {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{"xlsx"}, cleanOffice},
		"pptx": {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", []string{"pptx"}, cleanOffice},
		"odt":  {"odt", "application/vnd.oasis.opendocument.text", []string{"odt"}, cleanOffice},
		"ods":  {"ods", "application/vnd.oasis.opendocument.spreadsheet", []string{"ods"}, cleanOffice},
		"odp":  {"odp", "application/vnd.oasis.opendocument.presentation", []string{"odp"}, cleanOffice},
	}
)

// programs are how files begin that a machine would run.
var programs = []string{
	"MZ", "\x7fELF", "#!", "\xca\xfe\xba\xbe", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xfe\xed\xfa\xcf", "\xfe\xed\xfa\xce", "\x00asm",
	"L\x00\x00\x00\x01\x14\x02\x00", "dex\n", "!<arch>\n", "[InternetShortcut]", "ITSF",
}

// archives are how files begin that hold other files.
var archives = []string{"Rar!", "7z\xbc\xaf\x27\x1c", "\x1f\x8b", "BZh", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", "MSCF"}

// Head tells by how a file begins whether it will be refused, so that nobody sends the rest in vain. Errors: *Refused.
func Head(head []byte) error {
	starts := func(list []string) bool {
		return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(string(head), p) })
	}
	switch {
	case len(head) == 0:
		return ErrEmpty
	case starts(programs):
		return ErrProgram
	case starts(archives), len(head) > 262 && string(head[257:262]) == "ustar":
		return ErrArchive
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return ErrOld
	case bytes.HasPrefix(head, []byte(`{\rtf`)):
		return ErrOld
	case page(head):
		return ErrPage
	}
	return nil
}

// page tells a page or drawing that a browser might run.
func page(head []byte) bool {
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	low := strings.ToLower(string(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	return kind == "text/html" || kind == "text/xml" || strings.HasPrefix(strings.TrimSpace(low), "<?xml") || strings.Contains(low, "<svg") ||
		strings.Contains(low, "<script") || strings.Contains(low, "<html")
}

// Look tells what a file is, by all of its content. Errors: *Refused, and the reader's.
func Look(f io.ReaderAt, size int64) (Kind, error) {
	head := make([]byte, HeadSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Kind{}, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")): // before its text is taken for a page
		return kindPDF, nil
	case bytes.HasPrefix(head, []byte{0xff, 0xd8, 0xff}):
		return kindJPEG, nil
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return kindPNG, nil
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return kindWebP, nil
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE":
		return kindWAV, nil
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return kindGIF, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return lookZip(f, size)
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		return kindWebM, nil
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return lookFilm(string(head[8:12]))
	}
	if err := Head(head); err != nil {
		return Kind{}, err
	}
	if bytes.HasPrefix(head, []byte("ID3")) || len(head) > 2 && head[0] == 0xff && head[1]&0xe6 == 0xe2 {
		return kindMP3, nil
	}
	return lookText(f, size)
}

// lookFilm tells films and sound from pictures that come in the same boxes (ISO/IEC 14496-12, 4.3).
func lookFilm(brand string) (Kind, error) {
	if slices.Contains([]string{"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "avif", "avis"}, brand) {
		return Kind{}, ErrHEIC
	}
	return kindMP4, nil
}

// lookText takes what is text in UTF-8 to its end.
func lookText(f io.ReaderAt, size int64) (Kind, error) {
	r := io.NewSectionReader(f, 0, size)
	buf, kept := make([]byte, 64<<10), 0
	for {
		n, err := r.Read(buf[kept:])
		part := buf[:kept+n]
		if bytes.IndexByte(part, 0) >= 0 {
			return Kind{}, ErrUnknown
		}
		for len(part) > 0 && utf8.FullRune(part) {
			c, w := utf8.DecodeRune(part)
			if c == utf8.RuneError && w == 1 || c < 9 || c > 13 && c < 32 && c != 27 {
				return Kind{}, ErrUnknown
			}
			part = part[w:]
		}
		if kept = copy(buf, part); errors.Is(err, io.EOF) {
			if kept > 0 {
				return Kind{}, ErrUnknown
			}
			return kindText, nil
		} else if err != nil {
			return Kind{}, err
		}
	}
}

// Clean writes a file of a kind without what it carries, and tells what that was, in the words above. Errors:
// *Refused, and the reader's and writer's.
func (k Kind) Clean(f io.ReaderAt, size int64, out io.Writer) (taken []string, err error) {
	defer func() {
		if p := recover(); p != nil { // a parser of other people's stumbled over a damaged file
			err = fmt.Errorf("%w: %v", ErrBroken, p)
		}
		slices.Sort(taken)
		taken = slices.Compact(taken)
	}()
	return k.clean(f, size, out)
}

// Film tells what is sound or moving pictures.
func (k Kind) Film() bool {
	return strings.HasPrefix(k.Media, "video/") || strings.HasPrefix(k.Media, "audio/")
}

// Slides tells an office document or PDF of which pages can be made.
func (k Kind) Slides() bool {
	return slices.Contains([]string{"pdf", "pptx", "odp", "docx", "odt"}, k.Name)
}

// maxName bounds a file's name, in characters.
const maxName = 120

// FileName keeps the name that somebody gave readable and harmless: the last part of a path, what can be printed, and
// an ending that fits the content.
func (k Kind) FileName(given string) string {
	name := path.Base(strings.ReplaceAll(given, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		// Marks of direction could make an ending look like another.
		if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		if strings.ContainsRune(`"<>|:*?/%`, r) {
			return '_'
		}
		return r
	}, name)
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	if slices.Contains(k.endings, ending) {
		name = strings.TrimSuffix(name, path.Ext(name))
	} else {
		ending = k.Name
	}
	name = strings.Trim(name, ". ")
	if runes := []rune(name); len(runes) > maxName {
		name = strings.TrimRight(string(runes[:maxName]), ". ")
	}
	if name == "" {
		name = "file"
	}
	return name + "." + ending
}

// maxWhole is how large a picture may be, in bytes: it is held in memory.
const maxWhole = 64 << 20

// whole makes a cleaner of one that wants all of a file at once.
func whole(clean func([]byte) ([]byte, []string, error)) func(io.ReaderAt, int64, io.Writer) ([]string, error) {
	return func(f io.ReaderAt, size int64, out io.Writer) ([]string, error) {
		if size > maxWhole {
			return nil, ErrBroken
		}
		raw := make([]byte, size)
		if _, err := f.ReadAt(raw, 0); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		done, taken, err := clean(raw)
		if errors.Is(err, picture.ErrBroken) {
			return nil, ErrBroken
		} else if err != nil {
			return nil, err
		}
		_, err = out.Write(done)
		return taken, err
	}
}

func copied(f io.ReaderAt, size int64, out io.Writer) ([]string, error) {
	_, err := io.Copy(out, io.NewSectionReader(f, 0, size))
	return nil, err
}

// Known gives the refusal of a code, nil for a word that is none.
func Known(code string) *Refused {
	for _, r := range []*Refused{
		ErrEmpty, ErrProgram, ErrPage, ErrArchive, ErrOld, ErrMacros, ErrActive, ErrLocked, ErrHEIC, ErrPlace, ErrBroken, ErrUnknown,
	} {
		if r.Code == code {
			return r
		}
	}
	return nil
}
