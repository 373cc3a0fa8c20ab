package api

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/live/turnstile"
	"mostik/lms"
	"mostik/lms/programme"
)

type programmeIn struct {
	Key string `path:"key"`
}

type joinProgrammeIn struct {
	Key        string            `path:"key"`
	Categories map[string]string `json:"categories"`
}

type newProgrammeIn struct {
	Key        string          `json:"key" required:"true" maxLength:"63"`
	Country    string          `json:"country" pattern:"^([A-Z]{2})?$"`
	Definition json.RawMessage `json:"definition"`
}

type draftIn struct {
	Key        string          `path:"key"`
	Definition json.RawMessage `json:"definition" required:"true"`
}

type publishedOut struct {
	Version int `json:"version"`
}

type closeIn struct {
	Key    string `path:"key"`
	Closed bool   `json:"closed" required:"true"`
}

type programmePeopleIn struct {
	Key     string `path:"key"`
	State   string `query:"state" enum:",invited,active,passed,certified,withdrawn"`
	Q       string `query:"q"`
	Country string `query:"country"`
	Missing string `query:"missing"`
	Page    int    `query:"page"`
}

type inviteIn struct {
	Key        string               `path:"key"`
	People     []lms.ID[lms.Person] `json:"person_ids" maxItems:"2000"`
	Cohort     *lms.ID[lms.Cohort]  `json:"cohort_id"`
	TrainedBy  *lms.ID[lms.Person]  `json:"trained_by"`
	Categories map[string]string    `json:"categories"`
}

type searchIn struct {
	Key string `path:"key"`
	Q   string `query:"q"`
}

type programmeWebinarIn struct {
	Key       string `path:"key"`
	Webinar   string `path:"webinar"`
	Component string `json:"component" maxLength:"63"`
}

type newDayIn struct {
	Key       string              `path:"key"`
	Component string              `json:"component" required:"true" maxLength:"63"`
	Title     string              `json:"title" required:"true" maxLength:"200"`
	Country   string              `json:"country" pattern:"^([A-Z]{2})?$"`
	Centre    *lms.ID[lms.Centre] `json:"centre_id"`
	Place     string              `json:"place" maxLength:"200"`
	StartsAt  time.Time           `json:"starts_at" required:"true"`
	EndsAt    time.Time           `json:"ends_at" required:"true"`
}

type dayIn struct {
	ID lms.ID[lms.Day] `path:"id"`
}

type changeDayIn struct {
	ID        lms.ID[lms.Day]     `path:"id"`
	Component string              `json:"component" required:"true" maxLength:"63"`
	Title     string              `json:"title" required:"true" maxLength:"200"`
	Country   string              `json:"country" pattern:"^([A-Z]{2})?$"`
	Centre    *lms.ID[lms.Centre] `json:"centre_id"`
	Place     string              `json:"place" maxLength:"200"`
	StartsAt  time.Time           `json:"starts_at" required:"true"`
	EndsAt    time.Time           `json:"ends_at" required:"true"`
}

type dayCodeIn struct {
	ID lms.ID[lms.Day] `path:"id"`
	// Address is that of the site as the reader sees it, for the QR code.
	Address string `query:"address" maxLength:"200"`
}

type dayCodeOut struct {
	turnstile.Shown
	// Now is the server's time in Unix milliseconds, for devices whose clock goes wrong.
	Now int64 `json:"now"`
}

type newScanIn struct {
	ID   lms.ID[lms.Day] `path:"id"`
	Name string          `query:"name"`
}

type scanIn struct {
	ID   lms.ID[lms.Day] `path:"id"`
	Scan string          `path:"scan"`
}

type ticksIn struct {
	ID    lms.ID[lms.Day]  `path:"id"`
	Ticks []programme.Tick `json:"ticks" required:"true" maxItems:"2000"`
}

type walkInsIn struct {
	ID lms.ID[lms.Day] `path:"id"`
	Q  string          `query:"q"`
}

type dayOut struct {
	ID lms.ID[lms.Day] `json:"id"`
}

type participationIn struct {
	ID lms.ID[lms.Participation] `path:"id"`
}

