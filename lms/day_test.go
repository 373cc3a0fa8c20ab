package lms_test

import (
	"testing"
	"time"

	"mostik/lms"
)

// A day is in force exactly until it is over, at each half hour around its end, whatever the reader's clock is set to.
func TestADayIsInForceUntilItIsOverEverywhere(t *testing.T) {
	day := time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)
	if want := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC); !lms.DayOver(day).Equal(want) {
		t.Errorf("over at %v, want %v", lms.DayOver(day), want)
	}
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("first", 14*3600), time.FixedZone("last", -12*3600)} {
		for half := range 4 * 48 {
			now := day.Add(time.Duration(half) * 30 * time.Minute).In(zone)
			inForce, over := !day.Before(lms.DayInForce(now)), !now.Before(lms.DayOver(day))
			if inForce == over {
				t.Errorf("at %v it is in force: %v, and over: %v", now, inForce, over)
			}
		}
	}
}

// Whoever says in Almaty at two in the morning what they did today is believed; of tomorrow nobody is.
func TestADayBeginsWhereItBeginsFirst(t *testing.T) {
	almaty := time.FixedZone("Almaty", 5*3600)
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, almaty)
	for day, want := range map[int]bool{22: true, 23: true, 24: false} {
		if got := lms.DayBegun(time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC), now); got != want {
			t.Errorf("the %dth has begun: %v", day, got)
		}
	}
}
