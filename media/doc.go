// Package media holds the words of the media plane: a packet, its kind and codec. It and what stands on it know
// nothing of people, rooms or databases; docs/live.md tells a packet's way.
package media

// Kind tells sound from pictures.
type Kind uint8

// The kinds of track.
const (
	Audio Kind = iota + 1
	Video
)

func (k Kind) String() string {
	if k == Audio {
		return "audio"
	}
	return "video"
}

// Codec is how a track is encoded.
type Codec uint8

// The codecs that are forwarded. None is decoded here.
const (
	Opus Codec = iota + 1
	VP8
	H264
	VP9
	AV1
)

var codecNames = [...]string{"", "opus", "VP8", "H264", "VP9", "AV1"}

// String is the codec's name in SDP (RFC 7587, 7741, 6184, 9628 and the AV1 payload format).
func (c Codec) String() string { return codecNames[c] }

// Kind gives what the codec encodes.
func (c Codec) Kind() Kind {
	if c == Opus {
		return Audio
	}
	return Video
}

// Clock is the rate of the codec's timestamps in Hz.
func (c Codec) Clock() uint32 {
	if c == Opus {
		return 48_000
	}
	return 90_000
}
