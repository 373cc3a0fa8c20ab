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
	soon = 4 * second
	// shows is how long a fall needs to show in the loss.
	shows = 3 * second
)

// Limit is what one line is asked to carry at most. The zero Limit is none.
type Limit struct {
	bits    int
	hold    int64
	changed int64
	rose    int64
	// fell is the loss at the last fall for loss alone, 0 for none; own is the loss that stayed when less was sent, and
	// less again: it is the line's own, and to send even less would not help. One fall proves nothing: where a line has
	// just grown narrow, what seemed to arrive was more than it carries.
	fell, own float64
	stayed    bool // through the fall before
}

// Update takes what is known of the line at a time in nanoseconds: what arrives in bits a second, the loss, and
// whether packets queue. wanted is what would be sent without a limit, next what would be sent with the next better
// thing: less than that would try nothing. It gives the limit in bits a second, 0 for none.
func (l *Limit) Update(now int64, arrives int, loss float64, queueing bool, wanted, next int) int {
	if l.hold == 0 {
		l.hold = first
	}
	l.learn(now, loss)
	switch {
	case queueing:
		l.fall(now, arrives, second)
		return l.bits
	case l.full(loss):
		if l.fall(now, arrives, shows) {
			l.fell = loss
		}
		return l.bits
	}
	if l.bits > 0 && now-l.changed >= l.hold {
		l.bits = max(l.bits+l.bits/2, next)
		l.changed, l.rose = now, now
		if l.bits > wanted+wanted/2 {
			l.bits = 0
		}
	}
	if l.rose != 0 && now-l.rose > 3*soon {
		l.hold = max(first, l.hold/2) // the trial held
		l.rose = now
	}
	return l.bits
}

// full tells whether loss is a sign of too much.
func (l *Limit) full(loss float64) bool { return loss > lossy && loss > l.own*3/2 }

// learn notices loss that does not fall when the limit does.
func (l *Limit) learn(now int64, loss float64) {
	l.own = min(l.own, max(loss, l.own*49/50))
	if l.fell == 0 || now-l.changed < shows {
		return
	}
	stays := loss > lossy && loss > l.fell*3/4
	if stays && l.stayed {
		l.own = loss
	}
	l.fell, l.stayed = 0, stays
}

// fall lowers the limit, unless the last change is less than pause ago: the line needs a moment to show what that did.
func (l *Limit) fall(now int64, arrives int, pause int64) bool {
	if l.bits != 0 && now-l.changed < pause {
		return false
	}
	if l.rose != 0 && now-l.rose < soon {
		l.hold = min(2*l.hold, longest)
	}
	l.bits = max(lowest, arrives*85/100)
	l.changed, l.rose, l.fell = now, 0, 0
	return true
}

// None is the layer of a picture that is not sent.
const None = -1

// Want is a picture that somebody would see, the most important first in a list.
type Want struct {
	// Rates are what its layers take in bits a second, the smallest first; 0 for one that is silent.
	Rates []int
	// Most is the highest layer that its place on the screen can use, Now the one that is sent; None for none.
	Most, Now int
}

// takes is what a layer is counted for. One that is sent already counts a little less: a limit stands somewhat below
// what the line carries, and what it carries is not taken away for that.
func (w *Want) takes(l int) int {
	if l <= w.Now {
		return w.Rates[l] * 9 / 10
	}
	return w.Rates[l]
}

// Choose gives a layer for each picture so that their sum is within bits; 0 bits is no limit. Every picture gets
// its smallest layer, in order, before any gets more.
func Choose(bits int, wants []Want, to []int) []int {
	to = to[:0]
	left := bits
	for _, w := range wants {
		low := lowestOf(w)
		if low == None || bits > 0 && w.takes(low) > left {
			to = append(to, None)
			continue
		}
		left -= w.takes(low)
		to = append(to, low)
	}
	for i, w := range wants {
		for next := to[i] + 1; to[i] != None && next <= w.Most && next < len(w.Rates); next++ {
			if w.Rates[next] == 0 {
				continue
			}
			more := w.takes(next) - w.takes(to[i])
			if bits > 0 && more > left {
				break
			}
			left -= more
			to[i] = next
		}
	}
	return to
}

// Next gives what pictures take together with the first thing that Choose would add to a choice; 0 where there is none.
func Next(wants []Want, chosen []int) int {
	if len(chosen) != len(wants) {
		return 0
	}
	sum, more := 0, 0
	for i, w := range wants {
		if low := lowestOf(w); low != None && (chosen[i] == None || chosen[i] >= len(w.Rates)) {
			if more == 0 {
				more = w.Rates[low]
			}
		} else if low != None {
			sum += w.Rates[chosen[i]]
		}
	}
	for i := 0; i < len(wants) && more == 0; i++ {
		w := wants[i]
		if chosen[i] == None || chosen[i] >= len(w.Rates) {
			continue
		}
		for l := chosen[i] + 1; l <= w.Most && l < len(w.Rates) && more == 0; l++ {
			more = max(0, w.Rates[l]-w.Rates[chosen[i]])
		}
	}
	if more == 0 {
		return 0
	}
	return sum + more
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

// Level is a step of the ladder down which a weak line goes.
type Level uint8

// The steps. Each takes what the one before took, and more.
const (
	// Full is all that the screen can use.
	Full Level = iota
	// Lower has smaller layers.
	Lower
	// Speaker has pictures of some only, those who spoke last.
	Speaker
	// Slides has no moving picture: slides and sound.
	Slides
	// Voice has sound in long packets besides.
	Voice
)

func (l Level) String() string { return [...]string{"full", "lower", "speaker", "slides", "voice"}[l] }

// Grade tells on which step a choice stands. joined is whether sound goes in long packets.
func Grade(wants []Want, chosen []int, joined bool) Level {
	wanted, still, lowered := 0, 0, false
	for i, w := range wants {
		if lowestOf(w) == None {
			continue
		}
		wanted++
		if chosen[i] == None {
			still++
			continue
		}
		for l := chosen[i] + 1; l <= w.Most && l < len(w.Rates); l++ {
			lowered = lowered || w.Rates[l] > 0
		}
	}
	switch {
	case joined:
		return Voice
	case wanted > 0 && still == wanted:
		return Slides
	case still > 0:
		return Speaker
	case lowered:
		return Lower
	}
	return Full
}
