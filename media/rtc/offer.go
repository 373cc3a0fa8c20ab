package rtc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"mostik/media"
	"mostik/media/forward"
)

// maxSections bounds an offer: more than anybody watches at once.
const maxSections = 64

// offer is what an offer to receive says, as far as it concerns us.
type offer struct {
	ufrag, password string
	// fingerprint is the hash of the peer's certificate, "sha-256 AB:CD…".
	fingerprint string
	setup       string
	candidates  []string
	sections    []section
	bundle      []string
}

// section is one of the offer's media sections.
type section struct {
	mid, media, protocol string
	kind                 media.Kind
	// receives tells that the peer wants media here.
	receives bool
	rejected bool
	formats  []string
	// types are the payload types of the codecs that we forward and the peer speaks, in the peer's order.
	types       map[media.Codec]forward.Types
	lines       map[uint8][]string // rtpmap, fmtp and rtcp-fb lines by payload type
	transportID uint8
}

// parseOffer reads an offer to receive (RFC 8829, 9429). Errors: ErrOffer.
func parseOffer(text string) (*offer, error) {
	if at := strings.IndexFunc(strings.ReplaceAll(text, "\r\n", "\n"), func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }); at >= 0 {
		return nil, fmt.Errorf("%w: it has a control character", ErrOffer) // which some reader of the answer may take for a line's end
	}
	var d sdp.SessionDescription
	if err := d.UnmarshalString(text); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOffer, err)
	}
	if len(d.MediaDescriptions) == 0 || len(d.MediaDescriptions) > maxSections {
		return nil, fmt.Errorf("%w: %d sections", ErrOffer, len(d.MediaDescriptions))
	}
	o := &offer{}
	o.common(d.Attributes)
	for _, m := range d.MediaDescriptions {
		o.common(m.Attributes)
		s := parseSection(m)
		if !isToken(s.mid) || s.mid != "" && slices.ContainsFunc(o.sections, func(other section) bool { return other.mid == s.mid }) {
			return nil, fmt.Errorf("%w: a section's mid is no name of its own", ErrOffer)
		}
		o.sections = append(o.sections, s)
	}
	switch {
	case o.ufrag == "" || o.password == "":
		return nil, fmt.Errorf("%w: it has no ICE credentials", ErrOffer)
	case o.fingerprint == "":
		return nil, fmt.Errorf("%w: it has no fingerprint", ErrOffer)
	}
	return o, nil
}

// goesOn tells whether an offer has the sections of the one before it, and perhaps more after them (RFC 8829, 5.2.2).
func (o *offer) goesOn(before *offer) bool {
	if len(o.sections) < len(before.sections) {
		return false
	}
	for i, s := range before.sections {
		if o.sections[i].mid != s.mid || o.sections[i].media != s.media {
			return false
		}
	}
	return true
}

// isToken tells whether a section's name is one (RFC 5888, 4), or none, and short enough to be put into an msid.
func isToken(s string) bool {
	return len(s) <= 32 && strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 127 || strings.ContainsRune(`"(),/:;<=>?@[\]`, r)
	}) < 0
}

// common reads attributes that may stand in the session or in a section; the first of each counts.
func (o *offer) common(list []sdp.Attribute) {
	first := func(to *string, v string) {
		if *to == "" {
			*to = v
		}
	}
	for _, a := range list {
		switch a.Key {
		case "ice-ufrag":
			first(&o.ufrag, a.Value)
		case "ice-pwd":
			first(&o.password, a.Value)
		case "fingerprint":
			first(&o.fingerprint, a.Value)
		case "setup":
			first(&o.setup, a.Value)
		case "candidate":
			if len(o.candidates) < 100 {
				o.candidates = append(o.candidates, a.Value)
			}
		case "group":
			if mids, ok := strings.CutPrefix(a.Value, "BUNDLE "); ok && o.bundle == nil {
				o.bundle = strings.Fields(mids)
			}
		}
	}
}

