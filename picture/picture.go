// Package picture takes out of pictures what they tell beside what is seen: where and with what they were made, by whom,
// and whatever lies behind their end. The picture itself is not drawn again: its bytes stay as they are. It knows JPEG,
// PNG, WebP and GIF, and nothing of ours; both wings use it.
package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
)

// Words for what was taken out.
const (
	Place  = "place"  // where it was made
	Camera = "camera" // the device, its settings and times
	Text   = "text"   // comments, captions, tags and whatever lies behind the end
)

// ErrBroken is returned for what is no picture of its kind to its end.
var ErrBroken = errors.New("the picture is damaged, or was made to be")

// JPEG leaves out the segments APP1 to APP13 and APP15 (Exif, XMP, IPTC) and comments, and what stands behind the
// end, where telephones put further pictures and films with an Exif of their own. The colour profile (APP2
// "ICC_PROFILE") and Adobe's colour mark (APP14) stay, without which colours change, and the turning of the picture,
// without which it lies on its side. ITU-T T.81, annex B.
func JPEG(raw []byte) (out []byte, taken []string, err error) {
	if len(raw) < 4 || raw[0] != 0xff || raw[1] != 0xd8 {
		return nil, nil, ErrBroken
	}
	out = append(make([]byte, 0, len(raw)), raw[:2]...)
	turned := 0
	for i := 2; ; {
		if i+2 > len(raw) || raw[i] != 0xff {
			return nil, nil, ErrBroken
		}
		marker := raw[i+1]
		switch {
		case marker == 0xff: // a fill byte
			i++
			continue
		case marker == 0xd9: // the end of the picture
			if i+2 < len(raw) {
				taken = append(taken, Text)
			}
			return turn(append(out, raw[i:i+2]...), turned), taken, nil
		case i+4 > len(raw):
			return nil, nil, ErrBroken
		}
		size := int(binary.BigEndian.Uint16(raw[i+2:]))
		end := i + 2 + size
		if size < 2 || end > len(raw) {
			return nil, nil, ErrBroken
		}
		content := raw[i+4 : end]
		if marker == 0xda { // a scan: its header, and then the picture itself as far as the next marker
			end = scanEnd(raw, end)
		}
		switch {
		case marker == 0xe1 && bytes.HasPrefix(content, []byte("Exif\x00")) && len(content) >= 6:
			e := readExif(content[6:])
			taken = append(taken, e.words()...)
			if turned == 0 {
				turned = e.turned
			}
		case keepJPEG(marker, content):
			out = append(out, raw[i:end]...)
		default:
			taken = append(taken, Text)
		}
		if end == len(raw) && marker == 0xda { // a picture that was cut off is shown as far as it goes
			return turn(out, turned), taken, nil
		}
		i = end
	}
}

// scanEnd finds the marker that ends a scan: within it 0xff is followed by 0, or restarts the decoder.
func scanEnd(raw []byte, i int) int {
	for ; i+1 < len(raw); i++ {
		if next := raw[i+1]; raw[i] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return i
		}
	}
	return len(raw)
}

func keepJPEG(marker byte, content []byte) bool {
	switch {
	case marker == 0xfe: // comment
		return false
	case marker == 0xe2:
		return bytes.HasPrefix(content, []byte("ICC_PROFILE\x00"))
	case marker >= 0xe1 && marker <= 0xef:
		return marker == 0xee
	}
	return true
}

// turn puts an Exif of one entry in, the turning, where there was one (Exif 2.32, 4.6.4).
func turn(out []byte, turned int) []byte {
	if turned <= 1 {
		return out
	}
	at := 2
	if len(out) > 6 && out[2] == 0xff && out[3] == 0xe0 { // JFIF stands first
		at = min(4+int(binary.BigEndian.Uint16(out[4:])), len(out))
	}
	exif := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	exif[29] = byte(turned)
	return slices.Insert(out, at, exif...)
}

// exif is what we want to know of an Exif block.
type exif struct {
	turned int // 1 to 8, 0 where it does not say
	placed bool
	more   bool
}

func (e exif) words() (list []string) {
	if e.placed {
		list = append(list, Place)
	}
	if e.more {
		list = append(list, Camera)
	}
	return list
}

// readExif reads the first directory of a TIFF block (TIFF 6.0, section 2).
func readExif(b []byte) (e exif) {
	e.more = true
	if len(b) < 8 {
		return e
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(b[4:]))
	if at < 8 || at > len(b)-2 {
		return e
	}
	n := int(order.Uint16(b[at:]))
	for i := range n {
		entry := at + 2 + 12*i
		if entry+12 > len(b) {
			return e
		}
		switch order.Uint16(b[entry:]) {
		case 0x0112:
			if v := int(order.Uint16(b[entry+8:])); v >= 1 && v <= 8 {
				e.turned = v
			}
		case 0x8825:
			e.placed = true
		}
	}
	e.more = n != 1 || e.turned == 0 // ours says nothing else
	return e
}

