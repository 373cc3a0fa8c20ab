package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"mostik/picture"
)

// turned is an Exif block that says how a picture lies, and where and with what it was made.
func turned(order binary.AppendByteOrder, how byte) []byte {
	b := []byte("MM")
	if order == binary.LittleEndian {
		b = []byte("II")
	}
	b = order.AppendUint32(order.AppendUint16(b, 42), 8)
	b = order.AppendUint16(b, 2)
	for _, tag := range []uint16{0x0112, 0x8825} {
		b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, tag), 3), 1)
		b = order.AppendUint16(order.AppendUint16(b, uint16(how)), 0)
	}
	return append([]byte("Exif\x00\x00"), order.AppendUint32(b, 0)...)
}

func jpegOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func with(raw, exif []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return slices.Insert(slices.Clone(raw), 2, append(head, exif...)...)
}

// A picture that a telephone took lying on its side goes on lying so, and tells nothing else.
func TestTurningStaysAndPlacesGo(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
		raw := jpegOf(t)
		out, taken, err := picture.JPEG(with(raw, turned(order, 6)))
		if err != nil || !slices.Contains(taken, picture.Place) || !slices.Contains(taken, picture.Camera) {
			t.Fatalf("%v: taken %v, %v", order, taken, err)
		}
		if len(out) != len(raw)+36 || !bytes.Contains(out, []byte("\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06")) || bytes.Contains(out, []byte{0x88, 0x25}) {
			t.Errorf("%v: %x", order, out[:min(64, len(out))])
		}
		again, taken, err := picture.JPEG(out)
		if err != nil || len(taken) != 0 || !bytes.Equal(again, out) {
			t.Errorf("%v: a clean picture loses %v, %v", order, taken, err)
		}
		if out, _, err = picture.JPEG(with(raw, turned(order, 1))); err != nil || !bytes.Equal(out, raw) {
			t.Errorf("%v: one that lies as it is shown keeps a block of Exif: %v", order, err)
		}
	}
}

func FuzzPictures(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(append([]byte("\xff\xd8\xff\xe1\x00\x0eExif\x00\x00MM\x00\x2a\x00\x00"), 0xff, 0xda, 0, 2, 1, 0xff, 0xd9))
	f.Add([]byte("RIFF\x0c\x00\x00\x00WEBPEXIF\x00\x00\x00\x00"))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for name, clean := range map[string]func([]byte) ([]byte, []string, error){"JPEG": picture.JPEG, "PNG": picture.PNG, "WebP": picture.WebP, "GIF": picture.GIF} {
			out, _, err := clean(raw)
			if err != nil {
				if !errors.Is(err, picture.ErrBroken) {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			again, taken, err := clean(out)
			if err != nil || !bytes.Equal(again, out) {
				t.Errorf("%s: what was cleaned is cleaned again: %v %v", name, taken, err)
			}
		}
	})
}
