package webinar

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"

	"mostik/lms/mail"
)

// product names this program in calendar files (RFC 5545, 3.7.3).
const product = "-//Mostik//Webinars//EN"

// remind is how long before its beginning a calendar rings.
const remind = "-PT15M"

// entry is a webinar as one calendar holds it.
type entry struct {
	w         *webinar
	method    ics.Method
	sequence  int
	organizer mail.Sender
	// name and address are whose calendar it is for; without an address nobody is named.
	name, address  string
	url, described string
	now            time.Time
}

// uid is the same for all of a webinar's files, for ever; the moment of its making keeps webinars of different
// installations apart whose ids are alike.
func (w *webinar) uid() string { return fmt.Sprintf("%s-%d@mostik", w.ID, w.made.Unix()) }

// calendar writes files of RFC 5545 with times in UTC, which every program shows in its own zone. Only the recipient
// stands among the attendees: who else comes is nobody's business.
func calendar(method ics.Method, name string, entries ...entry) string {
	c := ics.NewCalendarFor("")
	c.SetProductId(product)
	c.SetMethod(method)
	if name != "" {
		c.SetXWRCalName(name)
	}
	for _, e := range entries {
		v := c.AddEvent(e.w.uid())
		v.SetDtStampTime(e.now)
		v.SetSequence(e.sequence)
		v.SetStartAt(e.w.StartsAt)
		v.SetEndAt(e.w.EndsAt)
		v.SetSummary(e.w.Title)
		v.SetDescription(e.described)
		v.SetURL(e.url)
		v.SetLocation(e.url)
		if e.organizer.Address != "" {
			v.SetOrganizer("mailto:"+e.organizer.Address, ics.WithCN(plain(e.organizer.Name)))
		}
		if e.address != "" {
			v.AddAttendee(e.address, ics.WithCN(plain(e.name)), ics.ParticipationRoleReqParticipant, ics.ParticipationStatusNeedsAction, ics.WithRSVP(false))
		}
		if method == ics.MethodCancel || e.w.Cancelled {
			v.SetStatus(ics.ObjectStatusCancelled)
			continue // and rings for nobody
		}
		v.SetStatus(ics.ObjectStatusConfirmed)
		alarm := v.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger(remind)
		alarm.SetDescription(e.w.Title)
	}
	return c.Serialize(ics.WithNewLineWindows) // lines end with CRLF (RFC 5545, 3.1), whatever the machine
}

// plain takes out what the value of a parameter cannot hold (RFC 5545, 3.1: double quotes, controls), and what it
// could hold in quotes only, which the library does not set.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`",;:\`, r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