type changeParticipationIn struct {
	ID         lms.ID[lms.Participation] `path:"id"`
	Categories map[string]string         `json:"categories"`
	// TrainedBy of zeros takes the trainer back.
	TrainedBy *lms.ID[lms.Person] `json:"trained_by"`
}

type handInIn struct {
	ID         lms.ID[lms.Participation] `path:"id"`
	Component  string                    `json:"component" required:"true" maxLength:"63"`
	Words      string                    `json:"words" required:"true" maxLength:"2000"`
	ObtainedOn string                    `json:"obtained_on" pattern:"^(\\d{4}-\\d{2}-\\d{2})?$"`
}

type handedIn struct {
	ID lms.ID[lms.Evidence] `path:"id"`
}

type handedFileIn struct {
	ID   lms.ID[lms.Evidence] `path:"id"`
	Name string               `query:"name"`
}

type decideIn struct {
	ID     lms.ID[lms.Evidence] `path:"id"`
	Accept bool                 `json:"accept" required:"true"`
	Reason string               `json:"reason" maxLength:"500"`
}

type queueIn struct {
	Programme string `query:"programme"`
}

type creditsIn struct {
	ID lms.ID[lms.Person] `path:"id"`
}

type certifiedOut struct {
	Serial string `json:"serial"`
}

func (in newDayIn) input() programme.DayInput {
	return programme.DayInput{
		Component: in.Component, Title: in.Title, Country: in.Country, Centre: given(in.Centre), Place: in.Place, StartsAt: in.StartsAt, EndsAt: in.EndsAt,
	}
}

func (in changeDayIn) input() programme.DayInput {
	return programme.DayInput{
		Component: in.Component, Title: in.Title, Country: in.Country, Centre: given(in.Centre), Place: in.Place, StartsAt: in.StartsAt, EndsAt: in.EndsAt,
	}
}

// given takes an id that may be left out.
func given[T any](id *lms.ID[T]) lms.ID[T] {
	if id == nil {
		return lms.ID[T]{}
	}
	return *id
}

func (s *Server) programmeRoutes(r *router) {
	p := s.deps.Programme
	o := func(summary string, actions ...lms.Action) op {
		return op{Summary: summary, Tag: "programmes", Access: asks(actions...)}
	}
	register(r, http.MethodGet, "/programmes", o("The programmes that one may read, with counts of the people whose standing one may see.", lms.ReadProgramme),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[programme.Row], error) {
			return listOf(p.List(ctx, actor))
		})
	created := o("Begin a programme with a draft.", lms.ManageProgramme)
	created.Status = http.StatusCreated
	register(r, http.MethodPost, "/programmes", created,
		func(ctx context.Context, actor lms.Actor, in newProgrammeIn) (programme.Draft, error) {
			return p.Create(ctx, actor, programme.NewProgramme{Key: in.Key, Country: in.Country, Definition: in.Definition})
		})
	register(r, http.MethodGet, "/programmes/choices", o("What the editor of a programme offers: courses with their quizzes, programmes, countries.", lms.ManageProgramme),
		func(ctx context.Context, actor lms.Actor, _ none) (programme.Choices, error) {
			return p.Choices(ctx, actor)
		})
	register(r, http.MethodGet, "/programmes/mine", op{Summary: "The programmes that one takes part in, and those that one may join.", Tag: "programmes", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[programme.MineRow], error) {
			return listOf(p.Mine(ctx, actor))
		})
	register(r, http.MethodGet, "/programmes/{key}", o("One programme: its definition, days and webinars.", lms.ReadProgramme),
		func(ctx context.Context, actor lms.Actor, in programmeIn) (programme.View, error) {
			return p.Programme(ctx, actor, in.Key)
		})
	register(r, http.MethodGet, "/programmes/{key}/draft", o("The definition that is being written, with its faults.", lms.ManageProgramme),
		func(ctx context.Context, actor lms.Actor, in programmeIn) (programme.Draft, error) {
			return p.Draft(ctx, actor, in.Key)
		})
	register(r, http.MethodPut, "/programmes/{key}/draft", o("Keep a draft. It may have faults, which come back with their fields.", lms.ManageProgramme),
		func(ctx context.Context, actor lms.Actor, in draftIn) (programme.Draft, error) {
			return p.SaveDraft(ctx, actor, in.Key, in.Definition)
		})
	register(r, http.MethodPost, "/programmes/{key}/publish", o("Make the draft the newest version, which never changes.", lms.ManageProgramme),
		func(ctx context.Context, actor lms.Actor, in programmeIn) (publishedOut, error) {
			n, err := p.Publish(ctx, actor, in.Key)
			return publishedOut{n}, err
		})
	register(r, http.MethodPut, "/programmes/{key}/closed", o("Take nobody in any more, or take people in again.", lms.ManageProgramme),
		func(ctx context.Context, actor lms.Actor, in closeIn) (none, error) {
			return none{}, p.Close(ctx, actor, in.Key, in.Closed)
		})
	register(r, http.MethodGet, "/programmes/{key}/own", op{Summary: "One's own standing in a programme, or what an open one asks for.", Tag: "programmes", Access: asks(lms.Participate)},
		func(ctx context.Context, actor lms.Actor, in programmeIn) (programme.OwnView, error) {
			return p.Own(ctx, actor, in.Key)
		})
	register(r, http.MethodPost, "/programmes/{key}/join", op{Summary: "Take part in an open programme, with what one says of oneself.", Tag: "programmes", Access: asks(lms.Participate)},
		func(ctx context.Context, actor lms.Actor, in joinProgrammeIn) (none, error) {
			return none{}, p.Join(ctx, actor, in.Key, in.Categories)
		})
	s.programmePeople(r, o)
	s.programmeDays(r, o)
	s.daySheets(r, o)
	s.programmeEvidence(r, o)
}

