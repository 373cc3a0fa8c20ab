package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/report"
)

type indicatorIn struct {
	Key string `path:"key"`
}

type newIndicatorIn struct {
	Country    string          `json:"country" pattern:"^([A-Z]{2})?$"`
	Definition json.RawMessage `json:"definition" required:"true"`
}

type changeIndicatorIn struct {
	Key        string          `path:"key"`
	Definition json.RawMessage `json:"definition" required:"true"`
	Ended      bool            `json:"ended"`
}

type donorReportIn struct {
	ID lms.ID[lms.Report] `path:"id"`
}

type newReportIn struct {
	Title      string   `json:"title" required:"true" maxLength:"200"`
	Programme  string   `json:"programme" required:"true" maxLength:"63"`
	Country    string   `json:"country" pattern:"^([A-Z]{2})?$"`
	Countries  []string `json:"countries" maxItems:"60"` // several, where it is neither one nor all
	Language   string   `json:"language" required:"true" pattern:"^(en|ru|sk|kk|tg|ky)$"`
	From       string   `json:"from_day" required:"true" maxLength:"10"`
	To         string   `json:"to_day" required:"true" maxLength:"10"`
	Threshold  int      `json:"threshold"`
	Indicators []string `json:"indicators" required:"true" minItems:"1" maxItems:"40"`
}

// reportIDOut names what was made.
type reportIDOut struct {
	ID lms.ID[lms.Report] `json:"id"`
}

type reportPeopleIn struct {
	ID        lms.ID[lms.Report] `path:"id"`
	Indicator string             `query:"indicator"`
	// Cells are categories, "sex=female,country=SK"; none for the whole.
	Cells string `query:"cells"`
}

type reportFileIn struct {
	ID   lms.ID[lms.Report] `path:"id"`
	Kind string             `path:"kind"`
}

type totalIn struct {
	ID string `path:"id"`
}

type newTotalIn struct {
	Programme string `json:"programme" required:"true" maxLength:"63"`
	Country   string `json:"country" required:"true" pattern:"^[A-Z]{2}$"`
	What      string `json:"what" required:"true" pattern:"^[a-z0-9][a-z0-9-]{0,62}$"`
	From      string `json:"from_day" required:"true" maxLength:"10"`
	To        string `json:"to_day" required:"true" maxLength:"10"`
	Sex       string `json:"sex" required:"true" enum:"female,male,not-stated"`
	Age       string `json:"age" required:"true" enum:"0-17,18-24,25-34,35-44,45-54,55-64,65+,not-stated"`
	Count     int    `json:"count" required:"true" minimum:"0" maximum:"1000000"`
	Source    string `json:"source" required:"true" maxLength:"300"`
}

type outcomesIn struct {
	Programme string `path:"programme"`
	Country   string `query:"country"`
}

type newNoteIn struct {
	Programme string `json:"programme" required:"true" maxLength:"63"`
	Country   string `json:"country" pattern:"^([A-Z]{2})?$"`
	On        string `json:"happened_on" required:"true" maxLength:"10"`
	Words     string `json:"words" required:"true" maxLength:"4000"`
	Source    string `json:"source" maxLength:"500"`
}

type noteOut struct {
	ID string `json:"id"`
}

type followupIn struct {
	ID string `path:"id"`
}

type supervisorIn struct {
	ID    string `path:"id"`
	Email string `json:"email" required:"true" maxLength:"254"`
}

type answerFollowupIn struct {
	ID      string         `path:"id"`
	Answers scale.Response `json:"answers" required:"true"`
}

