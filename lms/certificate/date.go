package certificate

import "time"

// defaultWindow is how many months before its end a certificate may be renewed where the award does not say.
const defaultWindow = 3

// window gives the first day on which a certificate that ends may be renewed.
func window(expires *Date, months int) *Date {
	if expires == nil {
		return nil
	}
	if months <= 0 {
		months = defaultWindow
	}
	from := addMonths(*expires, -months)
	return &from
}

// addMonths keeps the day within the month that is reached: three months after 30 November is the last
// of February, where time.AddDate would run on into March.
func addMonths(d Date, months int) Date {
	y, m, day := d.Date()
	last := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC)
	return Date{time.Date(last.Year(), last.Month(), min(day, last.Day()), 0, 0, 0, 0, time.UTC)}
}

// monthsBetween counts the months from one day to another, so that addMonths leads back; days that do not
// make a month are left out.
func monthsBetween(from, to Date) int {
	months := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if addMonths(from, months).After(to.Time) {
		months--
	}
	return months
}