// programmePeople are the routes about who takes part.
func (s *Server) programmePeople(r *router, o func(string, ...lms.Action) op) {
	p := s.deps.Programme
	register(r, http.MethodGet, "/programmes/{key}/people", o("Who takes part and what is missing, by name.", lms.ReadProgramme),
		func(ctx context.Context, actor lms.Actor, in programmePeopleIn) (programme.People, error) {
			return p.People(ctx, actor, in.Key, programme.PeopleQuery{State: in.State, Text: in.Q, Country: in.Country, Missing: in.Missing, Page: in.Page})
		})
	register(r, http.MethodPost, "/programmes/{key}/people", o("Put people or a cohort into a programme.", lms.EnrolParticipant),
		func(ctx context.Context, actor lms.Actor, in inviteIn) (programme.Invited, error) {
			return p.Invite(ctx, actor, in.Key, programme.Invitation{
				People: in.People, Cohort: given(in.Cohort), TrainedBy: given(in.TrainedBy), Categories: in.Categories,
			})
		})
	register(r, http.MethodGet, "/programmes/{key}/candidates", o("Who may be put into a programme, by a part of the name.", lms.EnrolParticipant),
		func(ctx context.Context, actor lms.Actor, in searchIn) (listOut[programme.Candidate], error) {
			return listOf(p.Candidates(ctx, actor, in.Key, in.Q))
		})
	register(r, http.MethodGet, "/programmes/{key}/lineage", o("Who trained whom, and how many of each generation.", lms.ReadProgramme),
		func(ctx context.Context, actor lms.Actor, in programmeIn) (programme.Lineage, error) {
			return p.Lineage(ctx, actor, in.Key)
		})
	register(r, http.MethodGet, "/participations/{id}", o("Where somebody stands, explained with its evidence.", lms.ReadParticipation),
		func(ctx context.Context, actor lms.Actor, in participationIn) (programme.Standing, error) {
			return p.Standing(ctx, actor, in.ID)
		})
	register(r, http.MethodPatch, "/participations/{id}", o("Change somebody's or one's own categories in a programme, or who trained somebody.", lms.EnrolParticipant, lms.Participate),
		func(ctx context.Context, actor lms.Actor, in changeParticipationIn) (none, error) {
			return none{}, p.Change(ctx, actor, in.ID, programme.ParticipationChange{Categories: in.Categories, TrainedBy: in.TrainedBy})
		})
	register(r, http.MethodPost, "/participations/{id}/withdraw", o("Take somebody, or oneself, out of a programme. What was issued stays.", lms.EnrolParticipant, lms.Participate),
		func(ctx context.Context, actor lms.Actor, in participationIn) (none, error) {
			return none{}, p.Withdraw(ctx, actor, in.ID)
		})
	register(r, http.MethodPost, "/participations/{id}/certify", o("Issue the certificate of somebody who passed, where that is done by hand.", lms.IssueCertificate),
		func(ctx context.Context, actor lms.Actor, in participationIn) (certifiedOut, error) {
			serial, err := p.Certify(ctx, actor, in.ID)
			return certifiedOut{serial}, err
		})
	register(r, http.MethodGet, "/people/{id}/credits", o("Somebody's hours of professional development, by year.", lms.ReadParticipation),
		func(ctx context.Context, actor lms.Actor, in creditsIn) (programme.Credits, error) {
			return p.Credits(ctx, actor, in.ID)
		})
	register(r, http.MethodGet, "/me/credits", op{Summary: "One's own hours of professional development, by year.", Tag: "programmes", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, _ none) (programme.Credits, error) {
			return p.Credits(ctx, actor, actor.Person)
		})
}

