package page

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/report"
	"mostik/lms/text"
)

// askedPage is what a supervisor sees who was asked by mail what became of the learning.
type askedPage struct {
	frame
	Asked   *text.Followup
	About   string
	Items   []askedItem
	Message string
	// Said is what became of it, in place of the questions: thanks, too late, or that the address is deleted.
	Said, SaidNote string
	Good           bool
	// MayStop tells that there is an address to be deleted.
	MayStop bool
}

// askedItem is a question with its steps.
type askedItem struct {
	report.AskedItem
	Steps []int
}

func (p *Pages) asked(c *fiber.Ctx) askedPage {
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer") // the door stands in the address
	words := text.FollowupIn(p.language(c))
	return askedPage{frame: p.frame(c, func(*text.Words) string { return words.Title }), Asked: words}
}

// getAsked shows the questions behind a door. To open it changes nothing: programs that look mails through do so, too.
func (p *Pages) getAsked(c *fiber.Ctx) error {
	page := p.asked(c)
	return p.drawAsked(c, fiber.StatusOK, page)
}

func (p *Pages) drawAsked(c *fiber.Ctx, status int, page askedPage) error {
	a, err := p.deps.Report.Behind(c.UserContext(), c.Params("door"), page.Lang)
	if lms.KindOf(err) == lms.NotFound {
		page.Said = page.Asked.NotFound
		return p.draw(c, fiber.StatusNotFound, "asked", page)
	}
	if err != nil {
		return err
	}
	page.MayStop = true
	switch {
	case a.Answered:
		page.Said, page.Good = page.Asked.Thanks, true
	case a.Closed:
		page.Said = page.Asked.Closed
	default:
		page.About = a.About
		for _, item := range a.Items {
			one := askedItem{AskedItem: item}
			for step := item.From; step <= item.To && item.Kind == string(scale.Scale); step++ {
				one.Steps = append(one.Steps, step)
			}
			page.Items = append(page.Items, one)
		}
	}
	return p.draw(c, status, "asked", page)
}

// postAsked keeps the answers, or deletes the address.
func (p *Pages) postAsked(c *fiber.Ctx) error {
	if err := p.deps.API.SameOrigin(c); err != nil {
		return err
	}
	page, door := p.asked(c), c.Params("door")
	if c.FormValue("stop") != "" {
		err := p.deps.Report.StopAsking(c.UserContext(), door)
		if err != nil && lms.KindOf(err) != lms.NotFound { // done before is done
			return err
		}
		page.Said, page.Good = page.Asked.Stopped, true
		return p.draw(c, fiber.StatusOK, "asked", page)
	}
	answers := scale.Response{}
	for _, item := range report.Supervised().Items {
		var chosen []string
		for _, v := range c.Request().PostArgs().PeekMulti(item.Key) {
			chosen = append(chosen, string(v))
		}
		switch {
		case len(chosen) == 0:
		case item.Kind == scale.Scale:
			if n, err := strconv.ParseFloat(chosen[0], 64); err == nil {
				answers[item.Key] = scale.Value{Number: &n}
			}
		default:
			answers[item.Key] = scale.Value{Choices: chosen}
		}
	}
	if len(answers) == 0 {
		page.Message = page.Asked.Missing
		return p.drawAsked(c, fiber.StatusUnprocessableEntity, page)
	}
	switch err := p.deps.Report.AnswerBehind(c.UserContext(), door, answers); lms.KindOf(err) {
	case lms.Invalid:
		page.Message = page.Asked.Missing
		return p.drawAsked(c, fiber.StatusUnprocessableEntity, page)
	case lms.NotFound, lms.Gone:
		return p.drawAsked(c, fiber.StatusGone, page)
	default:
		if err != nil {
			return err
		}
	}
	return c.Redirect("/asked/"+door+"?lang="+page.Lang, fiber.StatusSeeOther)
}
