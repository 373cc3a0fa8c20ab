package gateway

import "strings"

// maxCandidates bounds what one fragment adds.
const maxCandidates = 50

// fragment is what a trickle fragment (RFC 8840) says.
type fragment struct {
	ufrag, password string
	candidates      []string // "candidate:…"
}

func readFragment(text string) fragment {
	var f fragment
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if v, ok := strings.CutPrefix(line, "a=ice-ufrag:"); ok && f.ufrag == "" {
			f.ufrag = v
		}
		if v, ok := strings.CutPrefix(line, "a=ice-pwd:"); ok && f.password == "" {
			f.password = v
		}
		if strings.HasPrefix(line, "a=candidate:") && len(f.candidates) < maxCandidates {
			f.candidates = append(f.candidates, strings.TrimPrefix(line, "a="))
		}
	}
	return f
}

// fragmentOf cuts from an answer what a peer needs after a restart.
func fragmentOf(answer string) string {
	var b strings.Builder
	sections := 0
	for line := range strings.Lines(answer) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "m=") {
			sections++
		}
		if sections > 1 {
			break
		}
		for _, wanted := range []string{"a=ice-", "a=candidate:", "a=end-of-candidates", "m=", "a=mid:"} {
			if strings.HasPrefix(line, wanted) {
				b.WriteString(line + "\r\n")
				break
			}
		}
	}
	return b.String()
}