// programmeDays are the routes about days and webinars.
func (s *Server) programmeDays(r *router, o func(string, ...lms.Action) op) {
	p := s.deps.Programme
	register(r, http.MethodGet, "/programmes/{key}/webinars", o("Webinars that could count for a programme.", lms.ManageProgramme),
		func(ctx context.Context, actor lms.Actor, in programmeIn) (listOut[programme.WebinarRow], error) {
			return listOf(p.WebinarChoices(ctx, actor, in.Key))
		})
	register(r, http.MethodPut, "/programmes/{key}/webinars/{webinar}", o("Say for which component a webinar counts; for none where it is empty.", lms.ManageProgramme),
		func(ctx context.Context, actor lms.Actor, in programmeWebinarIn) (none, error) {
			return none{}, p.SetWebinar(ctx, actor, in.Key, in.Webinar, in.Component)
		})
	created := o("Put an in-person day on the calendar.", lms.ManageProgramme)
	created.Status = http.StatusCreated
	register(r, http.MethodPost, "/programmes/{key}/days", created,
		func(ctx context.Context, actor lms.Actor, in newDayIn) (dayOut, error) {
			id, err := p.CreateDay(ctx, actor, in.Key, in.input())
			return dayOut{id}, err
		})
	register(r, http.MethodGet, "/days/{id}", o("A day with its sheet: who is expected and who was there.", lms.ReadProgramme),
		func(ctx context.Context, actor lms.Actor, in dayIn) (programme.Sheet, error) {
			return p.Sheet(ctx, actor, in.ID)
		})
	register(r, http.MethodPut, "/days/{id}", o("Change a day.", lms.ManageProgramme),
		func(ctx context.Context, actor lms.Actor, in changeDayIn) (none, error) {
			return none{}, p.ChangeDay(ctx, actor, in.ID, in.input())
		})
	register(r, http.MethodPost, "/days/{id}/attendance", o("Say who was there; a facilitator for the own centre.", lms.TakeAttendance),
		func(ctx context.Context, actor lms.Actor, in ticksIn) (none, error) {
			return none{}, p.TickDay(ctx, actor, in.ID, in.Ticks)
		})
	register(r, http.MethodGet, "/days/{id}/candidates", o("People who came without being asked, by a part of the name.", lms.TakeAttendance),
		func(ctx context.Context, actor lms.Actor, in walkInsIn) (listOut[programme.Candidate], error) {
			return listOf(p.WalkIns(ctx, actor, in.ID, in.Q))
		})
}

