// Package seqmap gives what is forwarded continuous numbers: packets are left out, sources change, and the
// receiver sees one stream without a gap, so that a gap always means loss.
package seqmap

// kept is how many changes of the difference are remembered for packets that come late.
const kept = 32

// change says from which source number on which difference holds.
type change struct{ from, less uint64 }

// Map turns source numbers into outgoing ones. The zero Map starts with the first number it is given.
type Map struct {
	at      int // the newest change
	count   int
	high    uint64 // one above the highest source number seen
	out     uint64 // one above the highest number given
	begun   bool
	changes [kept]change // last, for mostly the first alone is read
}

// Begin goes over to a source whose first packet to come is n: it follows what was sent before.
func (m *Map) Begin(n uint64) {
	if !m.begun {
		m.begun, m.out = true, n&0x7fff // no rollover yet: whoever opens the first packet assumes that (RFC 3711, 3.3.1)
	}
	m.changes, m.count, m.at = [kept]change{}, 1, 0
	m.changes[0] = change{n, n - m.out} // wraps round where the source counts lower
	m.high = n
}

// Number gives the outgoing number of a packet that is forwarded. A packet of before Begin, or so late that
// the difference is forgotten, has none.
func (m *Map) Number(n uint64) (uint64, bool) {
	for i := range m.count {
		c := m.changes[(m.at-i+kept)%kept]
		if n >= c.from {
			out := n - c.less
			m.high, m.out = max(m.high, n+1), max(m.out, out+1)
			return out, true
		}
	}
	return 0, false
}

// Skip leaves a packet out. One that comes late leaves its gap: the numbers after it are given already.
func (m *Map) Skip(n uint64) {
	if m.count == 0 || n < m.high {
		return
	}
	now := m.changes[m.at]
	m.high = n + 1
	if now.from == n {
		m.changes[m.at] = change{n + 1, now.less + 1} // several in a row are one change
		return
	}
	m.at = (m.at + 1) % kept
	m.changes[m.at] = change{n + 1, now.less + 1}
	m.count = min(m.count+1, kept)
}

// Last is the highest number given, 0 before the first.
func (m *Map) Last() uint64 {
	if !m.begun {
		return 0
	}
	return m.out - 1
}
