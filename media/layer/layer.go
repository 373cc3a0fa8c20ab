// Package layer decides what a line is asked to carry: a limit that falls quickly and rises slowly, and which
// layer of each picture fits under it.
package layer

const (
	second = int64(1e9)
	// lossy is the loss from which a line counts as too full: radio loses a little without being full.
	lossy = 0.10
	// lowest is the least limit, in bits a second: a voice.
	lowest = 30_000
	// first and longest are how long a limit is held before a little more is tried.
	first   = 4 * second
	longest = 60 * second
	// soon is the time after a trial in which trouble is blamed on it.
	soon = 3 * second
)

// Limit is what one line is asked to carry at most. The zero Limit is none.
type Limit struct {
	bits    int
	hold    int64
	changed int64
	rose    int64
}

// Update takes what is known of the line at a time in nanoseconds: what arrives in bits a second, the loss, and
// whether packets queue. wanted is what would be sent without a limit. It gives the limit in bits a second, 0 for
// none.
func (l *Limit) Update(now int64, arrives int, loss float64, queueing bool, wanted int) int {
	if l.hold == 0 {
		l.hold = first
	}
	if queueing || loss > lossy {
		l.fall(now, arrives)
		return l.bits
	}
	if l.bits > 0 && now-l.changed >= l.hold {
		l.bits += l.bits / 2
		l.changed, l.rose = now, now
		if l.bits > wanted+wanted/2 {
			l.bits = 0
		}
	}
	if l.rose != 0 && now-l.rose > 4*soon {
		l.hold = max(first, l.hold/2) // the trial held
		l.rose = now
	}
	return l.bits
}

func (l *Limit) fall(now int64, arrives int) {
	if l.bits != 0 && now-l.changed < second {
		return // the line needs a moment to show what the last step did
	}
	if l.rose != 0 && now-l.rose < soon {
		l.hold = min(2*l.hold, longest)
	}
	l.bits = max(lowest, arrives*85/100)
	l.changed, l.rose = now, 0
}

// None is the layer of a picture that is not sent.
const None = -1

// Want is a picture that somebody would see, the most important first in a list.
type Want struct {
	// Rates are what its layers take in bits a second, the smallest first; 0 for one that is silent.
	Rates []int
	// Most is the highest layer that its place on the screen can use.
	Most int
}

// Choose gives a layer for each picture so that their sum is within bits; 0 bits is no limit. Every picture gets
// its smallest layer, in order, before any gets more.
func Choose(bits int, wants []Want, to []int) []int {
	to = to[:0]
	left := bits
	for _, w := range wants {
		low := lowestOf(w)
		if low == None || bits > 0 && w.Rates[low] > left {
			to = append(to, None)
			continue
		}
		left -= w.Rates[low]
		to = append(to, low)
	}
	for i, w := range wants {
		for next := to[i] + 1; to[i] != None && next <= w.Most && next < len(w.Rates); next++ {
			if w.Rates[next] == 0 {
				continue
			}
			more := w.Rates[next] - w.Rates[to[i]]
			if bits > 0 && more > left {
				break
			}
			left -= more
			to[i] = next
		}
	}
	return to
}

// lowestOf is the smallest layer that sends; where none does, the smallest: it may begin at any moment.
func lowestOf(w Want) int {
	if w.Most < 0 || len(w.Rates) == 0 {
		return None
	}
	for i, r := range w.Rates {
		if r > 0 {
			return i
		}
	}
	return 0
}