// PNG leaves out text, time and Exif chunks, and what stands behind the end. W3C PNG, third edition, 11.3.
func PNG(raw []byte) (out []byte, taken []string, err error) {
	const signature = 8
	if len(raw) < signature {
		return nil, nil, ErrBroken
	}
	out = append(make([]byte, 0, len(raw)), raw[:signature]...)
	for i := signature; i+12 <= len(raw); {
		size := int(binary.BigEndian.Uint32(raw[i:]))
		end := i + 12 + size
		if size > len(raw) || end > len(raw) {
			return nil, nil, ErrBroken
		}
		switch kind := string(raw[i+4 : i+8]); kind {
		case "tEXt", "zTXt", "iTXt":
			taken = append(taken, Text)
		case "tIME":
			taken = append(taken, Camera)
		case "eXIf":
			taken = append(taken, readExif(raw[i+8:end-4]).words()...)
		default:
			out = append(out, raw[i:end]...)
			if kind == "IEND" {
				if end < len(raw) {
					taken = append(taken, Text)
				}
				return out, taken, nil
			}
		}
		i = end
	}
	return nil, nil, ErrBroken
}

// keptWebP are the chunks that make the picture (RFC 9649, 2.7).
var keptWebP = []string{"VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ALPH", "ICCP"}

// WebP leaves out Exif, XMP and unknown chunks.
func WebP(raw []byte) (out []byte, taken []string, err error) {
	if len(raw) < 12 {
		return nil, nil, ErrBroken
	}
	end := min(len(raw), 8+int(binary.LittleEndian.Uint32(raw[4:])))
	if end < len(raw) {
		taken = append(taken, Text)
	}
	out = append(make([]byte, 0, len(raw)), raw[:12]...)
	for i := 12; i < end; {
		if i+8 > end {
			return nil, nil, ErrBroken
		}
		size := int(binary.LittleEndian.Uint32(raw[i+4:]))
		next := i + 8 + size + size&1
		if size > end || next > end {
			return nil, nil, ErrBroken
		}
		switch kind := string(raw[i : i+4]); {
		case kind == "EXIF":
			taken = append(taken, readExif(bytes.TrimPrefix(raw[i+8:i+8+size], []byte("Exif\x00\x00"))).words()...)
		case slices.Contains(keptWebP, kind):
			out = append(out, raw[i:next]...)
			if kind == "VP8X" && size >= 1 {
				out[len(out)-(next-i)+8] &^= 0x0c // it has Exif, it has XMP: no more
			}
		default:
			taken = append(taken, Text)
		}
		i = next
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, taken, nil
}

// GIF leaves out comments and what applications left, save the loop of an animation. GIF89a, 18 to 27.
func GIF(raw []byte) (out []byte, taken []string, err error) {
	if len(raw) < 13 {
		return nil, nil, ErrBroken
	}
	i := 13 + table(raw[10])
	if i > len(raw) {
		return nil, nil, ErrBroken
	}
	out = append(make([]byte, 0, len(raw)), raw[:i]...)
	for i < len(raw) {
		switch raw[i] {
		case 0x3b:
			if i+1 < len(raw) {
				taken = append(taken, Text)
			}
			return append(out, 0x3b), taken, nil
		case 0x2c:
			if i+10 > len(raw) {
				return nil, nil, ErrBroken
			}
			end := blocks(raw, i+10+table(raw[i+9])+1)
			if end < 0 {
				return nil, nil, ErrBroken
			}
			out = append(out, raw[i:end]...)
			i = end
		case 0x21:
			end := blocks(raw, i+2)
			if end < 0 {
				return nil, nil, ErrBroken
			}
			loop := raw[i+1] == 0xff && end-i > 14 && slices.Contains([]string{"NETSCAPE2.0", "ANIMEXTS1.0"}, string(raw[i+3:i+14]))
			if raw[i+1] == 0xf9 || loop {
				out = append(out, raw[i:end]...)
			} else {
				taken = append(taken, Text)
			}
			i = end
		default:
			return nil, nil, ErrBroken
		}
	}
	return nil, nil, ErrBroken
}

// table is the size of a table of colours.
func table(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// blocks finds the end of a chain of blocks, -1 where there is none.
func blocks(raw []byte, i int) int {
	for i < len(raw) {
		n := int(raw[i])
		i += n + 1
		if n == 0 {
			return i
		}
	}
	return -1
}
