package sheet

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
)

// Encoding is how the letters of a CSV are written.
type Encoding string

// The encodings that are read.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1251 Encoding = "windows-1251" // Cyrillic
	Windows1250 Encoding = "windows-1250" // Central Europe
)

// Known tells whether the encoding is one of those above.
func (e Encoding) Known() bool { return e == UTF8 || e.decoder() != nil }

func (e Encoding) decoder() encoding.Encoding {
	switch e {
	case UTF16LE:
		return utf16.UTF16(utf16.LittleEndian, utf16.UseBOM)
	case UTF16BE:
		return utf16.UTF16(utf16.BigEndian, utf16.UseBOM)
	case Windows1251:
		return charmap.Windows1251
	case Windows1250:
		return charmap.Windows1250
	}
	return nil
}

// decode gives the text of a CSV in UTF-8 without a byte order mark.
func decode(data []byte, as Encoding) (string, Encoding) {
	if as == "" {
		as = detect(data)
	}
	if d := as.decoder(); d != nil {
		// The decoders put U+FFFD where bytes mean nothing, and never fail.
		if out, err := d.NewDecoder().Bytes(data); err == nil {
			data = out
		}
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(data), "\ufffd"), "\ufeff"), as
}

// detect tells the encoding by the mark at the beginning, by zeros, by validity, and last by the company
// that bytes above ASCII keep: Cyrillic words are made of them, Central European ones have one here and there.
func detect(data []byte) Encoding {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return UTF8
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return UTF16BE
	}
	head := data[:min(len(data), 64<<10)]
	if even, odd := zeros(head); odd > len(head)/8 && odd > 4*even {
		return UTF16LE
	} else if even > len(head)/8 && even > 4*odd {
		return UTF16BE
	}
	if utf8.Valid(data) {
		return UTF8
	}
	if company(head) {
		return Windows1251
	}
	return Windows1250
}

func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		if c == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	return even, odd
}

// company tells whether most letters above ASCII stand beside another one and not beside an ASCII letter.
func company(b []byte) bool {
	high := func(i int) bool { return i >= 0 && i < len(b) && b[i] >= 0x80 && b[i] != 0xa0 }
	ascii := func(i int) bool {
		return i >= 0 && i < len(b) && (b[i]|0x20 >= 'a' && b[i]|0x20 <= 'z')
	}
	own, foreign := 0, 0
	for i := range b {
		if !high(i) {
			continue
		}
		if high(i-1) || high(i+1) {
			own++
		}
		if ascii(i-1) || ascii(i+1) {
			foreign++
		}
	}
	return own > foreign
}

// blank tells a cell in which nothing can be seen.
func blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) }) < 0
}
