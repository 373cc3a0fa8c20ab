package media

import (
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
)

// MaxPacket is the largest RTP packet that is taken, in bytes: nothing larger crosses the Internet whole.
const MaxPacket = 1500

// Packet is one RTP packet (RFC 3550) in a pooled buffer, with what its header and its payload's descriptor
// say. It is read-only once it was handed on. Whoever keeps it retains it, and releases it once.
type Packet struct {
	refs atomic.Int32
	buf  [MaxPacket]byte

	// Payload lies in the packet's own buffer, without padding.
	Payload []byte
	// Number is the sequence number with its rollovers counted, set by the track that stores the packet.
	Number uint64
	Time   uint32
	SSRC   uint32
	// Arrived is when the packet was read, in nanoseconds of the process's clock.
	Arrived int64
	Seq     uint16
	Type    uint8
	Marker  bool
	// Level is the loudness of a packet of sound in -dBov, 0 loudest, 127 silent (RFC 6464); 255 is unknown.
	Level uint8
	Marks Marks
}

// Marks is what a video payload's descriptor tells without decoding.
type Marks struct {
	// Key is a packet that begins a picture which needs no other.
	Key bool
	// Start is the first packet of a picture.
	Start bool
	// Temporal is the packet's temporal layer, 0 the base.
	Temporal uint8
	// PictureID and TL0 number pictures for the decoder (VP8); valid where the flags say so.
	PictureID     uint16
	TL0           uint8
	HasPictureID  bool
	WidePictureID bool // 15 bits
	HasTL0        bool
	// Switch is a picture from which a higher temporal layer may be begun.
	Switch bool
}

var pool = sync.Pool{New: func() any { return new(Packet) }}

// NewPacket gives an empty packet with one reference.
func NewPacket() *Packet {
	p := pool.Get().(*Packet)
	p.refs.Store(1)
	return p
}

// Retain adds a reference and gives the packet back.
func (p *Packet) Retain() *Packet {
	p.refs.Add(1)
	return p
}

// Release gives up a reference; with the last the buffer is used again.
func (p *Packet) Release() {
	switch n := p.refs.Add(-1); {
	case n == 0:
		p.Payload = nil
		pool.Put(p)
	case n < 0:
		panic("media: a packet was released twice")
	}
}

// Restore makes the packet one that came along with a later one: so many numbers and ticks before it, with a payload
// that is copied. Its loudness is unknown.
func (p *Packet) Restore(later *Packet, numbers uint16, ticks uint32, payload []byte) {
	p.Seq, p.Time, p.SSRC, p.Type, p.Marker = later.Seq-numbers, later.Time-ticks, later.SSRC, later.Type, false
	p.Arrived, p.Level, p.Marks = later.Arrived, levelUnknown, Marks{}
	p.Payload = p.buf[fixedHeader : fixedHeader+copy(p.buf[fixedHeader:], payload)]
}

// Room is the buffer to read a packet into, before Parse.
func (p *Packet) Room() []byte { return p.buf[:] }

// ErrPacket is returned for bytes that are no RTP packet.
var ErrPacket = errors.New("not an RTP packet")

const (
	fixedHeader  = 12
	oneByteMark  = 0xBEDE
	twoByteMark  = 0x1000
	twoByteMask  = 0xFFF0
	oneByteStop  = 15
	levelUnknown = 255
)

// Parse reads the header of the first n bytes of the packet's buffer. levelID is the header extension that
// carries the loudness, 0 for none. Errors: ErrPacket.
func (p *Packet) Parse(n int, levelID uint8) error {
	if n < fixedHeader || n > MaxPacket {
		return ErrPacket
	}
	b := p.buf[:n]
	if b[0]>>6 != 2 {
		return ErrPacket
	}
	p.Marker, p.Type = b[1]&0x80 != 0, b[1]&0x7f
	p.Seq = binary.BigEndian.Uint16(b[2:])
	p.Time = binary.BigEndian.Uint32(b[4:])
	p.SSRC = binary.BigEndian.Uint32(b[8:])
	p.Level, p.Marks = levelUnknown, Marks{}
	at := fixedHeader + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 {
		if at+4 > n {
			return ErrPacket
		}
		profile := binary.BigEndian.Uint16(b[at:])
		size := 4 * int(binary.BigEndian.Uint16(b[at+2:]))
		at += 4
		if at+size > n {
			return ErrPacket
		}
		if levelID != 0 {
			p.readLevel(profile, b[at:at+size], levelID)
		}
		at += size
	}
	if b[0]&0x20 != 0 {
		pad := int(b[n-1])
		if pad == 0 || n-pad < at {
			return ErrPacket
		}
		n -= pad
	}
	if at > n {
		return ErrPacket
	}
	p.Payload = p.buf[at:n]
	return nil
}

// readLevel finds the loudness among header extensions (RFC 8285). A malformed list has none.
func (p *Packet) readLevel(profile uint16, b []byte, id uint8) {
	for len(b) > 0 {
		var size int
		var found uint8
		switch {
		case b[0] == 0: // padding
			b = b[1:]
			continue
		case profile == oneByteMark:
			found, size = b[0]>>4, int(b[0]&0x0f)+1
			if found == oneByteStop {
				return
			}
			b = b[1:]
		case profile&twoByteMask == twoByteMark && len(b) >= 2:
			found, size = b[0], int(b[1])
			b = b[2:]
		default:
			return
		}
		if size > len(b) {
			return
		}
		if found == id && size >= 1 {
			p.Level = b[0] & 0x7f
			return
		}
		b = b[size:]
	}
}
