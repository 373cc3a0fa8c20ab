// Package codec reads from the payload of a video packet what forwarding needs: where a picture begins, whether
// it needs no other, which layer it belongs to. Nothing is decoded.
package codec

import (
	"encoding/binary"

	"mostik/media"
)

// Inspect reads the marks of a payload. What is malformed or of an unknown codec has none: it is forwarded
// all the same, and the decoder judges.
func Inspect(c media.Codec, payload []byte) media.Marks {
	switch c {
	case media.VP8:
		return vp8(payload)
	case media.VP9:
		return vp9(payload)
	case media.H264:
		return h264(payload)
	case media.AV1:
		return av1(payload)
	case media.Opus:
	}
	return media.Marks{}
}

// vp8 reads the payload descriptor of RFC 7741, 4.2.
func vp8(b []byte) (m media.Marks) {
	if len(b) < 1 {
		return m
	}
	first, at := b[0], 1
	m.Start = first&0x10 != 0 && first&0x07 == 0
	if first&0x80 != 0 {
		if len(b) < 2 {
			return media.Marks{}
		}
		var ok bool
		if at, ok = vp8Extension(b, &m); !ok {
			return media.Marks{}
		}
	}
	if at >= len(b) {
		return media.Marks{}
	}
	m.Key = m.Start && b[at]&0x01 == 0
	return m
}

func vp8Extension(b []byte, m *media.Marks) (at int, ok bool) {
	flags := b[1]
	at = 2
	if flags&0x80 != 0 {
		if at >= len(b) {
			return 0, false
		}
		m.HasPictureID, m.PictureID = true, uint16(b[at])
		if b[at]&0x80 != 0 {
			if at+1 >= len(b) {
				return 0, false
			}
			m.WidePictureID, m.PictureID = true, binary.BigEndian.Uint16(b[at:])&0x7fff
			at++
		}
		at++
	}
	if flags&0x40 != 0 {
		if at >= len(b) {
			return 0, false
		}
		m.HasTL0, m.TL0 = true, b[at]
		at++
	}
	if flags&0x30 != 0 {
		if at >= len(b) {
			return 0, false
		}
		if flags&0x20 != 0 {
			m.Temporal, m.Switch = b[at]>>6, b[at]&0x20 != 0
		}
		at++
	}
	return at, true
}

// RewriteVP8 changes the picture id and TL0PICIDX of a payload in place by differences, each only where the
// descriptor has it. The payload is one that Inspect read.
func RewriteVP8(b []byte, m media.Marks, picture uint16, tl0 uint8) {
	at := 2
	if m.HasPictureID {
		id := m.PictureID + picture
		if m.WidePictureID {
			binary.BigEndian.PutUint16(b[at:], id&0x7fff|0x8000)
			at++
		} else {
			b[at] = byte(id & 0x7f)
		}
		at++
	}
	if m.HasTL0 {
		b[at] = m.TL0 + tl0
	}
}

// vp9 reads the payload descriptor of RFC 9628, 4.2.
func vp9(b []byte) (m media.Marks) {
	if len(b) < 1 {
		return m
	}
	flags, at := b[0], 1
	inter, layers, begins := flags&0x40 != 0, flags&0x20 != 0, flags&0x08 != 0
	if flags&0x80 != 0 {
		if at >= len(b) {
			return media.Marks{}
		}
		if b[at]&0x80 != 0 {
			at++
		}
		at++
	}
	spatial := uint8(0)
	if layers {
		if at >= len(b) {
			return media.Marks{}
		}
		m.Temporal, m.Switch, spatial = b[at]>>5, b[at]&0x10 != 0, b[at]>>1&0x07
	}
	m.Start = begins && spatial == 0
	m.Key = m.Start && !inter
	return m
}

// Types of H.264's network units (RFC 6184, 5.2).
const (
	idr  = 5
	sps  = 7
	stap = 24
	fuA  = 28
)

// h264 finds a parameter set or an instantaneous refresh, which an encoder for calls sends together. Where a
// picture begins is not told by the payload.
func h264(b []byte) (m media.Marks) {
	if len(b) < 1 {
		return m
	}
	switch b[0] & 0x1f {
	case idr, sps:
		m.Key = true
	case stap:
		for b = b[1:]; len(b) > 2; {
			size := int(binary.BigEndian.Uint16(b))
			if kind := b[2] & 0x1f; kind == idr || kind == sps {
				m.Key = true
			}
			if 2+size > len(b) {
				break
			}
			b = b[2+size:]
		}
	case fuA:
		m.Key = len(b) > 1 && b[1]&0x80 != 0 && b[1]&0x1f == idr
	}
	return m
}

// av1 reads the aggregation header: a packet that begins a coded video sequence says so.
func av1(b []byte) (m media.Marks) {
	if len(b) < 1 {
		return m
	}
	m.Key = b[0]&0x08 != 0 && b[0]&0x80 == 0
	m.Start = b[0]&0x80 == 0
	return m
}
