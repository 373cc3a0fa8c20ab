package page

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/api"
	"mostik/lms/programme"
	"mostik/lms/text"
)

// herePage is what whoever checks in at a site sees: the field for six digits, the door, or how they stand.
type herePage struct {
	frame
	Message, Typed string
	Places         []room.Place
	Place          *room.Place
	// Name is that of the account that is signed in, ByName asks for one, SignInHref leads to the account and back.
	Name, SignInHref string
	ByName           bool
	// Presence is whoever has checked in, Here whether they are there.
	Presence *room.Presence
	Here     bool
	Since    string
	Over     bool
	// Day is an in-person day before whose door somebody stands, DayAt when they checked in there.
	Day   *programme.Entrance
	DayAt string
}

func hereTitle(w *text.Words) string { return w.Here.Title }

func (p *Pages) here(c *fiber.Ctx) herePage {
	// Doors and passes stand in the address: no other site is told of it.
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	return herePage{frame: p.frame(c, hereTitle)}
}

// getHere is the field for the six digits.
func (p *Pages) getHere(c *fiber.Ctx) error {
	if typed := c.Query("code"); typed != "" {
		return p.find(c, typed)
	}
	return p.draw(c, fiber.StatusOK, "here", p.here(c))
}

// getHereCode is where a QR code leads, maybe in capitals.
func (p *Pages) getHereCode(c *fiber.Ctx) error {
	code, err := url.PathUnescape(c.Params("code"))
	if err != nil {
		code = ""
	}
	return p.find(c, code)
}

// find leads on to the door of the one site that shows the code.
func (p *Pages) find(c *fiber.Ctx, code string) error {
	list, err := p.deps.Webinar.FindSite(api.AddressOf(c), code, p.daysShowing(c))
	if err != nil {
		page := p.here(c)
		page.Typed = code
		return p.refuseHere(c, err, page)
	}
	if len(list) == 1 {
		to := "/here/door/" + list[0].Door
		if lang := c.Query("lang"); text.Known(lang) {
			to += "?lang=" + url.QueryEscape(lang)
		}
		return c.Redirect(to, fiber.StatusSeeOther)
	}
	page := p.here(c)
	page.Places = list
	return p.draw(c, fiber.StatusOK, "here", page)
}

// getDoor asks whoever stands before a door who they are: one tap for whom the session knows, a name for others.
func (p *Pages) getDoor(c *fiber.Ctx) error {
	if programme.IsDayDoor(c.Params("door")) {
		return p.getDayDoor(c)
	}
	page, err := p.door(c)
	if err != nil {
		return p.refuseHere(c, err, page)
	}
	return p.draw(c, fiber.StatusOK, "here", page)
}

func (p *Pages) door(c *fiber.Ctx) (herePage, error) {
	page := p.here(c)
	actor, err := p.reader(c)
	if err != nil {
		return page, err
	}
	door := c.Params("door")
	e, err := p.deps.Webinar.Entrance(c.UserContext(), actor, door)
	if err != nil {
		return page, err
	}
	page.Place, page.Name = &e.Place, e.Name
	page.ByName = e.Name == "" || c.Query("else") != ""
	page.SignInHref = "/sign-in?next=" + url.QueryEscape("/here/door/"+door)
	return page, nil
}

func (p *Pages) postDoor(c *fiber.Ctx) error {
	if err := p.deps.API.SameOrigin(c); err != nil {
		return err
	}
	if programme.IsDayDoor(c.Params("door")) {
		return p.postDayDoor(c)
	}
	actor, err := p.reader(c)
	if err != nil {
		return err
	}
	if c.FormValue("else") != "" {
		actor = lms.Actor{} // the phone's owner lends it
	}
	pass, err := p.deps.Webinar.CheckIn(c.UserContext(), actor, c.Params("door"), c.FormValue("name"))
	if err == nil {
		return c.Redirect("/here/me/"+pass, fiber.StatusSeeOther)
	}
	page, gone := p.door(c)
	if gone != nil {
		err = gone
	}
	page.ByName = page.ByName || c.FormValue("else") != ""
	return p.refuseHere(c, err, page)
}

// getPresence tells whoever has checked in how they stand.
func (p *Pages) getPresence(c *fiber.Ctx) error {
	page := p.here(c)
	return p.presence(c, page)
}

func (p *Pages) presence(c *fiber.Ctx, page herePage) error {
	who, err := p.deps.Webinar.CheckedIn(c.Params("pass"))
	if err != nil {
		return p.refuseHere(c, err, page)
	}
	page.Presence, page.Here = &who, who.State == "here" || who.State == "late"
	page.Since = clock(who.Since, who.Zone)
	return p.draw(c, fiber.StatusOK, "here", page)
}

func (p *Pages) postPresence(c *fiber.Ctx) error {
	if err := p.deps.API.SameOrigin(c); err != nil {
		return err
	}
	pass := c.Params("pass")
	if err := p.deps.Webinar.CheckOut(pass, c.FormValue("back") != ""); err != nil {
		page := p.here(c)
		if _, known := p.deps.Webinar.CheckedIn(pass); known == nil {
			page.Message = page.Words.Here.StillByDevice
			return p.presence(c, page)
		}
		return p.refuseHere(c, err, page)
	}
	return c.Redirect("/here/me/"+pass, fiber.StatusSeeOther)
}

// clock is a time of day where the site is.
func clock(at int64, zone string) string {
	where, err := time.LoadLocation(zone)
	if err != nil {
		where = time.UTC
	}
	return time.UnixMilli(at).In(where).Format("15:04")
}

// refuseHere draws the page again with what went wrong.
func (p *Pages) refuseHere(c *fiber.Ctx, err error, page herePage) error {
	w := page.Words.Here
	status := fiber.StatusUnprocessableEntity
	e := asError(err)
	switch {
	case e.Kind == lms.TooMany:
		status, page.Message = fiber.StatusTooManyRequests, w.Busy
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(e.RetryAfter))
	case e.Code == "check-in-code":
		status, page.Message = fiber.StatusNotFound, w.Wrong
		if strings.Trim(page.Typed, "0123456789 -") != "" {
			page.Typed = "" // the word of an old QR code is nothing to mend
		}
	case e.Kind == lms.Gone:
		status, page.Over, page.Place, page.Day = fiber.StatusGone, true, nil, nil
	case e.Code == "not-oneself":
		status, page.Message = fiber.StatusForbidden, w.Leads
	case e.Code == "said-absent":
		status, page.Message = fiber.StatusConflict, w.SaidAbsent
	case e.Kind == lms.Unauthorized:
		status, page.Message = fiber.StatusUnauthorized, w.AccountNeeded
	case e.Kind == lms.Invalid:
		page.Message = w.NameNeeded
	case e.Kind == lms.Conflict:
		status, page.Message = fiber.StatusConflict, w.Full
	default:
		p.log.ErrorContext(c.UserContext(), "checking in", "error", err)
		status, page.Message = fiber.StatusServiceUnavailable, page.Words.SignIn.Trouble
	}
	return p.draw(c, status, "here", page)
}