func (s *Server) reportRoutes(r *router) {
	o := func(summary string, action lms.Action) op {
		return op{Summary: summary, Tag: "reports", Access: asks(action)}
	}
	made := func(o op) op { o.Status = http.StatusCreated; return o }
	p := s.deps.Report
	register(r, http.MethodGet, "/indicators", o("Indicators: what is counted, as data.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[report.Indicator], error) {
			return listOf(p.Indicators(ctx, actor))
		})
	register(r, http.MethodPost, "/indicators", made(o("Define an indicator.", lms.ManageReports)),
		func(ctx context.Context, actor lms.Actor, in newIndicatorIn) (report.Indicator, error) {
			return p.Define(ctx, actor, in.Country, in.Definition)
		})
	register(r, http.MethodGet, "/indicators/{key}", o("One indicator.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, in indicatorIn) (report.Indicator, error) {
			return p.Indicator(ctx, actor, in.Key)
		})
	register(r, http.MethodPut, "/indicators/{key}", o("Change an indicator, or end it; frozen reports keep theirs.", lms.ManageReports),
		func(ctx context.Context, actor lms.Actor, in changeIndicatorIn) (report.Indicator, error) {
			return p.Redefine(ctx, actor, in.Key, in.Definition, in.Ended)
		})
	register(r, http.MethodGet, "/reports", o("Reports, the newest first.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[report.Row], error) {
			return listOf(p.Reports(ctx, actor))
		})
	register(r, http.MethodGet, "/reports/choices", o("What a report can be of.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, _ none) (report.Choices, error) {
			return p.Choices(ctx, actor)
		})
	register(r, http.MethodPost, "/reports", made(o("Make a draft of a report.", lms.ManageReports)),
		func(ctx context.Context, actor lms.Actor, in newReportIn) (reportIDOut, error) {
			id, err := p.Create(ctx, actor, report.Input{
				Title: in.Title, Programme: in.Programme, Country: in.Country, Countries: in.Countries, Language: in.Language, From: in.From, To: in.To, Threshold: in.Threshold, Indicators: in.Indicators,
			})
			return reportIDOut{id}, err
		})
	register(r, http.MethodGet, "/reports/{id}", o("A report: a draft counted now, a frozen one as it was handed over.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, in donorReportIn) (report.View, error) {
			return p.Report(ctx, actor, in.ID)
		})
	register(r, http.MethodDelete, "/reports/{id}", o("Take a draft away.", lms.ManageReports),
		func(ctx context.Context, actor lms.Actor, in donorReportIn) (none, error) {
			return none{}, p.Remove(ctx, actor, in.ID)
		})
	register(r, http.MethodPost, "/reports/{id}/freeze", o("Freeze a report: from now on it is the bytes that are handed over.", lms.ManageReports),
		func(ctx context.Context, actor lms.Actor, in donorReportIn) (report.View, error) {
			return p.Freeze(ctx, actor, in.ID)
		})
	register(r, http.MethodGet, "/reports/{id}/verification", o("Whether a frozen report is still what was handed over, and whether a second run gives the same.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, in donorReportIn) (report.Verification, error) {
			return p.Verify(ctx, actor, in.ID)
		})
	register(r, http.MethodGet, "/reports/{id}/people", o("Who stands behind a number, as far as the actor sees people.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, in reportPeopleIn) (report.Behind, error) {
			var cells []string
			if in.Cells != "" {
				cells = strings.Split(in.Cells, ",")
			}
			return p.People(ctx, actor, in.ID, in.Indicator, cells)
		})
	stream(r, http.MethodGet, "/reports/{id}/files/{kind}", op{
		Summary: "A document of a report: pdf, xlsx, csv or json.", Tag: "reports", Access: asks(lms.ReadReports), Produces: "application/octet-stream",
	}, func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in reportFileIn, _ *boundBody) error {
		mediaType, known := reportTypes[in.Kind]
		if !known {
			return lms.ErrNotFound("document")
		}
		raw, name, err := p.File(ctx, actor, in.ID, in.Kind)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, mediaType)
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.Send(raw)
	})
	register(r, http.MethodGet, "/totals", o("Beneficiaries: totals that were handed in.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[report.Total], error) {
			return listOf(p.Totals(ctx, actor))
		})
	register(r, http.MethodPost, "/totals", made(o("Enter a total of beneficiaries: a number with its source, never a person.", lms.ManageReports)),
		func(ctx context.Context, actor lms.Actor, in newTotalIn) (report.Total, error) {
			return p.EnterTotal(ctx, actor, report.TotalInput{
				Programme: in.Programme, Country: in.Country, What: in.What, From: in.From, To: in.To, Sex: in.Sex, Age: in.Age, Count: in.Count, Source: in.Source,
			})
		})
	register(r, http.MethodDelete, "/totals/{id}", o("Take back a total that was entered wrongly.", lms.ManageReports),
		func(ctx context.Context, actor lms.Actor, in totalIn) (none, error) {
			return none{}, p.RemoveTotal(ctx, actor, in.ID)
		})
	register(r, http.MethodGet, "/outcomes/{programme}", o("What was learnt in a programme and what became of it.", lms.ReadReports),
		func(ctx context.Context, actor lms.Actor, in outcomesIn) (report.OutcomesView, error) {
			return p.Outcomes(ctx, actor, in.Programme, in.Country)
		})
	register(r, http.MethodPost, "/outcomes", made(o("Write down what changed.", lms.ManageReports)),
		func(ctx context.Context, actor lms.Actor, in newNoteIn) (noteOut, error) {
			id, err := p.WriteNote(ctx, actor, report.NoteInput{Programme: in.Programme, Country: in.Country, On: in.On, Words: in.Words, Source: in.Source})
			return noteOut{id}, err
		})
	register(r, http.MethodDelete, "/outcomes/{id}", o("Take a note away.", lms.ManageReports),
		func(ctx context.Context, actor lms.Actor, in followupIn) (none, error) {
			return none{}, p.RemoveNote(ctx, actor, in.ID)
		})
	supervisor := func(summary string) op {
		return op{Summary: summary, Tag: "programmes", Access: asks(lms.EnrolParticipant)}
	}
	register(r, http.MethodGet, "/participations/{id}/supervisor", supervisor("Whom somebody works for, who is asked some months after the certificate."),
		func(ctx context.Context, actor lms.Actor, in followupIn) (report.Supervisor, error) {
			return p.Supervisor(ctx, actor, in.ID)
		})
	register(r, http.MethodPut, "/participations/{id}/supervisor", supervisor("Name the supervisor who is asked. They get a mail with a link; their answers carry no name."),
		func(ctx context.Context, actor lms.Actor, in supervisorIn) (none, error) {
			return none{}, p.NameSupervisorOf(ctx, actor, in.ID, in.Email)
		})
	register(r, http.MethodDelete, "/participations/{id}/supervisor", supervisor("Ask no supervisor, and delete the address."),
		func(ctx context.Context, actor lms.Actor, in followupIn) (none, error) {
			return none{}, p.DropSupervisorOf(ctx, actor, in.ID)
		})
	own := func(summary string, access access) op { return op{Summary: summary, Tag: "study", Access: access} }
	register(r, http.MethodGet, "/followups", own("What one is asked some months after a certificate.", signedIn),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[report.Asked], error) {
			return listOf(p.MyFollowups(ctx, actor))
		})
	register(r, http.MethodGet, "/followups/{id}", own("One follow-up with its questions.", asks(lms.Participate)),
		func(ctx context.Context, actor lms.Actor, in followupIn) (report.Asked, error) {
			return p.MyFollowup(ctx, actor, in.ID)
		})
	register(r, http.MethodPut, "/followups/{id}/supervisor", own("Name one's supervisor, who is asked, too.", asks(lms.Participate)),
		func(ctx context.Context, actor lms.Actor, in supervisorIn) (none, error) {
			return none{}, p.NameSupervisor(ctx, actor, in.ID, in.Email)
		})
	register(r, http.MethodDelete, "/followups/{id}/supervisor", own("Take one's supervisor back, and delete the address.", asks(lms.Participate)),
		func(ctx context.Context, actor lms.Actor, in followupIn) (none, error) {
			return none{}, p.DropSupervisor(ctx, actor, in.ID)
		})
	register(r, http.MethodPost, "/followups/{id}/answers", own("Answer a follow-up, without a name.", asks(lms.Participate)),
		func(ctx context.Context, actor lms.Actor, in answerFollowupIn) (none, error) {
			return none{}, p.AnswerFollowup(ctx, actor, in.ID, in.Answers)
		})
}

// reportTypes are the media types of a report's documents.
var reportTypes = map[string]string{
	"pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
