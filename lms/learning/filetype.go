package learning

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"

	"mostik/lms"
	"mostik/picture"
)

// fileType is a type of file that is told by content.
type fileType struct {
	ending    string // as tasks name it
	mediaType string
}

// The types that are told apart. Others are "unknown".
var (
	typePDF     = fileType{"pdf", "application/pdf"}
	typeJPEG    = fileType{"jpg", "image/jpeg"}
	typePNG     = fileType{"png", "image/png"}
	typeDOCX    = fileType{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
	typeODT     = fileType{"odt", "application/vnd.oasis.opendocument.text"}
	typeUnknown = fileType{"", "application/octet-stream"}
)

func (t fileType) name() string {
	if t.ending == "" {
		return "of an unknown type"
	}
	return t.ending
}

// among tells whether a task takes the type; jpeg is another name of jpg.
func (t fileType) among(endings []string) bool {
	return t.ending != "" && (slices.Contains(endings, t.ending) || t == typeJPEG && slices.Contains(endings, "jpeg"))
}

// sniff tells a file's type from its content.
func sniff(f io.ReaderAt, size int64) (fileType, error) {
	head := make([]byte, 1024)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return typeUnknown, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return typePDF, nil
	case bytes.HasPrefix(head, []byte{0xff, 0xd8, 0xff}):
		return typeJPEG, nil
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return typePNG, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return sniffZip(f, size)
	}
	return typeUnknown, nil
}

// Bounds of an office document, against archives that were made to cost.
const (
	maxEntries  = 5000
	maxUnpacked = 512 << 20
)

// sniffZip looks into an archive for what makes it a text document, and refuses macros.
func sniffZip(f io.ReaderAt, size int64) (fileType, error) {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return typeUnknown, nil //nolint:nilerr // a broken archive is a file of an unknown type
	}
	if len(z.File) > maxEntries {
		return typeUnknown, nil
	}
	total := uint64(0)
	names := map[string]bool{}
	for _, entry := range z.File {
		total += entry.UncompressedSize64
		names[entry.Name] = true
		if strings.HasSuffix(strings.ToLower(entry.Name), "vbaproject.bin") {
			return typeUnknown, nil
		}
	}
	switch {
	case total > maxUnpacked:
		return typeUnknown, nil
	case names["[Content_Types].xml"] && names["word/document.xml"]:
		return typeDOCX, nil
	case names["content.xml"] && mimetypeOf(z) == typeODT.mediaType:
		return typeODT, nil
	}
	return typeUnknown, nil
}

// mimetypeOf reads the entry by which an OpenDocument says what it is (ODF 1.2 part 3, 3.3).
func mimetypeOf(z *zip.Reader) string {
	f, err := z.Open("mimetype")
	if err != nil {
		return ""
	}
	defer f.Close()
	said, err := io.ReadAll(io.LimitReader(f, 200))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(said))
}

// stripped gives a picture without what it carries about camera, place and owner; changed is false where
// there is nothing to take off, or the file is no picture.
func stripped(f io.ReaderAt, t fileType) (without io.Reader, changed bool, err error) {
	if t != typeJPEG && t != typePNG {
		return nil, false, nil
	}
	raw, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<30))
	if err != nil {
		return nil, false, err
	}
	clean := picture.PNG
	if t == typeJPEG {
		clean = picture.JPEG
	}
	out, _, err := clean(raw)
	if err != nil {
		return nil, false, lms.ErrInvalid("file", "file-broken", "the picture cannot be read")
	}
	return bytes.NewReader(out), !bytes.Equal(out, raw), nil
}

// maxName bounds a file's name, in characters.
const maxName = 120

// safeName keeps the name that a person gave readable and harmless: the last part of a path, printable
// characters, and the ending that fits the content.
func safeName(given string, mediaType string) string {
	name := path.Base(strings.ReplaceAll(given, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		// Marks of direction could make an ending look like another.
		if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`"<>|:*?/`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.TrimSuffix(name, path.Ext(name)), ". ")
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName])
	}
	if name == "" {
		name = "file"
	}
	for _, t := range []fileType{typePDF, typeJPEG, typePNG, typeDOCX, typeODT} {
		if t.mediaType == mediaType {
			return name + "." + t.ending
		}
	}
	return name
}
