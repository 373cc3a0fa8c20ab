package estimate

import "testing"

// A line of many packets remembers all that may still be reported, and a report of what was never sent is harmless.
func TestRoomForPackets(t *testing.T) {
	var l Line
	l.Report([]Arrival{{Seq: 7, At: 1}}, 1)
	const n = 1500
	var list []Arrival
	for i := range n {
		now := int64(i) * 500_000 // 2,000 a second
		l.Sent(uint16(65_000+i), 1000, now)
		list = append(list, Arrival{Seq: uint16(65_000 + i), At: now + 1e6})
	}
	for _, a := range list {
		if p := l.place(a.Seq); p.size == 0 || p.seq != a.Seq {
			t.Fatalf("packet %d is forgotten before its report", a.Seq)
		}
	}
	if got := len(l.packets); got != remembered {
		t.Errorf("room for %d packets", got)
	}
	var few Line
	for i := range 1000 {
		few.Sent(uint16(i), 1000, int64(i)*5e6)
		few.Report([]Arrival{{Seq: uint16(i), At: int64(i)*5e6 + 1e6}}, int64(i)*5e6+2e6)
	}
	if got := len(few.packets); got != fewest {
		t.Errorf("a line of few packets has room for %d", got)
	}
}

// What is kept of the time goes round each 71 minutes, and nothing else does.
func TestAgeOverTheTurn(t *testing.T) {
	const turn = int64(1<<32) * 1000
	for _, sent := range []int64{0, turn - 5e6, turn, 3*turn - 1000} {
		var l Line
		l.Sent(1, 1000, sent)
		if got := l.place(1).age(sent + 10e6); got != 10_000 {
			t.Errorf("sent at %d: %d µs after 10 ms", sent, got)
		}
	}
}
