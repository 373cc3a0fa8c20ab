package opus_test

import (
	"bytes"
	"slices"
	"testing"

	"mostik/media/opus"
)

// voice is a packet of code 0 in a configuration with so many bytes, all the same.
func voice(config, n int, with byte) []byte {
	return append([]byte{byte(config) << 3}, bytes.Repeat([]byte{with}, n)...)
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		name   string
		packet []byte
		want   int
	}{
		{"SILK, 60 ms", voice(3, 10, 1), 2880},
		{"hybrid, 20 ms", voice(15, 10, 1), 960},
		{"CELT, 2.5 ms", voice(16, 10, 1), 120},
		{"CELT, 20 ms, twice", []byte{31<<3 | 1, 1, 2}, 1920},
		{"six of 20 ms", []byte{31<<3 | 3, 6, 1, 2, 3, 4, 5, 6}, 5760},
		{"longer than 120 ms", []byte{31<<3 | 3, 7, 1, 2, 3, 4, 5, 6, 7}, 0},
		{"no frame", []byte{31<<3 | 3, 0}, 0},
		{"nothing", nil, 0},
	} {
		if got := opus.Duration(c.packet); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestJoin(t *testing.T) {
	for _, c := range []struct {
		name    string
		packets [][]byte
		want    []byte // nil for a refusal
	}{
		{"equal lengths need none", [][]byte{{0x78, 1, 2}, {0x78, 3, 4}, {0x78, 5, 6}}, []byte{0x7b, 3, 1, 2, 3, 4, 5, 6}},
		{"lengths but the last", [][]byte{{0x78, 1}, {0x78, 2, 3}, {0x78, 4}}, []byte{0x7b, 0x83, 1, 2, 1, 2, 3, 4}},
		{"silence between", [][]byte{{0x78, 1}, {0x78}, {0x78, 4}}, []byte{0x7b, 0x83, 1, 0, 1, 4}},
		{"another band", [][]byte{{0x78, 1}, {0x70, 2}}, nil},
		{"another number of channels", [][]byte{{0x78, 1}, {0x7c, 2}}, nil},
		{"too long", [][]byte{voice(3, 1, 1), voice(3, 1, 2), voice(3, 1, 3)}, nil},
		{"no packet", [][]byte{{0x78, 1}, nil}, nil},
		{"nothing", nil, nil},
	} {
		got, ok := opus.Join([]byte{}, c.packets...)
		if ok != (c.want != nil) || !bytes.Equal(got, c.want) {
			t.Errorf("%s: % x %v, want % x", c.name, got, ok, c.want)
		}
	}
}

// Lengths of one and of two bytes, and what was joined joins again.
func TestJoinedFramesAreTheSame(t *testing.T) {
	for _, sizes := range [][]int{{0, 1, 2}, {251, 252, 253}, {255, 256, 1275}, {1275, 0, 3}, {40, 40, 40}} {
		var packets [][]byte
		var want [][]byte
		for i, n := range sizes {
			p := voice(1, n, byte(i+1))
			packets, want = append(packets, p), append(want, p[1:])
		}
		first, ok := opus.Join(nil, packets[:2]...)
		if !ok {
			t.Fatalf("%v: two are refused", sizes)
		}
		all, ok := opus.Join(nil, first, packets[2])
		if !ok {
			t.Fatalf("%v: the third is refused", sizes)
		}
		got, ok := opus.Frames(all, nil)
		if !ok || !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("%v: the frames are others", sizes)
		}
		if opus.Duration(all) != 3*960 {
			t.Errorf("%v: lasts %d samples", sizes, opus.Duration(all))
		}
	}
}

func TestJoiningAllocatesNothing(t *testing.T) {
	a, b, c := voice(15, 80, 1), voice(15, 81, 2), voice(15, 79, 3)
	to := make([]byte, 0, 1500)
	if n := testing.AllocsPerRun(100, func() {
		if _, ok := opus.Join(to, a, b, c); !ok {
			t.Fatal("refused")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What is read from strangers' bytes lies within them, and joined with itself it is the same frames twice.
func FuzzJoin(f *testing.F) {
	f.Add([]byte{0x78, 1, 2}, []byte{0x78, 3})
	f.Add([]byte{0x7b, 0xc2, 1, 1, 9, 8, 0}, []byte{0x79, 3, 4})
	f.Add([]byte{0x7a, 252, 1, 0}, []byte{0xfb, 0x41, 255, 0})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		one, okA := opus.Frames(a, nil)
		two, okB := opus.Frames(b, nil)
		got, ok := opus.Join(nil, a, b)
		if ok && !(okA && okB) {
			t.Fatal("no packets were joined")
		}
		if !ok {
			if okA && okB && a[0]>>2 == b[0]>>2 && opus.Duration(a)+opus.Duration(b) <= 5760 {
				t.Fatal("packets of one kind were refused")
			}
			return
		}
		frames, ok := opus.Frames(got, nil)
		if !ok || !slices.EqualFunc(frames, append(one, two...), bytes.Equal) {
			t.Fatalf("% x and % x became % x", a, b, got)
		}
		if opus.Duration(got) != opus.Duration(a)+opus.Duration(b) {
			t.Fatal("it lasts otherwise")
		}
	})
}
