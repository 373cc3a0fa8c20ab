package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"mostik/courses/scale"
	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/catalog"
	"mostik/lms/learning"
)

type courseIn struct {
	Key string `path:"key"`
}

type enrolmentIn struct {
	ID lms.ID[lms.Enrolment] `path:"id"`
}

type selfChecksIn struct {
	ID lms.ID[lms.Enrolment] `path:"id"`
	// Of is their name on the course's page: a browser may keep for good what it got under it.
	Of string `query:"of"`
}

type activityIn struct {
	ID  lms.ID[lms.Enrolment] `path:"id"`
	Key string                `path:"key"`
}

type countryIn struct {
	ID      lms.ID[lms.Enrolment] `path:"id"`
	Key     string                `path:"key"`
	Country string                `path:"country"`
}

type countryOut struct {
	Blocks []catalog.CountryBlock `json:"blocks"`
}

type enrolledOut struct {
	EnrolmentID lms.ID[lms.Enrolment] `json:"enrolment_id"`
}

type countriesIn struct {
	ID        lms.ID[lms.Enrolment] `path:"id"`
	Countries []string              `json:"countries" required:"true" maxItems:"20"`
}

type seenIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	// ID is the device's, for its outbox; seeing something twice is seeing it once.
	ID  string `json:"id" maxLength:"36"`
	End string `json:"end" maxLength:"64"`
}

type sealedIn struct {
	Enrolment  lms.ID[lms.Enrolment] `path:"id"`
	Key        string                `path:"key"`
	Ciphertext string                `json:"ciphertext" required:"true" maxLength:"65536"`
	Revision   int64                 `json:"revision" required:"true" minimum:"0"`
}

type surveyIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	// ID is the device's, for its outbox; it is never stored, for it could name an anonymous answer.
	ID      string         `json:"id" maxLength:"36"`
	Answers scale.Response `json:"answers" required:"true"`
}

type worksheetIn struct {
	Enrolment lms.ID[lms.Enrolment]      `path:"id"`
	Key       string                     `path:"key"`
	ID        lms.ID[lms.Submission]     `json:"id" required:"true"`
	Fields    map[string]json.RawMessage `json:"fields" required:"true"`
}

