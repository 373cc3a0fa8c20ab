package lms

import "time"

// DayOver is when a day, given as its midnight in UTC, is over everywhere on earth: at noon UTC of the next one, when it
// ends where the date changes last. What names its last day (a certificate, a recognition) holds until then, whoever
// asks and wherever they are.
func DayOver(day time.Time) time.Time { return day.UTC().AddDate(0, 0, 1).Add(12 * time.Hour) }

// DayInForce is the earliest day that is not over yet, as its midnight in UTC: what names it or a later one as its last
// still holds. Sums and filters compare days with it, as DayOver compares moments.
func DayInForce(now time.Time) time.Time {
	y, m, d := now.UTC().Add(-12 * time.Hour).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// DayBegun tells whether a day, given as its midnight in UTC, has begun anywhere on earth: fourteen hours before UTC, where
// the date changes first. What somebody says that they did today may be of such a day.
func DayBegun(day, now time.Time) bool { return !now.Before(day.UTC().Add(-14 * time.Hour)) }
