package rtc

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/pion/ice/v4"

	"mostik/media/turn"
)

// insideCandidate is where a peer reaches us through our relay. Its priority is the least: for all others it leads nowhere.
var insideCandidate = "4000000000 1 udp 1 " + turn.Address.Addr().String() + " " + portText(turn.Address) + " typ host"

var credentials = regexp.MustCompile(` ufrag \S+`)

func portText(a netip.AddrPort) string {
	_, port, _ := strings.Cut(a.String(), ":")
	return port
}

// offered writes a candidate for an answer: under the public addresses where there are some.
func (e *Engine) offered(c ice.Candidate) []string {
	if c.NetworkType().IsUDP() && e.inside(c.Address(), c.Port()) {
		return []string{insideCandidate}
	}
	// A restart changes the credentials and not where we are: candidates that name none stay right.
	text := credentials.ReplaceAllString(c.Marshal(), "")
	if len(e.public) == 0 {
		return []string{text}
	}
	own := c.Address()
	var list []string
	for _, a := range e.public {
		if ip, err := netip.ParseAddr(own); err == nil && ip.Is4() == a.Is4() {
			list = append(list, strings.Replace(text, " "+own+" ", " "+a.String()+" ", 1))
		}
	}
	return list
}

// inside tells the candidate for those who come by our relay, under whatever address the library writes it.
func (e *Engine) inside(address string, port int) bool {
	if e.relay == nil || port != int(turn.Address.Port()) {
		return false
	}
	if address == turn.Address.Addr().String() {
		return true
	}
	ip, err := netip.ParseAddr(address)
	for _, a := range e.public {
		if err == nil && a == ip {
			return true
		}
	}
	return false
}

// mended puts the candidate for those who come by our relay right in an answer that the library wrote: it knows nothing
// of relays and writes it under the public address and with the priority of others.
func (e *Engine) mended(answer string) string {
	if e.relay == nil {
		return answer
	}
	var b strings.Builder
	done := false
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "m=") {
			done = false
		}
		text, is := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "a=candidate:")
		if !is {
			b.WriteString(line)
			continue
		}
		c, err := ice.UnmarshalCandidate(text)
		if err != nil || !c.NetworkType().IsUDP() || !e.inside(c.Address(), c.Port()) {
			b.WriteString(line)
			continue
		}
		if !done {
			done = true
			b.WriteString("a=candidate:" + insideCandidate + "\r\n")
		}
	}
	return b.String()
}
