package page

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"mostik/live/room"
)

// daysShowing finds the in-person days that show a code, as places to choose among.
func (p *Pages) daysShowing(c *fiber.Ctx) func(code string) ([]room.Place, error) {
	return func(code string) (places []room.Place, err error) {
		if p.deps.Days == nil {
			return nil, nil
		}
		days, err := p.deps.Days.DaysShowing(c.UserContext(), code)
		for _, d := range days {
			places = append(places, room.Place{Title: d.Title, Site: d.Place, Zone: d.TimeZone, Door: d.Door})
		}
		return places, err
	}
}

// dayDoor is the page before the door of a day. It counts for an account: whoever is not signed in is sent to do so.
func (p *Pages) dayDoor(c *fiber.Ctx) (herePage, error) {
	page := p.here(c)
	actor, err := p.reader(c)
	if err != nil {
		return page, err
	}
	door := c.Params("door")
	e, err := p.deps.Days.DayEntrance(c.UserContext(), actor, door)
	if err != nil {
		return page, err
	}
	page.Day, page.Name = &e, e.Name
	page.SignInHref = "/sign-in?next=" + url.QueryEscape("/here/door/"+door)
	if e.At != nil {
		page.DayAt = clock(e.At.UnixMilli(), e.TimeZone)
	}
	return page, nil
}

func (p *Pages) getDayDoor(c *fiber.Ctx) error {
	page, err := p.dayDoor(c)
	if err != nil {
		return p.refuseHere(c, err, page)
	}
	return p.draw(c, fiber.StatusOK, "here", page)
}

func (p *Pages) postDayDoor(c *fiber.Ctx) error {
	actor, err := p.reader(c)
	if err != nil {
		return err
	}
	door := c.Params("door")
	err = p.deps.Days.CheckInDay(c.UserContext(), actor, door)
	if err == nil {
		return c.Redirect("/here/door/"+door, fiber.StatusSeeOther)
	}
	page, gone := p.dayDoor(c)
	if gone != nil {
		err = gone
	}
	return p.refuseHere(c, err, page)
}
