package clean

import (
	"encoding/binary"
	"io"
	"math/bits"
)

// Elements of Matroska (RFC 9559) that we know.
const (
	idSegment     = 0x18538067
	idCluster     = 0x1F43B675
	idTags        = 0x1254C367
	idAttachments = 0x1941A469
	idInfo        = 0x1549A966
	idTitle       = 0x7BA9
	idDate        = 0x4461
	idMuxer       = 0x4D80
	idWriter      = 0x5741
	idFileName    = 0x7384
	idVoid        = 0xEC
)

// cleanWebM writes over tags, attachments, title and date with elements that say nothing, of the same length.
func cleanWebM(f io.ReaderAt, size int64, out io.Writer) ([]string, error) {
	w := &webm{f: f}
	if err := w.walk(0, size, 0); err != nil {
		return nil, err
	}
	return w.taken, patched(f, size, w.patches, out)
}

type webm struct {
	f        io.ReaderAt
	elements int
	patches  []patch
	taken    []string
}

// number reads a number of EBML's kind (RFC 8794, 4); an id keeps the mark of its length. unknown tells a length that
// is not known yet.
func (w *webm) number(where, to int64, id bool) (n uint64, length int64, unknown bool, err error) {
	head, err := at(w.f, where, 1)
	if err != nil {
		return 0, 0, false, err
	}
	length = int64(bits.LeadingZeros8(head[0])) + 1
	if length > 8 || id && length > 4 || where+length > to {
		return 0, 0, false, ErrBroken
	}
	raw, err := at(w.f, where, int(length))
	if err != nil {
		return 0, 0, false, err
	}
	for _, b := range raw {
		n = n<<8 | uint64(b)
	}
	if !id {
		mask := uint64(1)<<(7*length) - 1
		n &= mask
		unknown = n == mask
	}
	return n, length, unknown, nil
}

func (w *webm) walk(from, to int64, depth int) error {
	for i := from; i < to; {
		if w.elements++; w.elements > 5*maxBoxes {
			return ErrBroken
		}
		id, n, _, err := w.number(i, to, true)
		if err != nil {
			return err
		}
		length, m, unknown, err := w.number(i+n, to, false)
		if err != nil {
			return err
		}
		body := i + n + m
		if unknown {
			if id != idSegment && id != idCluster {
				return ErrBroken
			}
			i = body // its children are read as if they were beside it
			continue
		}
		if length > uint64(to-body) {
			if id != idSegment && id != idCluster && depth > 0 {
				return ErrBroken
			}
			length = uint64(to - body) // a recording that was cut off
		}
		end := body + int64(length)
		switch id {
		case idSegment, idInfo:
			if depth > 2 {
				return ErrBroken
			}
			if err := w.walk(body, end, depth+1); err != nil {
				return err
			}
		case idTags, idAttachments:
			w.void(i, end, Place)
		case idTitle, idFileName:
			w.void(i, end, Text)
		case idDate:
			w.void(i, end, Camera)
		case idMuxer, idWriter: // must be there (RFC 9559, 5.1.2): what they say is blank
			w.patches = append(w.patches, patch{body, end, nil})
		case idVoid:
			w.patches = append(w.patches, patch{body, end, nil})
		}
		i = end
	}
	return nil
}

// void puts an element that says nothing where another was (RFC 8794, 11.3.2).
func (w *webm) void(from, to int64, word string) {
	w.taken = append(w.taken, word)
	total := to - from
	head := []byte{idVoid, byte(0x80 | (total - 2))}
	if total >= 9 {
		head = append([]byte{idVoid}, binary.BigEndian.AppendUint64(nil, uint64(total-9)|1<<56)...)
	}
	w.patches = append(w.patches, patch{from, to, head})
}
