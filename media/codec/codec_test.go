package codec_test

import (
	"bytes"
	"testing"

	"github.com/pion/rtp/codecs"

	"mostik/media"
	"mostik/media/codec"
)

// Key frames as pion's packetisers cut them, and others.
func TestKeyFrames(t *testing.T) {
	frame := func(first byte) []byte { return append([]byte{first}, bytes.Repeat([]byte{7}, 3000)...) }
	for _, c := range []struct {
		name  string
		codec media.Codec
		cut   func() [][]byte
		key   bool
	}{
		{"VP8 key", media.VP8, func() [][]byte { return (&codecs.VP8Payloader{EnablePictureID: true}).Payload(1000, frame(0x10)) }, true},
		{"VP8 delta", media.VP8, func() [][]byte { return (&codecs.VP8Payloader{EnablePictureID: true}).Payload(1000, frame(0x11)) }, false},
		{"H264 idr", media.H264, func() [][]byte {
			return (&codecs.H264Payloader{}).Payload(1000, append([]byte{0, 0, 0, 1}, frame(0x65)...))
		}, true},
		{"H264 slice", media.H264, func() [][]byte {
			return (&codecs.H264Payloader{}).Payload(1000, append([]byte{0, 0, 0, 1}, frame(0x41)...))
		}, false},
		{"VP9 key", media.VP9, func() [][]byte {
			return (&codecs.VP9Payloader{}).Payload(1000, append([]byte{0x82, 0x49, 0x83, 0x42}, frame(0)...))
		}, true},
		{"VP9 delta", media.VP9, func() [][]byte {
			return (&codecs.VP9Payloader{}).Payload(1000, append([]byte{0x86, 0}, frame(0)...))
		}, false},
	} {
		packets := c.cut()
		if len(packets) < 3 {
			t.Fatalf("%s: %d packets", c.name, len(packets))
		}
		for i, p := range packets {
			if got := codec.Inspect(c.codec, p).Key; got != (c.key && i == 0) {
				t.Errorf("%s, packet %d: key is %v", c.name, i, got)
			}
		}
	}
}

func TestVP8Rewrite(t *testing.T) {
	in := []byte{0x90, 0xF0, 0xFF, 0xFE, 250, 0x60, 0x10, 1, 2}
	m := codec.Inspect(media.VP8, in)
	if !m.Key || m.PictureID != 0x7ffe || m.TL0 != 250 || m.Temporal != 1 || !m.Switch {
		t.Fatalf("%+v", m)
	}
	codec.RewriteVP8(in, m, 3, 10)
	var theirs codecs.VP8Packet
	rest, err := theirs.Unmarshal(in)
	if err != nil || theirs.PictureID != 1 || theirs.TL0PICIDX != 4 || theirs.TID != 1 || !bytes.Equal(rest, []byte{0x10, 1, 2}) {
		t.Errorf("%+v, %v, %v", theirs, rest, err)
	}
}

// Nothing that comes from outside breaks a reader, and what is rewritten stays readable.
func FuzzInspect(f *testing.F) {
	f.Add(uint8(media.VP8), []byte{0x90, 0xF0, 0xFF, 0xFE, 250, 0x60, 0x10})
	f.Add(uint8(media.H264), []byte{24, 0, 2, 0x67, 1})
	f.Add(uint8(media.VP9), []byte{0xA8, 0x80, 1, 2})
	f.Fuzz(func(t *testing.T, c uint8, b []byte) {
		kind := media.Codec(c%5 + 1)
		m := codec.Inspect(kind, b)
		if kind != media.VP8 || !m.HasPictureID && !m.HasTL0 {
			return
		}
		out := bytes.Clone(b)
		codec.RewriteVP8(out, m, 5, 7)
		n := codec.Inspect(media.VP8, out)
		if m.HasTL0 && n.TL0 != m.TL0+7 || m.WidePictureID && n.PictureID != (m.PictureID+5)&0x7fff || n.Key != m.Key {
			t.Errorf("%x became %x: %+v, %+v", b, out, m, n)
		}
	})
}
