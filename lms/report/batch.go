package report

import (
	"cmp"
	"slices"
	"time"

	"mostik/courses/scale"
	"mostik/lms/indicator"
)

// Answers without names are told in batches. Whoever opened a report before and after somebody answered, and knows who
// that was, would read the answer off the difference of the two; and whoever has a report on all countries and those on
// most of them, what the few of the rest said. So a month's answers are told when the month is over, and only as many
// whole months at a time as hold a threshold of answers from one country: whatever is told, now or later, of one country
// or of all, is made of such batches, and so is every difference.

// dated is an answer without a name, or that somebody was asked, as it may be told: of a country and a month.
type dated struct {
	country string
	month   time.Time // its first day
	answers scale.Response
}

// batched gives those that may be told at a threshold: of all that count, whole batches from before a month. A batch of a
// larger threshold is made of batches of the smallest, so that two reports with thresholds of their own do not differ by
// less than that.
func batched(all []dated, before time.Time, threshold int, counts func(scale.Response) bool) []scale.Response {
	all = slices.DeleteFunc(slices.Clone(all), func(d dated) bool { return !d.month.Before(before) || !counts(d.answers) })
	slices.SortStableFunc(all, func(a, b dated) int { return cmp.Or(cmp.Compare(a.country, b.country), a.month.Compare(b.month)) })
	var told, open []scale.Response
	small := 0
	for i, d := range all {
		open, small = append(open, d.answers), small+1
		last := i+1 == len(all) || all[i+1].country != d.country
		if !last && all[i+1].month.Equal(d.month) {
			continue
		}
		if small >= indicator.Threshold {
			if small = 0; len(open) >= threshold {
				told, open = append(told, open...), nil
			}
		}
		if last {
			open, small = nil, 0
		}
	}
	return told
}

// anything counts whatever was answered.
func anything(scale.Response) bool { return true }

// closed is the first day of the month whose answers are not told yet: the month of now, or the one in which a report
// ends, unless it ends with it.
func closed(now, to time.Time) time.Time {
	after := to.AddDate(0, 0, 1)
	if now.Before(after) {
		after = now
	}
	return time.Date(after.Year(), after.Month(), 1, 0, 0, 0, 0, time.UTC)
}
