// Package estimate tells from what a receiver reports how much its line carries: what arrived, what was lost, and
// whether packets begin to queue. It follows the ideas of congestion control for real-time media
// (draft-ietf-rmcat-gcc-02): a queue shows as arrivals that fall ever further behind departures.
package estimate

import "math"

const (
	// remembered is how many packets may wait for a report, which is more than a second of a large meeting; fewest is
	// for how many room is made until that is not enough, and young how long one counts as waiting, in nanoseconds.
	remembered = 2048
	fewest     = 256
	young      = int64(1e9)
	// burst is how near departures count as one group, in nanoseconds: packets of a frame queue behind each
	// other without any congestion.
	burst = 5e6
	// groups is how many groups the trend is drawn through.
	groups = 20
	// rise is how steeply the delay may grow before it is a queue: milliseconds of delay a second, after which
	// held milliseconds must pass.
	// The delay must also have grown by least milliseconds while it was steep: what a busy machine adds is less.
	steep = 15.0
	least = 25.0
	held  = 100e6
	// recent is the time over which the rate is taken: when a line has grown narrow, what it carried before must not be
	// taken for what it carries. stretches is how many reports make it at most.
	recent    = 500e6
	stretches = 32
	// idle is the longest time without an arrival that a line can be to blame for: one that carries a packet in it is
	// narrower than a voice. What is longer is a pause of the sender, or a way that became longer.
	idle = 250e6
	// span and longSpan are the time over which loss is taken, in nanoseconds: long where packets are few, for one
	// voice packet of ten is chance.
	span     = 1e9
	longSpan = 4e9
	enough   = 100
)

// packet is one that went out and was not reported on yet, where size is not 0. It is small, for each viewer has hundreds.
type packet struct {
	sent uint32 // in microseconds, of which the high bits are known from the present
	size uint16
	seq  uint16
}

// age is how long ago the packet went out, in microseconds.
func (p *packet) age(now int64) int64 { return int64(uint32(now/1000) - p.sent) } //nolint:gosec // modular arithmetic is meant

// Arrival is what a receiver says of one packet.
type Arrival struct {
	Seq uint16
	// At is when it arrived by the receiver's clock in nanoseconds, -1 when it did not.
	At int64
}

// Line is what is known of one line. The zero Line knows nothing and is ready.
type Line struct {
	packets []packet // by number; as many as a power of two

	// the group that is being filled and the one before
	first, last int64 // departures
	arrived     int64
	before      struct{ sent, arrived int64 }
	begun       bool
	delay       float64 // smoothed sum of delay changes, in ms
	points      [groups]struct{ t, d float64 }
	at, n       int
	since       int64 // how long the trend has been steep, 0 when it is not
	queueing    bool
	windowFrom  int64
	got, lost   int
	loss        float64
	// what arrived, by report
	stretch  [stretches]stretch
	reports  int
	next     uint16 // the number that the next report begins with, where none is lost
	end      int64  // when the last packet arrived, by the receiver's clock; 0 for none
	reported int64
}

// stretch is bytes that arrived in a time in nanoseconds.
type stretch struct {
	bytes int
	time  int64
}

// Sent notes a packet of some bytes that goes out under a transport-wide number, at a time in nanoseconds.
func (l *Line) Sent(seq uint16, size int, now int64) {
	if l.packets == nil {
		l.packets = make([]packet, fewest)
	}
	if old := l.place(seq); old.size != 0 && old.age(now) < young/1000 && len(l.packets) < remembered {
		l.grow()
	}
	*l.place(seq) = packet{uint32(now / 1000), uint16(size), seq} //nolint:gosec // the low bits; a packet's size
}

// Touch reads where a packet will be noted, so that the memory is near by then. What it gives means nothing.
func (l *Line) Touch(seq uint16) int {
	if l.packets == nil {
		return 0
	}
	return int(l.place(seq).size)
}

// place is the place of a transport-wide number.
func (l *Line) place(seq uint16) *packet { return &l.packets[int(seq)&(len(l.packets)-1)] }

// grow makes twice the room: a line of few packets shall not pay for that of a large meeting.
func (l *Line) grow() {
	old := l.packets
	l.packets = make([]packet, 2*len(old))
	for _, p := range old {
		if p.size != 0 {
			*l.place(p.seq) = p
		}
	}
}