func parseSection(m *sdp.MediaDescription) section {
	s := section{
		media: m.MediaName.Media, protocol: strings.Join(m.MediaName.Protos, "/"), formats: m.MediaName.Formats, receives: true,
		types: map[media.Codec]forward.Types{}, lines: map[uint8][]string{},
	}
	switch s.media {
	case "audio":
		s.kind = media.Audio
	case "video":
		s.kind = media.Video
	default:
		s.rejected = true
	}
	along := false // Firefox's way to say that a section shares the first one's transport or is not there
	for _, a := range m.Attributes {
		switch a.Key {
		case "mid":
			s.mid = a.Value
		case "sendonly", "inactive":
			s.receives = false
		case "bundle-only":
			along = true
		case "extmap":
			s.extension(a.Value)
		case "rtpmap", "fmtp", "rtcp-fb":
			if pt, _, ok := payloadType(a.Value); ok {
				s.lines[pt] = append(s.lines[pt], a.Key+":"+a.Value)
			}
		}
	}
	s.pick()
	// Port 0 refuses a section, but not one that only goes along with others (RFC 9143, 6).
	s.rejected = s.rejected || m.MediaName.Port.Value == 0 && !along || len(s.types) == 0
	return s
}

func payloadType(value string) (pt uint8, rest string, ok bool) {
	number, rest, _ := strings.Cut(value, " ")
	n, err := strconv.ParseUint(number, 10, 7)
	return uint8(n), rest, err == nil //nolint:gosec // seven bits
}

func (s *section) extension(value string) {
	id, uri, _ := strings.Cut(value, " ")
	uri, _, _ = strings.Cut(uri, " ")
	id, _, _ = strings.Cut(id, "/")
	n, err := strconv.ParseUint(id, 10, 8)
	if err != nil || n == 0 || n > 14 {
		return
	}
	if uri == extTransport {
		s.transportID = uint8(n)
	}
}

// pick chooses, for each codec, the first payload type of the offer that carries it as we forward it.
func (s *section) pick() {
	again := map[uint8]uint8{} // payload type: the one that repeats it
	for _, f := range s.formats {
		pt, _, ok := payloadType(f)
		if ok && strings.EqualFold(s.name(pt), "rtx") {
			if apt, _, ok := payloadType(s.parameter(pt, "apt")); ok {
				again[apt] = pt
			}
		}
	}
	for _, f := range s.formats {
		pt, _, ok := payloadType(f)
		if !ok {
			continue
		}
		c, ok := s.codec(pt)
		if !ok || c.Kind() != s.kind {
			continue
		}
		if _, have := s.types[c]; !have {
			s.types[c] = forward.Types{Media: pt, Again: again[pt], Red: s.redundant(pt)}
		}
	}
}

// redundant gives the payload type in which packets of another go along again (RFC 2198), 0 for none: all its blocks
// must be of that one.
func (s *section) redundant(of uint8) uint8 {
	for _, f := range s.formats {
		pt, _, ok := payloadType(f)
		if !ok || !strings.EqualFold(s.name(pt), "red") {
			continue
		}
		blocks := strings.Split(s.format(pt), "/")
		if len(blocks) > 1 && !slices.ContainsFunc(blocks, func(b string) bool { return b != strconv.Itoa(int(of)) }) {
			return pt
		}
	}
	return 0
}

// format gives the format parameters of a payload type as they stand.
func (s *section) format(pt uint8) string {
	for _, l := range s.lines[pt] {
		if value, ok := strings.CutPrefix(l, "fmtp:"); ok {
			_, rest, _ := payloadType(value)
			return rest
		}
	}
	return ""
}

func (s *section) codec(pt uint8) (media.Codec, bool) {
	switch strings.ToLower(s.name(pt)) {
	case "opus":
		return media.Opus, true
	case "vp8":
		return media.VP8, true
	case "vp9":
		p := s.parameter(pt, "profile-id")
		return media.VP9, p == "" || p == "0"
	case "h264":
		return media.H264, s.parameter(pt, "packetization-mode") == "1" && strings.HasPrefix(strings.ToLower(s.parameter(pt, "profile-level-id")), "42")
	case "av1":
		return media.AV1, true
	}
	return 0, false
}

