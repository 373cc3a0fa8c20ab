package clean

import (
	"encoding/binary"
	"io"
	"slices"
)

const (
	maxBoxes   = 100_000
	maxDepth   = 8
	maxSamples = 2_000_000
)

// film collects what is written over in a film in boxes (ISO/IEC 14496-12, and QuickTime's).
type film struct {
	f       io.ReaderAt
	boxes   int
	patches []patch
	taken   []string
	pieces  bool // it comes in fragments
	placed  bool // a track of something else than pictures, sound and words was found
}

// box is one of them: where it is, and where its content begins.
type box struct {
	kind          string
	at, body, end int64
}

// cleanMP4 writes over user data, descriptions and times in place, so that the tables of the film stay true. A track
// that tells of something else, as telephones and action cameras add one of places, is emptied too.
func cleanMP4(f io.ReaderAt, size int64, out io.Writer) ([]string, error) {
	m := &film{f: f}
	if err := m.walk(0, size, 0); err != nil {
		return nil, err
	}
	if m.pieces && m.placed {
		return nil, ErrPlace // its samples are where only a player finds them
	}
	return m.taken, patched(f, size, m.patches, out)
}

// each calls a function for every box of a range.
func (m *film) each(from, to int64, visit func(box) error) error {
	for i := from; i < to; {
		if to-i < 8 {
			return m.void(box{"", i, i, to}) // QuickTime ends user data with four zeros
		}
		if m.boxes++; m.boxes > maxBoxes {
			return ErrBroken
		}
		head, err := at(m.f, i, 8)
		if err != nil {
			return err
		}
		b := box{string(head[4:8]), i, i + 8, i + int64(binary.BigEndian.Uint32(head))}
		switch b.end - i {
		case 0:
			b.end = to
		case 1:
			long, err := at(m.f, i+8, 8)
			if err != nil {
				return err
			}
			n := binary.BigEndian.Uint64(long)
			if n > uint64(to-i) {
				return ErrBroken
			}
			b.body, b.end = i+16, i+int64(n)
		}
		if b.end > to || b.end < b.body {
			return ErrBroken
		}
		if err := visit(b); err != nil {
			return err
		}
		i = b.end
	}
	return nil
}

// void writes zeros over a range that is no box.
func (m *film) void(b box) error {
	m.patches = append(m.patches, patch{b.at, b.end, nil})
	return nil
}

// free makes a box one that says nothing.
func (m *film) free(b box, word string) {
	if b.kind == "free" || b.kind == "skip" || b.kind == "wide" {
		word = ""
	}
	head, err := at(m.f, b.at, int(b.body-b.at))
	if err != nil {
		return
	}
	copy(head[4:], "free")
	m.patches = append(m.patches, patch{b.at, b.end, head})
	if word != "" {
		m.taken = append(m.taken, word)
	}
}

func (m *film) walk(from, to int64, depth int) error {
	if depth > maxDepth {
		return ErrBroken
	}
	return m.each(from, to, func(b box) error {
		switch b.kind {
		case "udta", "meta", "uuid", "free", "skip", "wide":
			m.free(b, Place)
		case "trak":
			return m.track(b, depth)
		case "moov", "mdia", "moof", "traf", "edts":
			m.pieces = m.pieces || b.kind == "moof"
			return m.walk(b.body, b.end, depth+1)
		case "mvhd", "tkhd", "mdhd":
			return m.times(b)
		}
		return nil
	})
}

// times writes over when it was made and changed (8.2.2, 8.3.2, 8.4.2).
func (m *film) times(b box) error {
	version, err := at(m.f, b.body, 1)
	if err != nil {
		return err
	}
	n := int64(8)
	if version[0] == 1 {
		n = 16
	}
	if b.body+4+n > b.end {
		return ErrBroken
	}
	m.patches = append(m.patches, patch{b.body + 4, b.body + 4 + n, nil})
	return nil
}

// shown are the handlers of tracks that people see and hear (8.4.3), and of times of the picture.
var shown = []string{"vide", "soun", "text", "sbtl", "subt", "clcp", "tmcd", "hint", "auxv"}

