package certificate

import (
	"testing"
	"time"
)

func TestLimiterCountsNetworks(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	l := newLimiter(func() time.Time { return now }, 2)
	for i, c := range []struct {
		address string
		want    bool
	}{
		{"192.0.2.1", true},
		{"192.0.2.77", true},
		{"192.0.2.200", false}, // one /24
		{"198.51.100.1", true},
		{"2001:db8:0:1::1", true},
		{"2001:db8:0:fe::1", true},
		{"2001:db8:0:ff::1", false}, // one /56
		{"::ffff:192.0.2.9", false}, // IPv4 in IPv6's clothes
	} {
		if got := l.allow(c.address); got != c.want {
			t.Errorf("%d: allow(%s) = %v", i, c.address, got)
		}
	}
	now = now.Add(time.Minute)
	if !l.allow("192.0.2.1") {
		t.Error("the next minute begins with the old count")
	}
}
