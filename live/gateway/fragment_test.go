package gateway

import (
	"strings"
	"testing"
)

// Whatever a fragment says, what is read of it is bounded and of its kind, and an answer's fragment holds nothing but
// what a peer needs after a restart.
func FuzzFragment(f *testing.F) {
	f.Add("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host\r\n")
	f.Add("a=candidate:\r\na=candidate:x\na=end-of-candidates\r\n")
	f.Add(strings.Repeat("a=candidate:1 1 udp 1 ::1 9 typ host\r\n", maxCandidates+5))
	f.Add("m=\r\nm=\r\na=ice-\x00")
	f.Fuzz(func(t *testing.T, text string) {
		got := readFragment(text)
		if len(got.candidates) > maxCandidates {
			t.Errorf("%d candidates", len(got.candidates))
		}
		for _, c := range append(got.candidates, got.ufrag, got.password) {
			if strings.ContainsAny(c, "\n") {
				t.Errorf("%q is more than a line", c)
			}
		}
		for _, c := range got.candidates {
			if !strings.HasPrefix(c, "candidate:") {
				t.Errorf("%q is no candidate", c)
			}
		}
		for line := range strings.Lines(fragmentOf(text)) {
			if !strings.HasPrefix(line, "a=") && !strings.HasPrefix(line, "m=") {
				t.Errorf("%q is in the answer", line)
			}
		}
	})
}
