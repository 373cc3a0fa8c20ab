// Package opus joins Opus packets into longer ones without decoding (RFC 6716, 3). A packet begins with a byte that
// tells mode, band, length and channels of its frames (TOC); the two low bits of it tell how many frames follow:
//
//	code 0   one frame
//	code 1   two frames of equal length
//	code 2   two frames, the first with its length
//	code 3   up to 48 frames: a byte VPMMMMMM (V lengths differ, P padding, M frames), lengths, frames, padding
//
// Three packets of 20 ms joined by code 3 are one packet of 60 ms: two of three headers are saved, which on a line of
// 60 kbit/s is a quarter of it.
package opus

const (
	// maxFrames is how many frames a packet has at most: 48 of 2.5 ms.
	maxFrames = 48
	// longest is the most that a packet may last, in samples at 48 kHz: 120 ms.
	longest = 5760
	// largest is the most that a frame has, in bytes (3.4, R2).
	largest = 1275
)

// Duration is how long a packet lasts, in samples at 48 kHz; 0 for what is no packet.
func Duration(packet []byte) int {
	frames, ok := count(packet)
	if !ok {
		return 0
	}
	return frames * frameSamples(packet[0])
}

// frameSamples is how long each frame lasts by table 2 of RFC 6716, in samples at 48 kHz.
func frameSamples(toc byte) int {
	switch config := toc >> 3; {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		return [...]int{480, 960, 1920, 2880}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		return [...]int{480, 960}[config&1]
	default: // CELT: 2.5, 5, 10, 20 ms
		return 120 << (config & 3)
	}
}

// count is the number of frames.
func count(packet []byte) (n int, ok bool) {
	if len(packet) == 0 {
		return 0, false
	}
	switch packet[0] & 3 {
	case 0:
		return 1, true
	case 1, 2:
		return 2, true
	}
	if len(packet) < 2 {
		return 0, false
	}
	n = int(packet[1] & 0x3f)
	return n, n > 0 && n*frameSamples(packet[0]) <= longest
}

// Frames appends the frames of a packet, which lie in it. False is for what is no packet by RFC 6716, 3.4.
func Frames(packet []byte, to [][]byte) (list [][]byte, ok bool) {
	n, ok := count(packet)
	if !ok {
		return to, false
	}
	body := packet[1:]
	switch packet[0] & 3 {
	case 0, 1:
		return equal(body, n, to)
	case 2:
		return different(body, n, to)
	}
	flags := packet[1]
	body = packet[2:]
	if flags&0x40 != 0 {
		if body, ok = unpadded(body); !ok {
			return to, false
		}
	}
	if flags&0x80 == 0 {
		return equal(body, n, to)
	}
	return different(body, n, to)
}

// unpadded takes the padding and its length away (3.2.5).
func unpadded(b []byte) ([]byte, bool) {
	pad := 0
	for {
		if len(b) == 0 {
			return nil, false
		}
		step := int(b[0])
		b = b[1:]
		if step < 255 {
			pad += step
			break
		}
		pad += 254
	}
	if pad > len(b) {
		return nil, false
	}
	return b[:len(b)-pad], true
}

func equal(body []byte, n int, to [][]byte) ([][]byte, bool) {
	size := len(body) / n
	if len(body)%n != 0 || size > largest {
		return to, false
	}
	for i := range n {
		to = append(to, body[i*size:(i+1)*size])
	}
	return to, true
}

// different reads frames whose lengths, but the last's, stand before them.
func different(body []byte, n int, to [][]byte) ([][]byte, bool) {
	var sizes [maxFrames]int
	all := 0
	for i := range n - 1 {
		size, rest, ok := length(body)
		if !ok {
			return to, false
		}
		sizes[i], body = size, rest
		all += size
	}
	sizes[n-1] = len(body) - all
	if sizes[n-1] < 0 || sizes[n-1] > largest {
		return to, false
	}
	for _, size := range sizes[:n] {
		to, body = append(to, body[:size]), body[size:]
	}
	return to, true
}

// length reads a frame's length of one or two bytes (3.2.1).
func length(b []byte) (n int, rest []byte, ok bool) {
	switch {
	case len(b) == 0:
		return 0, nil, false
	case b[0] < 252:
		return int(b[0]), b[1:], true
	case len(b) < 2:
		return 0, nil, false
	}
	return int(b[0]) + 4*int(b[1]), b[2:], true
}

func putLength(to []byte, n int) []byte {
	if n < 252 {
		return append(to, byte(n))
	}
	first := 252 + n&3
	return append(to, byte(first), byte((n-first)/4))
}

// Join appends one packet with the frames of all packets, in order. It refuses, and appends nothing, where they are
// not of one kind (mode, band, frame length and channels), are no packets, or together last longer than 120 ms.
func Join(to []byte, packets ...[]byte) (joined []byte, ok bool) {
	if len(packets) == 0 || len(packets[0]) == 0 {
		return to, false
	}
	toc := packets[0][0]
	var room [maxFrames][]byte
	frames := room[:0]
	for _, p := range packets {
		if len(p) == 0 || p[0]>>2 != toc>>2 {
			return to, false
		}
		n, ok := count(p)
		if !ok || len(frames)+n > maxFrames || (len(frames)+n)*frameSamples(toc) > longest {
			return to, false
		}
		if frames, ok = Frames(p, frames); !ok {
			return to, false
		}
	}
	same := true
	for _, f := range frames[1:] {
		same = same && len(f) == len(frames[0])
	}
	if same {
		to = append(to, toc|3, byte(len(frames)))
	} else {
		to = append(to, toc|3, 0x80|byte(len(frames)))
		for _, f := range frames[:len(frames)-1] {
			to = putLength(to, len(f))
		}
	}
	for _, f := range frames {
		to = append(to, f...)
	}
	return to, true
}
