package clean

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"mostik/picture"
)

// Bounds of an office document, against archives that were made to cost.
const (
	maxEntries  = 5000
	maxUnpacked = 512 << 20
	maxPart     = 32 << 20
)

// lookZip looks into an archive for what makes it an office document. Errors: *Refused.
func lookZip(f io.ReaderAt, size int64) (Kind, error) {
	z, err := zip.NewReader(f, size)
	if err != nil || len(z.File) > maxEntries {
		return Kind{}, ErrBroken
	}
	total := uint64(0)
	for _, part := range z.File {
		if total += part.UncompressedSize64; total > maxUnpacked || part.UncompressedSize64 > maxUnpacked {
			return Kind{}, ErrBroken
		}
	}
	has := func(name string) bool {
		return slices.ContainsFunc(z.File, func(p *zip.File) bool { return p.Name == name })
	}
	name := ""
	switch {
	case has("[Content_Types].xml") && has("word/document.xml"):
		name = "docx"
	case has("[Content_Types].xml") && has("xl/workbook.xml"):
		name = "xlsx"
	case has("[Content_Types].xml") && has("ppt/presentation.xml"):
		name = "pptx"
	case has("mimetype"):
		said, err := unpack(z, "mimetype")
		if err != nil {
			return Kind{}, err
		}
		for _, k := range office {
			if k.Media == strings.TrimSpace(string(said)) {
				name = k.Name
			}
		}
	}
	if name == "" {
		return Kind{}, ErrArchive
	}
	return office[name], innocent(z)
}

// innocent refuses what an office program might run: macros, embedded objects, templates from elsewhere.
func innocent(z *zip.Reader) error {
	for _, part := range z.File {
		low := strings.ToLower(part.Name)
		switch {
		case strings.Contains(low, ".."), strings.HasPrefix(low, "/"), strings.Contains(low, `\`):
			return ErrBroken
		case part.Flags&1 != 0, low == "encryptedpackage":
			return ErrLocked
		case strings.HasSuffix(low, "vbaproject.bin"), strings.HasSuffix(low, "vbadata.xml"), strings.HasPrefix(low, "basic/"), strings.HasPrefix(low, "scripts/"),
			strings.Contains(low, "/macrosheets/"):
			return ErrMacros
		case strings.Contains(low, "/activex/"), strings.Contains(low, "oleobject"), strings.Contains(low, "embeddings/") && strings.HasSuffix(low, ".bin"):
			return ErrActive
		case strings.HasSuffix(low, ".rels"):
			if err := relations(part); err != nil {
				return err
			}
		case low == "meta-inf/manifest.xml":
			raw, err := read(part)
			if err != nil {
				return err
			}
			if bytes.Contains(raw, []byte("encryption-data")) {
				return ErrLocked
			}
		}
	}
	return nil
}

// relations refuses parts that an office program fetches from elsewhere and might run (ECMA-376 part 2, 6.5).
func relations(part *zip.File) error {
	raw, err := read(part)
	if err != nil {
		return err
	}
	var list struct {
		Each []struct {
			Type string `xml:"Type,attr"`
			Mode string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(raw, &list) != nil {
		return ErrBroken
	}
	for _, r := range list.Each {
		kind := strings.ToLower(path.Base(r.Type))
		if strings.EqualFold(r.Mode, "External") && !slices.Contains([]string{"hyperlink", "image", "video", "audio", "media"}, kind) {
			return ErrActive
		}
	}
	return nil
}

func unpack(z *zip.Reader, name string) ([]byte, error) {
	for _, part := range z.File {
		if part.Name == name {
			return read(part)
		}
	}
	return nil, ErrBroken
}

// read unpacks a part of moderate size.
func read(part *zip.File) ([]byte, error) {
	f, err := part.Open()
	if err != nil {
		return nil, ErrBroken
	}
	defer f.Close()
	most := min(part.UncompressedSize64, maxPart) // what says less than it holds is broken
	raw, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil || uint64(len(raw)) > most {
		return nil, ErrBroken
	}
	return raw, nil
}

// blank are the properties of a document that says nothing about who made it (ECMA-376 part 2, 8; ODF 1.3 part 3, 3.1.3).
var blank = map[string]string{
	"docprops/core.xml":   `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>`,
	"docprops/app.xml":    `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>`,
	"docprops/custom.xml": `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>`,
	"meta.xml":            `<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>`,
}

// cleanOffice writes an office document with blank properties and clean pictures. Every other part is copied as it is
// packed, without its times.
func cleanOffice(f io.ReaderAt, size int64, out io.Writer) (taken []string, err error) {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return nil, ErrBroken
	}
	w := zip.NewWriter(out)
	for _, part := range z.File {
		word, err := copyPart(w, part)
		if err != nil {
			return nil, err
		}
		taken = append(taken, word...)
	}
	return taken, w.Close()
}

func copyPart(w *zip.Writer, part *zip.File) (taken []string, err error) {
	low := strings.ToLower(part.Name)
	if text, ok := blank[low]; ok {
		return []string{Author}, pack(w, part.Name, []byte(xml.Header+text))
	}
	if clean := pictureOf(low); clean != nil && part.UncompressedSize64 <= maxPart {
		raw, err := read(part)
		if err != nil {
			return nil, err
		}
		// What is no picture in spite of its name is left as it is: nobody shows it.
		if done, words, err := clean(raw); err == nil && len(words) > 0 {
			return words, pack(w, part.Name, done)
		}
	}
	raw, err := part.OpenRaw()
	if err != nil {
		return nil, ErrBroken
	}
	head := zip.FileHeader{
		Name: part.Name, Method: part.Method, Flags: part.Flags &^ 8, CRC32: part.CRC32,
		CompressedSize64: part.CompressedSize64, UncompressedSize64: part.UncompressedSize64,
	}
	to, err := w.CreateRaw(&head)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	n, err := io.Copy(to, raw)
	if err == nil && uint64(n) != part.CompressedSize64 || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, ErrBroken
	}
	return nil, err
}

func pictureOf(name string) func([]byte) ([]byte, []string, error) {
	switch path.Ext(name) {
	case ".jpg", ".jpeg":
		return picture.JPEG
	case ".png":
		return picture.PNG
	case ".webp":
		return picture.WebP
	case ".gif":
		return picture.GIF
	}
	return nil
}

func pack(w *zip.Writer, name string, raw []byte) error {
	to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = to.Write(raw)
	return err
}
