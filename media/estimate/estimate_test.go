package estimate_test

import (
	"math/rand/v2"
	"testing"

	"mostik/media/estimate"
)

// road is a simulated line: so many bits a second, a queue before it, and loss by chance.
type road struct {
	bits  float64
	loss  float64
	busy  int64 // until when the line is taken
	noise *rand.Rand
}

// carry gives when a packet arrives, -1 when it does not.
func (r *road) carry(size int, now int64) int64 {
	begin := max(now, r.busy)
	if begin-now > 500e6 || r.noise.Float64() < r.loss {
		return -1 // the queue is full, or chance
	}
	r.busy = begin + int64(float64(size)*8e9/r.bits)
	return r.busy + 30e6 + int64(r.noise.Float64()*2e6) + 7e12 // another clock, and jitter
}

// drive sends at a rate for some seconds and gives what is thought of the line then.
func drive(l *estimate.Line, r *road, from int64, bits float64, seconds int) (now int64, queued bool) {
	const frame = int64(33e6)
	var seq uint16
	var waiting []estimate.Arrival
	reported := from
	for now = from; now < from+int64(seconds)*1e9; now += frame {
		for left := int(bits / 8 / 30); left > 0; left -= 1100 {
			size := min(left, 1100)
			l.Sent(seq, size, now)
			waiting = append(waiting, estimate.Arrival{Seq: seq, At: r.carry(size, now)})
			seq++
		}
		if now-reported >= 100e6 {
			l.Report(waiting, now)
			waiting, reported = nil, now
			queued = queued || l.Queueing()
		}
	}
	return now, queued
}

func TestLine(t *testing.T) {
	for _, c := range []struct {
		name             string
		line, loss, send float64
		queued           bool
		lossFrom, lossTo float64
	}{
		{"a wide line", 10e6, 0, 1.2e6, false, 0, 0},
		{"a wide line that loses", 10e6, 0.3, 1.2e6, false, 0.25, 0.35},
		{"a line that just fits", 1.5e6, 0, 1.2e6, false, 0, 0},
		{"too much for the line", 0.8e6, 0, 1.2e6, true, 0, 0.5},
	} {
		var l estimate.Line
		r := &road{bits: c.line, loss: c.loss, noise: rand.New(rand.NewPCG(1, 2))}
		_, queued := drive(&l, r, 1e9, c.send, 5)
		if queued != c.queued {
			t.Errorf("%s: queueing is %v", c.name, queued)
		}
		if l.Loss() < c.lossFrom || l.Loss() > c.lossTo {
			t.Errorf("%s: loss is %.2f", c.name, l.Loss())
		}
		if got, want := float64(l.Rate()), min(c.line, c.send*(1-c.loss)); got < 0.8*want || got > 1.15*want {
			t.Errorf("%s: the rate is %.0f, %.0f was carried", c.name, got, want)
		}
	}
}

func FuzzReport(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8})
	f.Fuzz(func(t *testing.T, b []byte) {
		var l estimate.Line
		now := int64(1)
		for i := range 200 {
			l.Sent(uint16(i), 1000, now)
			now += 1e6
		}
		for len(b) >= 4 {
			l.Report([]estimate.Arrival{{Seq: uint16(b[0]), At: int64(int8(b[1]))<<uint(b[2]%62) + int64(b[3])}}, now)
			now += 1e8
			b = b[4:]
		}
		if l.Loss() < 0 || l.Loss() > 1 || l.Rate() < 0 {
			t.Errorf("loss %v, rate %v", l.Loss(), l.Rate())
		}
	})
}
