package page

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms/text"
)

// leavePage is a month: what anybody might have on a screen.
type leavePage struct {
	Lang, Title string
	Weekdays    []string
	Weeks       [][7]int // days, 0 where the month has none
	Today       int
}

// getLeave is where "leave quickly" leads: a calendar, without the programme's name, link or look.
func (p *Pages) getLeave(c *fiber.Ctx) error {
	now := p.deps.Now()
	lang := p.language(c)
	return p.draw(c, fiber.StatusOK, "leave", leavePage{
		Lang: lang, Title: text.Month(lang, now), Weekdays: text.Weekdays(lang), Weeks: weeks(now), Today: now.Day(),
	})
}

// weeks lays a month out from Monday to Sunday.
func weeks(now time.Time) [][7]int {
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	column := (int(first.Weekday()) + 6) % 7
	var list [][7]int
	var week [7]int
	for day := 1; day <= last; day++ {
		week[column] = day
		if column == 6 || day == last {
			list = append(list, week)
			week = [7]int{}
		}
		column = (column + 1) % 7
	}
	return list
}