// track looks at a track, and takes it out when it is none that is seen or heard.
func (m *film) track(trak box, depth int) error {
	t := table4{}
	handler := ""
	var find func(b box) error
	find = func(b box) error {
		switch b.kind {
		case "mdia", "minf", "stbl":
			return m.each(b.body, b.end, find)
		case "hdlr":
			if handler != "" {
				return nil // QuickTime has a second one in minf
			}
			raw, err := at(m.f, b.body, 12)
			if err != nil {
				return err
			}
			handler = string(raw[8:12])
		case "stsz", "stco", "co64", "stsc":
			t[b.kind] = b
		}
		return nil
	}
	if err := m.each(trak.body, trak.end, find); err != nil {
		return err
	}
	if handler == "" || slices.Contains(shown, handler) {
		return m.walk(trak.body, trak.end, depth+1)
	}
	m.placed = true
	if err := m.empty(t); err != nil {
		return err
	}
	m.free(trak, Place)
	return nil
}

// table4 holds the tables by which the samples of a track are found.
type table4 map[string]box

// numbers reads a table of big-endian numbers behind a header.
func (m *film) numbers(b box, header, width int64) ([]uint64, error) {
	if b.end == 0 {
		return nil, nil
	}
	head, err := at(m.f, b.body, int(header))
	if err != nil {
		return nil, err
	}
	n := int64(binary.BigEndian.Uint32(head[header-4:]))
	if n > maxSamples || b.body+header+n*width > b.end {
		return nil, ErrBroken
	}
	raw, err := at(m.f, b.body+header, int(n*width))
	if err != nil && n > 0 {
		return nil, err
	}
	list := make([]uint64, 0, n)
	for i := int64(0); i+width <= int64(len(raw)); i += width {
		if width == 8 {
			list = append(list, binary.BigEndian.Uint64(raw[i:]))
		} else {
			list = append(list, uint64(binary.BigEndian.Uint32(raw[i:])))
		}
	}
	return list, nil
}

// empty writes over the samples of a track: chunk by chunk, each with as many samples as its table says (8.7).
func (m *film) empty(t table4) error {
	chunks, err := m.numbers(t["stco"], 8, 4)
	if err != nil {
		return err
	}
	far, err := m.numbers(t["co64"], 8, 8)
	if err != nil {
		return err
	}
	if chunks = append(chunks, far...); len(chunks) == 0 {
		return nil
	}
	runs, err := m.runs(t["stsc"])
	if err != nil {
		return err
	}
	sizes, fixed, err := m.sizes(t["stsz"])
	if err != nil {
		return err
	}
	sample, run := 0, 0
	for i, where := range chunks {
		for run+1 < len(runs) && int(runs[run+1][0]) <= i+1 {
			run++
		}
		length := int64(0)
		if fixed > 0 {
			length = fixed * int64(runs[run][1])
		} else {
			next := min(sample+int(runs[run][1]), len(sizes))
			for _, n := range sizes[sample:next] {
				length += int64(n)
			}
			sample = next
		}
		if where > 1<<40 {
			return ErrBroken
		}
		m.patches = append(m.patches, patch{int64(where), int64(where) + length, nil})
	}
	return nil
}

// runs reads from which chunk on a chunk has how many samples.
func (m *film) runs(b box) ([][2]uint32, error) {
	if b.end == 0 {
		return nil, ErrBroken
	}
	head, err := at(m.f, b.body, 8)
	if err != nil {
		return nil, err
	}
	n := int64(binary.BigEndian.Uint32(head[4:]))
	if n < 1 || n > maxSamples || b.body+8+12*n > b.end {
		return nil, ErrBroken
	}
	raw, err := at(m.f, b.body+8, int(12*n))
	if err != nil {
		return nil, err
	}
	list := make([][2]uint32, n)
	for i := range list {
		list[i] = [2]uint32{binary.BigEndian.Uint32(raw[12*i:]), min(binary.BigEndian.Uint32(raw[12*i+4:]), maxSamples)}
	}
	return list, nil
}

// sizes reads how large each sample is, or how large all are.
func (m *film) sizes(b box) (list []uint64, fixed int64, err error) {
	if b.end == 0 {
		return nil, 0, ErrBroken
	}
	head, err := at(m.f, b.body, 12)
	if err != nil {
		return nil, 0, err
	}
	if n := binary.BigEndian.Uint32(head[4:]); n > 0 {
		return nil, int64(n), nil
	}
	list, err = m.numbers(b, 12, 4)
	return list, 0, err
}
