package api

import (
	"context"
	"net/http"

	"mostik/courses/desk"
	"mostik/courses/exercise"
	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/learning"
)

type deskIn struct {
	Enrolment  lms.ID[lms.Enrolment]       `path:"id"`
	Key        string                      `path:"key"`
	ID         lms.ID[lms.Attempt]         `json:"id" required:"true"`
	Sorted     map[string]scenario.Element `json:"sorted" required:"true"`
	Weighed    map[string]desk.Weight      `json:"weighed" required:"true"`
	Conclusion string                      `json:"conclusion" maxLength:"64"`
}

// tableIn says which table, and what of it the device has: the count of changes, the last message, and the
// parts whose cards it shows, joined by dots.
type tableIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	Changed   int                   `query:"changed"`
	Since     int                   `query:"since"`
	Cards     string                `query:"cards"`
}

type messageIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	Changed   int                   `query:"changed"`
	Since     int                   `query:"since"`
	Cards     string                `query:"cards"`
	ID        lms.ID[lms.Message]   `json:"id" required:"true"`
	Text      string                `json:"text" required:"true" maxLength:"500"`
}

type proposalIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	Changed   int                   `query:"changed"`
	Since     int                   `query:"since"`
	Cards     string                `query:"cards"`
	// Version is the one that the proposal was made from.
	Version int               `json:"version" required:"true" minimum:"0"`
	Items   exercise.Proposal `json:"items" required:"true"`
}

type agreementIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	Changed   int                   `query:"changed"`
	Since     int                   `query:"since"`
	Cards     string                `query:"cards"`
	Version   int                   `json:"version" required:"true" minimum:"0"`
}

func tableQuery(in tableIn, lang string) learning.TableQuery {
	return learning.TableQuery{
		Enrolment: in.Enrolment, Activity: in.Key, Changed: in.Changed, Since: in.Since, Cards: in.Cards, Lang: lang,
	}
}

func (s *Server) practiceRoutes(r *router) {
	own := func(summary string) op { return op{Summary: summary, Tag: "practice", Access: asks(lms.Study)} }
	const at = "/enrolments/{id}/activities/{key}"
	register(r, http.MethodPost, at+"/desk", own("Hand a case file in; the same id again is the same hand-in."),
		func(ctx context.Context, actor lms.Actor, in deskIn) (*learning.AttemptView, error) {
			return s.deps.Learning.HandInDesk(ctx, actor, learning.DeskInput{
				Enrolment: in.Enrolment, Activity: in.Key, ID: in.ID, Lang: actor.Language,
				Answer: desk.Answer{Sorted: in.Sorted, Weighed: in.Weighed, Conclusion: in.Conclusion},
			})
		})
	register(r, http.MethodGet, at+"/table", own("The table at which one sits, if anything changed there."),
		func(ctx context.Context, actor lms.Actor, in tableIn) (learning.TableAnswer, error) {
			return s.deps.Learning.Table(ctx, actor, tableQuery(in, actor.Language))
		})
	register(r, http.MethodPost, at+"/table", own("Sit down at a table of one's cohort."),
		func(ctx context.Context, actor lms.Actor, in tableIn) (learning.TableAnswer, error) {
			return s.deps.Learning.SitDown(ctx, actor, tableQuery(in, actor.Language))
		})
	register(r, http.MethodDelete, at+"/table", own("Give up one's seat."),
		func(ctx context.Context, actor lms.Actor, in tableIn) (learning.TableAnswer, error) {
			return s.deps.Learning.LeaveTable(ctx, actor, tableQuery(in, actor.Language))
		})
	register(r, http.MethodPost, at+"/table/start", own("Begin with those who sit there, from three on."),
		func(ctx context.Context, actor lms.Actor, in tableIn) (learning.TableAnswer, error) {
			return s.deps.Learning.StartTable(ctx, actor, tableQuery(in, actor.Language))
		})
	register(r, http.MethodPost, at+"/table/messages", own("Say something at the table; the same id again is the same message."),
		func(ctx context.Context, actor lms.Actor, in messageIn) (learning.TableAnswer, error) {
			return s.deps.Learning.SayAtTable(ctx, actor, learning.SayInput{
				TableQuery: tableQuery(tableIn{in.Enrolment, in.Key, in.Changed, in.Since, in.Cards}, actor.Language), ID: in.ID, Text: in.Text,
			})
		})
	register(r, http.MethodPut, at+"/table/proposal", own("Change the proposal; 409 \"proposal-changed\" where somebody was quicker."),
		func(ctx context.Context, actor lms.Actor, in proposalIn) (learning.TableAnswer, error) {
			return s.deps.Learning.Propose(ctx, actor, learning.ProposeInput{
				TableQuery: tableQuery(tableIn{in.Enrolment, in.Key, in.Changed, in.Since, in.Cards}, actor.Language),
				Version:    in.Version, Proposal: in.Items,
			})
		})
	register(r, http.MethodPost, at+"/table/agreement", own("Agree to the proposal as it stands."),
		func(ctx context.Context, actor lms.Actor, in agreementIn) (learning.TableAnswer, error) {
			return s.deps.Learning.Agree(ctx, actor, learning.AgreeInput{
				TableQuery: tableQuery(tableIn{in.Enrolment, in.Key, in.Changed, in.Since, in.Cards}, actor.Language), Version: in.Version,
			})
		})
	register(r, http.MethodGet, "/cohorts/{id}/tables", op{Summary: "The tables of a cohort at its exercises.", Tag: "teach", Access: asks(lms.ReadTables)},
		func(ctx context.Context, actor lms.Actor, in cohortIn) (listOut[learning.StaffTable], error) {
			return listOf(s.deps.Learning.Tables(ctx, actor, in.ID, actor.Language))
		})
}