// Report takes what a receiver says of packets, in the order of their numbers.
func (l *Line) Report(list []Arrival, now int64) {
	l.reported = now
	if l.packets == nil {
		return // of nothing that was sent
	}
	if l.windowFrom == 0 {
		l.windowFrom = now
	}
	here := stretch{}
	if len(list) > 0 {
		here.bytes = l.unreported(list[0].Seq)
	}
	for _, a := range list {
		if int16(a.Seq-l.next) >= 0 { //nolint:gosec // modular arithmetic is meant
			l.next = a.Seq + 1
		}
		p := l.place(a.Seq)
		if p.size == 0 || p.seq != a.Seq {
			continue
		}
		sent, size := (now/1000-p.age(now))*1000, int(p.size)
		p.size = 0
		if a.At < 0 {
			l.lost++
			continue
		}
		l.got++
		here.add(l.end, a.At, size)
		l.end = max(l.end, a.At)
		l.group(sent, a.At, now)
	}
	if here.time > 0 && here.time < stretches*idle {
		l.stretch[l.reports%stretches] = here
		l.reports++
	}
	passed, all := now-l.windowFrom, l.got+l.lost
	if passed >= longSpan || passed >= span && all >= enough {
		if all > 0 {
			l.loss = float64(l.lost) / float64(all)
		}
		l.windowFrom, l.got, l.lost = now, 0, 0
	}
}

// unreported guesses what arrived of the packets before one that no report tells of: reports are lost as well, and
// where packets before the first of a report are lost it may begin after them.
func (l *Line) unreported(until uint16) (bytes int) {
	for n := 0; n < remembered/8 && int16(until-l.next) > 0; n++ { //nolint:gosec // modular arithmetic is meant
		if p := l.place(l.next); p.size != 0 && p.seq == l.next {
			bytes += int(float64(p.size) * (1 - l.loss))
		}
		l.next++
	}
	return bytes
}

// add adds a packet that arrived after another; 0 is none.
func (s *stretch) add(before, at int64, bytes int) {
	passed := at - before
	if before == 0 || passed > idle || passed < -idle {
		return // the first of a stretch is where its time begins
	}
	s.bytes += bytes
	s.time += max(0, passed)
}

// group adds an arrival to the group of its departure, and draws the trend when a group is complete.
func (l *Line) group(sent, arrived, now int64) {
	if !l.begun {
		l.begun, l.first, l.last, l.arrived = true, sent, sent, arrived
		return
	}
	if sent < l.first {
		return // of a group that is over
	}
	if float64(sent-l.first) <= burst {
		l.last, l.arrived = max(l.last, sent), max(l.arrived, arrived)
		return
	}
	if l.before.sent != 0 {
		l.trend(float64(l.arrived-l.before.arrived-(l.last-l.before.sent))/1e6, l.arrived, now)
	}
	l.before.sent, l.before.arrived = l.last, l.arrived
	l.first, l.last, l.arrived = sent, sent, arrived
}

// trend fits a line through the smoothed delay of the last groups.
func (l *Line) trend(change float64, arrived, now int64) {
	// A jump of a second is a clock or a pause, not a queue.
	if math.Abs(change) > 1000 {
		l.n, l.delay, l.since, l.queueing = 0, 0, 0, false
		return
	}
	l.delay += change
	smooth := l.delay
	if l.n > 0 {
		smooth = 0.9*l.points[(l.at+groups-1)%groups].d + 0.1*l.delay
	}
	l.points[l.at] = struct{ t, d float64 }{float64(arrived) / 1e9, smooth}
	l.at, l.n = (l.at+1)%groups, min(l.n+1, groups)
	if l.n < groups {
		return
	}
	switch {
	case l.slope() < steep || smooth-l.points[l.at].d < least:
		l.since, l.queueing = 0, false
	case l.since == 0:
		l.since = now
	case float64(now-l.since) >= held:
		l.queueing = true
	}
}

// slope is the growth of the delay in milliseconds a second, by least squares.
func (l *Line) slope() float64 {
	var t, d float64
	for _, p := range l.points {
		t, d = t+p.t, d+p.d
	}
	t, d = t/groups, d/groups
	var up, down float64
	for _, p := range l.points {
		up += (p.t - t) * (p.d - d)
		down += (p.t - t) * (p.t - t)
	}
	if down == 0 {
		return 0
	}
	return up / down
}

// Queueing tells whether packets queue on the line.
func (l *Line) Queueing() bool { return l.queueing }

// Loss is the share of packets that did not arrive over the last seconds, from 0 to 1.
func (l *Line) Loss() float64 { return l.loss }

// Rate is what arrived over the last half second in which anything did, in bits a second; 0 until so much time has
// passed.
func (l *Line) Rate() int {
	var sum stretch
	for i := 1; i <= min(l.reports, stretches) && sum.time < recent; i++ {
		s := l.stretch[(l.reports-i)%stretches]
		sum.bytes, sum.time = sum.bytes+s.bytes, sum.time+s.time
	}
	if sum.time < recent/2 {
		return 0
	}
	return int(float64(sum.bytes) * 8 * 1e9 / float64(sum.time))
}

// Heard is when the receiver reported last, 0 for never.
func (l *Line) Heard() int64 { return l.reported }
