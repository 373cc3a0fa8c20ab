package media_test

import (
	"bytes"
	"testing"

	"github.com/pion/rtp"

	"mostik/media"
)

func parse(t *testing.T, raw []byte, level uint8) (*media.Packet, error) {
	t.Helper()
	p := media.NewPacket()
	copy(p.Room(), raw)
	return p, p.Parse(len(raw), level)
}

// What pion writes is read as pion meant it, extensions and padding included.
func TestParseReadsWhatPionWrites(t *testing.T) {
	for _, profile := range []uint16{0xBEDE, 0x1000} {
		in := rtp.Packet{Header: rtp.Header{
			Version: 2, Marker: true, PayloadType: 96, SequenceNumber: 65535, Timestamp: 7, SSRC: 9, CSRC: []uint32{1, 2},
			Extension: true, ExtensionProfile: profile,
		}, Payload: []byte{1, 2, 3}}
		if err := in.SetExtension(3, []byte{0xAA, 0xBB, 0xCC}); err != nil {
			t.Fatal(err)
		}
		if err := in.SetExtension(5, []byte{0x80 | 42}); err != nil {
			t.Fatal(err)
		}
		in.Padding, in.PaddingSize = true, 5
		raw, err := in.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		p, err := parse(t, raw, 5)
		if err != nil {
			t.Fatal(err)
		}
		if p.Seq != 65535 || p.Time != 7 || p.SSRC != 9 || p.Type != 96 || !p.Marker || p.Level != 42 || !bytes.Equal(p.Payload, []byte{1, 2, 3}) {
			t.Errorf("profile %x: %+v", profile, p)
		}
	}
}

func TestReleaseTwicePanics(t *testing.T) {
	p := media.NewPacket()
	p.Retain()
	p.Release()
	p.Release()
	defer func() {
		if recover() == nil {
			t.Error("a third release passed")
		}
	}()
	p.Release()
}

// Whatever is taken, pion takes too, and both see the same payload.
func FuzzParse(f *testing.F) {
	f.Add([]byte{0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9}, uint8(1))
	f.Add([]byte{0xB0, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xBE, 0xDE, 0, 1, 0x10, 5, 0, 0, 9, 1}, uint8(1))
	f.Fuzz(func(t *testing.T, raw []byte, level uint8) {
		if len(raw) > media.MaxPacket {
			return
		}
		p := media.NewPacket()
		defer p.Release()
		copy(p.Room(), raw)
		if p.Parse(len(raw), level) != nil {
			return
		}
		var theirs rtp.Packet
		if theirs.Unmarshal(bytes.Clone(raw)) != nil {
			return // pion is stricter about the insides of extensions, which we only skip
		}
		if !bytes.Equal(theirs.Payload, p.Payload) || theirs.SequenceNumber != p.Seq || theirs.Marker != p.Marker {
			t.Errorf("%x: %x, pion has %x", raw, p.Payload, theirs.Payload)
		}
	})
}
