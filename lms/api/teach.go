package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/learning"
)

type cohortIn struct {
	ID lms.ID[lms.Cohort] `path:"id"`
}

type reportIn struct {
	ID    lms.ID[lms.Cohort] `path:"id"`
	Sort  string             `query:"sort"`
	Page  int                `query:"page"`
	Q     string             `query:"q"`
	State string             `query:"state"`
}

type markIn struct {
	ID      string         `path:"id"`
	Points  *float64       `json:"points"`
	Rubric  map[string]int `json:"rubric"`
	Comment string         `json:"comment" maxLength:"8000"`
}

type allowanceIn struct {
	ID            lms.ID[lms.Enrolment] `path:"id"`
	Activity      string                `json:"activity_key" required:"true" maxLength:"64"`
	ExtraAttempts int                   `json:"extra_attempts" minimum:"0" maximum:"20"`
	ExtraMinutes  int                   `json:"extra_minutes" minimum:"0" maximum:"600"`
	Reason        string                `json:"reason" maxLength:"500"`
}

type attendanceIn struct {
	ID         lms.ID[lms.Cohort]      `path:"id"`
	Activity   string                  `json:"activity_key" required:"true" maxLength:"64"`
	Enrolments []lms.ID[lms.Enrolment] `json:"enrolment_ids" required:"true" minItems:"1" maxItems:"1000"`
	Attended   bool                    `json:"attended" required:"true"`
}

type datesIn struct {
	ID       lms.ID[lms.Cohort] `path:"id"`
	Activity string             `json:"activity_key" required:"true" maxLength:"64"`
	DueAt    *time.Time         `json:"due_at"`
	StartsAt *time.Time         `json:"starts_at"`
	EndsAt   *time.Time         `json:"ends_at"`
	Place    string             `json:"place" maxLength:"200"`
	Link     string             `json:"link" maxLength:"500" pattern:"^https?://"`
}

func (s *Server) teachRoutes(r *router) {
	o := func(summary string, action lms.Action) op {
		return op{Summary: summary, Tag: "teach", Access: asks(action)}
	}
	register(r, http.MethodGet, "/cohorts/{id}/report", o("Progress of a cohort: totals of all, 50 people a page.", lms.ReadCohort),
		func(ctx context.Context, actor lms.Actor, in reportIn) (*learning.CohortReport, error) {
			return s.deps.Learning.Report(ctx, actor, learning.ReportQuery{
				Cohort: in.ID, Sort: in.Sort, Page: in.Page, Q: in.Q, State: in.State, Lang: actor.Language,
			})
		})
	table := o("The whole report as a table.", lms.ReadCohort)
	table.Produces = "text/csv"
	stream(r, http.MethodGet, "/cohorts/{id}/report.csv", table, s.getReportCSV)
	register(r, http.MethodGet, "/cohorts/{id}/marking", o("What waits for a trainer.", lms.Mark),
		func(ctx context.Context, actor lms.Actor, in cohortIn) (*learning.Queue, error) {
			return s.deps.Learning.MarkingQueue(ctx, actor, in.ID, actor.Language)
		})
	register(r, http.MethodPost, "/marking/{id}", o("Mark an open answer, a worksheet or a file.", lms.Mark),
		func(ctx context.Context, actor lms.Actor, in markIn) (none, error) {
			return none{}, s.deps.Learning.Mark(ctx, actor, learning.MarkInput(in))
		})
	register(r, http.MethodGet, "/cohorts/{id}/statistics", o("How the questions served, and what was gained.", lms.ReadStatistics),
		func(ctx context.Context, actor lms.Actor, in cohortIn) (*learning.Statistics, error) {
			return s.deps.Learning.CohortStatistics(ctx, actor, in.ID, actor.Language)
		})
	register(r, http.MethodGet, "/enrolments/{id}/overview", o("One person's progress, attempts and allowances.", lms.ReadProgress),
		func(ctx context.Context, actor lms.Actor, in enrolmentIn) (*learning.Overview, error) {
			return s.deps.Learning.Overview(ctx, actor, in.ID, actor.Language)
		})
	created := o("Give a person one more attempt, or more time.", lms.GrantAllowance)
	created.Status = http.StatusCreated
	register(r, http.MethodPost, "/enrolments/{id}/allowances", created,
		func(ctx context.Context, actor lms.Actor, in allowanceIn) (none, error) {
			return none{}, s.deps.Learning.Allow(ctx, actor, learning.AllowanceInput{
				Enrolment: in.ID, Activity: in.Activity, ExtraAttempts: in.ExtraAttempts, ExtraMinutes: in.ExtraMinutes, Reason: in.Reason,
			})
		})
	register(r, http.MethodPost, "/cohorts/{id}/attendance", o("Say who was there, or take it back.", lms.TakeAttendance),
		func(ctx context.Context, actor lms.Actor, in attendanceIn) (none, error) {
			return none{}, s.deps.Learning.TakeAttendance(ctx, actor, learning.AttendanceInput{
				Cohort: in.ID, Activity: in.Activity, Enrolments: in.Enrolments, Attended: in.Attended,
			})
		})
	register(r, http.MethodPut, "/cohorts/{id}/dates", o("A due date, or time and place of a day or a webinar.", lms.SetDates),
		func(ctx context.Context, actor lms.Actor, in datesIn) (none, error) {
			return none{}, s.deps.Learning.SetDates(ctx, actor, learning.DatesInput{
				Cohort: in.ID, Activity: in.Activity,
				Dates: learning.Dates{DueAt: in.DueAt, StartsAt: in.StartsAt, EndsAt: in.EndsAt, Place: in.Place, Link: in.Link},
			})
		})
}

// tableTime is how many times as long as a request a table may take on its way, usually 5 minutes: while it
// is written it keeps one of the few connections to the database, which a reader who stalls shall not have.
const tableTime = 15

// getReportCSV sends rows as they are read. A failure in the middle breaks the connection off, so that half a
// table is never taken for the whole.
func (s *Server) getReportCSV(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in cohortIn, _ *boundBody) error {
	file, err := s.deps.Learning.ReportCSV(ctx, actor, in.ID, actor.Language)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	return c.SendStream(piped(ctx, tableTime*s.deps.RequestTimeout, func(ctx context.Context, w io.Writer) error {
		err := file.Write(ctx, w)
		if err != nil {
			s.log.ErrorContext(ctx, "a table broke off", "request_id", RequestID(ctx), "error", err)
		}
		return err
	}))
}

// piped gives what a function writes, to be read while it writes. It ends with the function's error, or when
// the time is over; then the function's context and writer end too, whether anybody reads or not.
func piped(ctx context.Context, most time.Duration, write func(context.Context, io.Writer) error) io.Reader {
	ctx, cancel := context.WithTimeout(ctx, most)
	reader, writer := io.Pipe()
	context.AfterFunc(ctx, func() { writer.CloseWithError(ctx.Err()) })
	go func() {
		defer cancel()
		writer.CloseWithError(write(ctx, writer))
	}()
	return reader
}
