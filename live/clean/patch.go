package clean

import (
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// patch writes over a part of a file: what it says, and then zeros to the end. So places in a film stay what its
// tables say.
type patch struct {
	at, end int64
	say     []byte
}

// patched copies a file with patches on it.
func patched(f io.ReaderAt, size int64, list []patch, out io.Writer) error {
	slices.SortFunc(list, func(a, b patch) int { return cmp.Compare(a.at, b.at) })
	at := int64(0)
	for _, p := range list {
		if p.at < at { // within one before
			if p.end <= at {
				continue
			}
			p.say, p.at = nil, at
		}
		if p.end > size || p.at+int64(len(p.say)) > p.end {
			return ErrBroken
		}
		if _, err := io.Copy(out, io.NewSectionReader(f, at, p.at-at)); err != nil {
			return err
		}
		if _, err := out.Write(p.say); err != nil {
			return err
		}
		if _, err := io.CopyN(out, zeros{}, p.end-p.at-int64(len(p.say))); err != nil {
			return err
		}
		at = p.end
	}
	_, err := io.Copy(out, io.NewSectionReader(f, at, size-at))
	return err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// at reads some bytes, and says that the file is broken where there are none.
func at(f io.ReaderAt, where int64, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := f.ReadAt(b, where); errors.Is(err, io.EOF) {
		return nil, ErrBroken
	} else if err != nil {
		return nil, err
	}
	return b, nil
}

// cleanMP3 leaves out the tags before and behind the sound: ID3v2 (id3.org, 2.4.0, 3.1), ID3v1 and APEv2.
func cleanMP3(f io.ReaderAt, size int64, out io.Writer) (taken []string, err error) {
	from, to := int64(0), size
	for range 8 {
		head, err := at(f, from, 10)
		if err != nil {
			return nil, err
		}
		if string(head[:3]) != "ID3" {
			break
		}
		from += 10 + int64(head[6]&0x7f)<<21 + int64(head[7]&0x7f)<<14 + int64(head[8]&0x7f)<<7 + int64(head[9]&0x7f)
		if head[5]&0x10 != 0 {
			from += 10
		}
		taken = append(taken, Text)
		if from >= size {
			return nil, ErrBroken
		}
	}
	if to-from > 128 {
		tail, err := at(f, to-128, 128)
		if err != nil {
			return nil, err
		}
		if string(tail[:3]) == "TAG" {
			to -= 128
			taken = append(taken, Text)
		}
	}
	if to-from > 32 {
		foot, err := at(f, to-32, 32)
		if err != nil {
			return nil, err
		}
		if string(foot[:8]) == "APETAGEX" {
			n := int64(binary.LittleEndian.Uint32(foot[12:]))
			if foot[23]&0x80 != 0 { // with a header
				n += 32
			}
			if to -= n; to <= from {
				return nil, ErrBroken
			}
			taken = append(taken, Text)
		}
	}
	if head, err := at(f, from, 2); err != nil || head[0] != 0xff || head[1]&0xe0 != 0xe0 {
		return nil, ErrUnknown
	}
	_, err = io.Copy(out, io.NewSectionReader(f, from, to-from))
	return taken, err
}

// cleanWAV leaves every chunk out that is not needed to hear it. Multimedia Programming Interface 1.0, RIFF WAVE.
func cleanWAV(f io.ReaderAt, size int64, out io.Writer) (taken []string, err error) {
	type chunk struct{ at, end int64 }
	var kept []chunk
	total := int64(4)
	for i := int64(12); i+8 <= size; {
		head, err := at(f, i, 8)
		if err != nil {
			return nil, err
		}
		end := i + 8 + int64(binary.LittleEndian.Uint32(head[4:]))
		if string(head[:4]) == "data" && end > size {
			end = size // a recorder that was cut off
		}
		if end > size {
			return nil, ErrBroken
		}
		if slices.Contains([]string{"fmt ", "data", "fact"}, string(head[:4])) {
			kept = append(kept, chunk{i, end})
			total += end - i + (end-i)&1
		} else {
			taken = append(taken, Text)
		}
		if len(kept) > 100 {
			return nil, ErrBroken
		}
		i = end + (end-i)&1
	}
	if len(kept) < 2 {
		return nil, ErrBroken
	}
	if _, err := out.Write(append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(total)), "WAVE"...)); err != nil {
		return nil, err
	}
	for _, c := range kept {
		head, err := at(f, c.at, 8)
		if err != nil {
			return nil, err
		}
		binary.LittleEndian.PutUint32(head[4:], uint32(c.end-c.at-8))
		if _, err := out.Write(head); err != nil {
			return nil, err
		}
		if _, err := io.Copy(out, io.NewSectionReader(f, c.at+8, c.end-c.at-8)); err != nil {
			return nil, err
		}
		if (c.end-c.at)&1 == 1 {
			if _, err := out.Write([]byte{0}); err != nil {
				return nil, err
			}
		}
	}
	return taken, nil
}