// name gives the codec's name of a payload type.
func (s *section) name(pt uint8) string {
	for _, l := range s.lines[pt] {
		if value, ok := strings.CutPrefix(l, "rtpmap:"); ok {
			_, rest, _ := payloadType(value)
			name, _, _ := strings.Cut(rest, "/")
			return name
		}
	}
	return ""
}

// parameter gives a format parameter of a payload type.
func (s *section) parameter(pt uint8, name string) string {
	for part := range strings.SplitSeq(s.format(pt), ";") {
		if k, v, _ := strings.Cut(strings.TrimSpace(part), "="); strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}

// used lists the payload types of the answer, in the offer's order.
func (s *section) used() []string {
	var list []string
	for _, f := range s.formats {
		pt, _, ok := payloadType(f)
		if !ok {
			continue
		}
		for _, t := range s.types {
			if t.Media == pt || (t.Again == pt || t.Red == pt) && pt != 0 {
				list = append(list, f)
				break
			}
		}
	}
	return list
}

// answering writes the answer's parts that are ours.
type answering struct {
	ufrag, password, fingerprint string
	candidates                   []string
	session                      uint64
	version                      int
}

// answer writes the answer to an offer. slots are the sections' in order, nil where a section is rejected.
func (a answering) answer(o *offer, slots []*forward.Slot) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0")
	line("o=- %d %d IN IP4 127.0.0.1", a.session, a.version)
	line("s=-")
	line("t=0 0")
	var bundled []string
	for i, s := range o.sections {
		if slots[i] != nil && slices.Contains(o.bundle, s.mid) {
			bundled = append(bundled, s.mid)
		}
	}
	if len(bundled) > 0 {
		line("a=group:BUNDLE %s", strings.Join(bundled, " "))
	}
	line("a=msid-semantic: WMS *")
	line("a=ice-options:trickle")
	line("a=fingerprint:sha-256 %s", a.fingerprint)
	for i := range o.sections {
		a.section(line, &o.sections[i], slots[i], i == 0 || len(bundled) == 0)
	}
	return b.String()
}

func (a answering) section(line func(string, ...any), s *section, slot *forward.Slot, first bool) {
	name := func() {
		if s.mid != "" {
			line("a=mid:%s", s.mid)
		}
	}
	if slot == nil {
		line("m=%s 0 %s %s", s.media, s.protocol, strings.Join(s.formats, " "))
		line("c=IN IP4 0.0.0.0")
		name()
		line("a=inactive")
		return
	}
	used := s.used()
	line("m=%s 9 %s %s", s.media, s.protocol, strings.Join(used, " "))
	line("c=IN IP4 0.0.0.0")
	name()
	line("a=ice-ufrag:%s", a.ufrag)
	line("a=ice-pwd:%s", a.password)
	line("a=setup:active")
	line("a=sendonly")
	line("a=rtcp-mux")
	line("a=rtcp-rsize")
	if s.transportID != 0 {
		line("a=extmap:%d %s", s.transportID, extTransport)
	}
	for _, f := range used {
		pt, _, _ := payloadType(f)
		for _, l := range s.lines[pt] {
			if keepLine(l) {
				line("a=%s", l)
			}
		}
	}
	if slot.Again != 0 {
		line("a=ssrc-group:FID %d %d", slot.SSRC, slot.Again)
	}
	for _, ssrc := range []uint32{slot.SSRC, slot.Again} {
		if ssrc != 0 {
			line("a=ssrc:%d cname:mostik", ssrc)
			line("a=ssrc:%d msid:slot-%s slot-%s", ssrc, s.mid, s.mid)
		}
	}
	line("a=msid:slot-%s slot-%s", s.mid, s.mid)
	if first {
		for _, c := range a.candidates {
			line("a=candidate:%s", c)
		}
		line("a=end-of-candidates")
	}
}

// keepLine leaves out feedback that we do not understand.
func keepLine(l string) bool {
	value, is := strings.CutPrefix(l, "rtcp-fb:")
	if !is {
		return true
	}
	_, rest, _ := payloadType(value)
	switch rest {
	case "nack", "nack pli", "ccm fir", "transport-cc", "goog-remb":
		return true
	}
	return false
}
