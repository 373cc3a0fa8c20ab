package red_test

import (
	"bytes"
	"errors"
	"testing"

	"mostik/media/red"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name    string
		payload []byte
		want    []red.Block // nil for a refusal
	}{
		{"nothing again", []byte{111, 1, 2}, []red.Block{{111, 0, []byte{1, 2}}}},
		{"one again, 960 ticks earlier", []byte{0x80 | 111, 15, 0, 2, 111, 1, 2, 3}, []red.Block{{111, 960, []byte{1, 2}}, {111, 0, []byte{3}}}},
		{"an empty one", []byte{0x80 | 111, 15, 0, 0, 111, 3}, []red.Block{{111, 960, nil}, {111, 0, []byte{3}}}},
		{"longer than it is", []byte{0x80 | 111, 15, 0, 9, 111, 1, 2, 3}, nil},
		{"two together longer than it is", []byte{0x80 | 111, 30, 0, 4, 0x80 | 111, 15, 0, 4, 111, 1, 2, 3}, nil},
		{"cut in a header", []byte{0x80 | 111, 15, 0}, nil},
		{"no own block", []byte{0x80 | 111, 15, 0, 0}, nil},
		{"nothing", nil, nil},
	} {
		got, err := red.Parse(c.payload, nil)
		if (err == nil) != (c.want != nil) || err != nil && !errors.Is(err, red.ErrPayload) || len(got) != len(c.want) {
			t.Errorf("%s: %v %v", c.name, got, err)
			continue
		}
		for i := range got {
			if got[i].Type != c.want[i].Type || got[i].Offset != c.want[i].Offset || !bytes.Equal(got[i].Payload, c.want[i].Payload) {
				t.Errorf("%s: %v, want %v", c.name, got[i], c.want[i])
			}
		}
	}
}

// What is written is read, at the bounds too; what is read and written again is the same bytes.
func FuzzParse(f *testing.F) {
	long := red.Begin(nil, 111, red.MaxOffset, red.MaxLength)
	long = red.Own(long, 111)
	f.Add(append(long, make([]byte, red.MaxLength+3)...))
	f.Add([]byte{0x80 | 63, 15, 0, 2, 111, 1, 2, 3})
	f.Add([]byte{111})
	f.Fuzz(func(t *testing.T, payload []byte) {
		list, err := red.Parse(payload, nil)
		if err != nil {
			if len(list) > 0 {
				t.Fatal("blocks of what is none")
			}
			return
		}
		var again []byte
		own := len(list) - 1
		for _, b := range list[:own] {
			again = red.Begin(again, b.Type, b.Offset, len(b.Payload))
		}
		again = red.Own(again, list[own].Type)
		for _, b := range list {
			again = append(again, b.Payload...)
		}
		if !bytes.Equal(again, payload) {
			t.Fatalf("% x became % x", payload, again)
		}
	})
}