// daySheets are the routes about the code that a day shows and the sheets that people sign there.
func (s *Server) daySheets(r *router, o func(string, ...lms.Action) op) {
	p := s.deps.Programme
	register(r, http.MethodGet, "/days/{id}/code", o("The six digits and the QR code by which people check in on a day, of this minute.", lms.TakeAttendance),
		func(ctx context.Context, actor lms.Actor, in dayCodeIn) (dayCodeOut, error) {
			shown, err := p.Code(ctx, actor, in.ID, in.Address)
			return dayCodeOut{shown, p.Now().UnixMilli()}, err
		})
	upload(r, http.MethodPost, "/days/{id}/scans", o("The scan of a signed sheet: its bytes are the body, and its content tells the type.", lms.TakeAttendance), programme.MaxEvidence,
		func(ctx context.Context, actor lms.Actor, in newScanIn, body *boundBody) (programme.Scan, error) {
			return p.AddScan(ctx, actor, in.ID, in.Name, body)
		})
	file := o("The scan of a signed sheet, as an attachment.", lms.TakeAttendance)
	file.Produces = fiber.MIMEOctetStream
	stream(r, http.MethodGet, "/days/{id}/scans/{scan}", file,
		func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in scanIn, _ *boundBody) error {
			f, scan, err := p.OpenScan(ctx, actor, in.ID, in.Scan)
			if err != nil {
				return err
			}
			return sendAside(c, f, scan.FileName, scan.FileType, scan.FileBytes)
		})
	register(r, http.MethodDelete, "/days/{id}/scans/{scan}", o("Take a scan away that was added by mistake.", lms.TakeAttendance),
		func(ctx context.Context, actor lms.Actor, in scanIn) (none, error) {
			return none{}, p.DropScan(ctx, actor, in.ID, in.Scan)
		})
}

// sendAside sends a file that somebody handed in: never shown as a page of ours, whatever is in it.
func sendAside(c *fiber.Ctx, f *os.File, name, media string, size int64) error {
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendStream(f, int(size))
}

// programmeEvidence are the routes about what is handed in.
func (s *Server) programmeEvidence(r *router, o func(string, ...lms.Action) op) {
	p := s.deps.Programme
	input := func(in handInIn) programme.HandIn {
		return programme.HandIn{Component: in.Component, Words: in.Words, ObtainedOn: in.ObtainedOn}
	}
	handed := o("Hand in evidence from outside, or practice that a trainer saw.", lms.Participate)
	handed.Status = http.StatusCreated
	register(r, http.MethodPost, "/participations/{id}/evidence", handed,
		func(ctx context.Context, actor lms.Actor, in handInIn) (programme.Handed, error) {
			return p.HandIn(ctx, actor, in.ID, input(in))
		})
	approved := o("Write practice or evidence down as accepted.", lms.DecideEvidence)
	approved.Status = http.StatusCreated
	register(r, http.MethodPost, "/participations/{id}/approvals", approved,
		func(ctx context.Context, actor lms.Actor, in handInIn) (programme.Handed, error) {
			return p.Approve(ctx, actor, in.ID, input(in))
		})
	register(r, http.MethodGet, "/evidence", o("What waits for one's decision, the oldest first.", lms.DecideEvidence),
		func(ctx context.Context, actor lms.Actor, in queueIn) (listOut[programme.QueueRow], error) {
			return listOf(p.Queue(ctx, actor, in.Programme))
		})
	register(r, http.MethodPost, "/evidence/{id}/decision", o("Accept or refuse what was handed in.", lms.DecideEvidence),
		func(ctx context.Context, actor lms.Actor, in decideIn) (none, error) {
			return none{}, p.Decide(ctx, actor, in.ID, in.Accept, in.Reason)
		})
	register(r, http.MethodDelete, "/evidence/{id}", o("Take back what nobody has decided about.", lms.Participate),
		func(ctx context.Context, actor lms.Actor, in handedIn) (none, error) {
			return none{}, p.TakeBack(ctx, actor, in.ID)
		})
	upload(r, http.MethodPut, "/evidence/{id}/file",
		o("The document to what was handed in: its bytes are the body, and its content tells the type.", lms.Participate, lms.DecideEvidence), programme.MaxEvidence,
		func(ctx context.Context, actor lms.Actor, in handedFileIn, body *boundBody) (programme.Handed, error) {
			return p.Attach(ctx, actor, in.ID, in.Name, body)
		})
	file := o("The document to what was handed in, as an attachment.", lms.Participate, lms.DecideEvidence)
	file.Produces = fiber.MIMEOctetStream
	stream(r, http.MethodGet, "/evidence/{id}/file", file,
		func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in handedIn, _ *boundBody) error {
			f, h, err := p.OpenEvidence(ctx, actor, in.ID)
			if err != nil {
				return err
			}
			return sendAside(c, f, h.FileName, h.FileType, h.FileBytes)
		})
}
