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
