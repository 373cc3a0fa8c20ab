package api

import (
	"context"
	"net/http"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/learning"
)

type newCohortIn struct {
	Name      string              `json:"name" required:"true" maxLength:"200"`
	CourseKey string              `json:"course_key" required:"true" maxLength:"64"`
	Country   *string             `json:"country" pattern:"^[A-Z]{2}$"`
	Centre    *lms.ID[lms.Centre] `json:"centre_id"`
	StartsOn  *certificate.Date   `json:"starts_on"`
	EndsOn    *certificate.Date   `json:"ends_on"`
}

type changeCohortIn struct {
	ID       lms.ID[lms.Cohort]  `path:"id"`
	Name     *string             `json:"name" maxLength:"200"`
	Country  *string             `json:"country" pattern:"^[A-Z]{2}$"`
	Centre   *lms.ID[lms.Centre] `json:"centre_id"`
	StartsOn *certificate.Date   `json:"starts_on"`
	EndsOn   *certificate.Date   `json:"ends_on"`
}

type enrolIn struct {
	ID      lms.ID[lms.Cohort]   `path:"id"`
	Persons []lms.ID[lms.Person] `json:"person_ids" required:"true" minItems:"1" maxItems:"5000"`
}

func (s *Server) cohortRoutes(r *router) {
	o := func(summary string, action lms.Action) op {
		return op{Summary: summary, Tag: "cohorts", Access: asks(action)}
	}
	list := func(ctx context.Context, actor lms.Actor, _ none) (listOut[learning.CohortRow], error) {
		return listOf(s.deps.Learning.Cohorts(ctx, actor, actor.Language))
	}
	register(r, http.MethodGet, "/cohorts", o("The cohorts that one may look at.", lms.ReadCohort), list)
	register(r, http.MethodGet, "/admin/cohorts", o("The same, for administration.", lms.ReadCohort), list)
	created := o("Make a cohort.", lms.ManageCohort)
	created.Status = http.StatusCreated
	register(r, http.MethodPost, "/admin/cohorts", created,
		func(ctx context.Context, actor lms.Actor, in newCohortIn) (learning.CohortRow, error) {
			return s.deps.Learning.CreateCohort(ctx, actor, learning.CohortInput{
				Name: &in.Name, CourseKey: in.CourseKey, Country: in.Country, Centre: in.Centre, StartsOn: in.StartsOn, EndsOn: in.EndsOn,
			}, actor.Language)
		})
	register(r, http.MethodPatch, "/admin/cohorts/{id}", o("Change a cohort.", lms.ManageCohort),
		func(ctx context.Context, actor lms.Actor, in changeCohortIn) (learning.CohortRow, error) {
			return s.deps.Learning.ChangeCohort(ctx, actor, in.ID, learning.CohortInput{
				Name: in.Name, Country: in.Country, Centre: in.Centre, StartsOn: in.StartsOn, EndsOn: in.EndsOn,
			}, actor.Language)
		})
	enrol := o("Enrol people; who is enrolled already stays so.", lms.Enrol)
	enrol.MaxBody = 512 << 10
	register(r, http.MethodPost, "/cohorts/{id}/enrolments", enrol,
		func(ctx context.Context, actor lms.Actor, in enrolIn) (learning.Enrolled, error) {
			return s.deps.Learning.EnrolInCohort(ctx, actor, in.ID, in.Persons)
		})
	register(r, http.MethodDelete, "/enrolments/{id}", o("Withdraw somebody; what was done stays on record.", lms.Enrol),
		func(ctx context.Context, actor lms.Actor, in enrolmentIn) (none, error) {
			return none{}, s.deps.Learning.Withdraw(ctx, actor, in.ID)
		})
}