func (s *Server) studyRoutes(r *router) {
	own := func(summary string) op { return op{Summary: summary, Tag: "study", Access: asks(lms.Study)} }
	browse := func(summary string) op { return op{Summary: summary, Tag: "study", Access: asks(lms.Browse)} }
	register(r, http.MethodGet, "/dashboard", op{Summary: "What is next, what is due, and one's courses.", Tag: "study", Access: signedIn},
		func(ctx context.Context, actor lms.Actor, _ none) (*learning.Dashboard, error) {
			return s.deps.Learning.Dashboard(ctx, actor, actor.Language)
		})
	register(r, http.MethodGet, "/catalogue", browse("The published courses."),
		func(ctx context.Context, actor lms.Actor, _ none) (listOut[learning.CatalogueRow], error) {
			return listOf(s.deps.Learning.Catalogue(ctx, actor, actor.Language))
		})
	register(r, http.MethodGet, "/courses/{key}", browse("A course and its outline, without studying it."),
		func(ctx context.Context, actor lms.Actor, in courseIn) (*learning.CourseOverview, error) {
			return s.deps.Learning.Course(ctx, actor, in.Key, actor.Language)
		})
	register(r, http.MethodPost, "/courses/{key}/enrol", browse("Enrol oneself where the course is open."),
		func(ctx context.Context, actor lms.Actor, in courseIn) (enrolledOut, error) {
			id, err := s.deps.Learning.EnrolSelf(ctx, actor, in.Key)
			return enrolledOut{id}, err
		})
	register(r, http.MethodGet, "/enrolments/{id}", own("A course that one studies, with its outline."),
		func(ctx context.Context, actor lms.Actor, in enrolmentIn) (*learning.CoursePage, error) {
			return s.deps.Learning.Enrolment(ctx, actor, in.ID, actor.Language)
		})
	registerHTTP(r, http.MethodGet, "/enrolments/{id}/self-checks", own("The self-checks of a course, whole: they are answered on the device."),
		func(c *fiber.Ctx, ctx context.Context, actor lms.Actor, in selfChecksIn) (*learning.SelfChecks, error) {
			checks, err := s.deps.Learning.SelfChecks(ctx, actor, in.ID, actor.Language)
			if err == nil && in.Of != "" {
				c.Set(fiber.HeaderCacheControl, forGood)
			}
			return checks, err
		})
	register(r, http.MethodPost, "/enrolments/{id}/countries", own("The countries whose law opens first."), s.postCountries)
	register(r, http.MethodGet, "/enrolments/{id}/activities/{key}", own("One activity; 403 \"locked\" names what comes first."),
		func(ctx context.Context, actor lms.Actor, in activityIn) (*learning.ActivityPage, error) {
			return s.deps.Learning.Activity(ctx, actor, in.ID, in.Key, actor.Language)
		})
	register(r, http.MethodGet, "/enrolments/{id}/activities/{key}/countries/{country}", own("What a country's law and contacts say in a lesson."),
		func(ctx context.Context, actor lms.Actor, in countryIn) (countryOut, error) {
			blocks, err := s.deps.Learning.CountryBlocks(ctx, actor, in.ID, in.Key, in.Country, actor.Language)
			return countryOut{blocks}, err
		})
	register(r, http.MethodPost, "/enrolments/{id}/activities/{key}/seen", own("A lesson was read to its end, or an encounter came to one."),
		func(ctx context.Context, actor lms.Actor, in seenIn) (*learning.ProgressView, error) {
			return s.deps.Learning.MarkSeen(ctx, actor, learning.SeenInput{
				Enrolment: in.Enrolment, Activity: in.Key, End: in.End, Lang: actor.Language,
			})
		})
	sealed := op{Summary: "Keep bytes that only one's own device can open; the highest revision stays.", Tag: "study", Access: asks(lms.OpenSealed)}
	register(r, http.MethodPut, "/enrolments/{id}/activities/{key}/sealed", sealed,
		func(ctx context.Context, actor lms.Actor, in sealedIn) (*learning.ProgressView, error) {
			return s.deps.Learning.Seal(ctx, actor, learning.SealedInput{
				Enrolment: in.Enrolment, Activity: in.Key, Ciphertext: in.Ciphertext, Revision: in.Revision, Lang: actor.Language,
			})
		})
	register(r, http.MethodPost, "/enrolments/{id}/activities/{key}/survey", own("Answer a survey, once."),
		func(ctx context.Context, actor lms.Actor, in surveyIn) (*learning.ProgressView, error) {
			return s.deps.Learning.AnswerSurvey(ctx, actor, learning.SurveyInput{
				Enrolment: in.Enrolment, Activity: in.Key, Answers: in.Answers, Lang: actor.Language,
			})
		})
	register(r, http.MethodPost, "/enrolments/{id}/activities/{key}/submissions", own("Hand a worksheet in."),
		func(ctx context.Context, actor lms.Actor, in worksheetIn) (learning.Submission, error) {
			return s.deps.Learning.HandInWorksheet(ctx, actor, learning.WorksheetInput{
				Enrolment: in.Enrolment, Activity: in.Key, ID: in.ID, Fields: in.Fields, Lang: actor.Language,
			})
		})
}

// postCountries keeps the choice with the person: it is the same in every course.
func (s *Server) postCountries(ctx context.Context, actor lms.Actor, in countriesIn) (none, error) {
	if err := s.deps.Learning.CheckCountries(ctx, actor, in.ID, in.Countries); err != nil {
		return none{}, err
	}
	_, err := s.deps.Account.ChangeMe(ctx, actor, account.MyChange{Countries: &in.Countries})
	return none{}, err
}
