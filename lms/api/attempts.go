package api

import (
	"context"
	"encoding/json"
	"net/http"

	"mostik/courses/scenario"
	"mostik/lms"
	"mostik/lms/learning"
)

type startIn struct {
	Enrolment lms.ID[lms.Enrolment] `path:"id"`
	Key       string                `path:"key"`
	ID        lms.ID[lms.Attempt]   `json:"id" required:"true"`
	Role      string                `json:"role" maxLength:"64"`
	// Language is chosen for a test that certifies; one that is not offered is refused with
	// "language-not-offered", whose problems name those that are.
	Language string `json:"language" maxLength:"8"`
}

type attemptIn struct {
	ID lms.ID[lms.Attempt] `path:"id"`
}

type answerIn struct {
	Attempt  lms.ID[lms.Attempt] `path:"id"`
	ID       lms.ID[lms.Answer]  `path:"answer_id"`
	Question string              `json:"question_key" required:"true" maxLength:"64"`
	Revision int64               `json:"revision" required:"true" minimum:"0"`
	// Content is the answer in the form of its kind of question; null takes it back.
	Content json.RawMessage `json:"content"`
}

type moveIn struct {
	Attempt lms.ID[lms.Attempt] `path:"id"`
	ID      lms.ID[lms.Answer]  `json:"id" required:"true"`
	Step    int                 `json:"step" required:"true" minimum:"0" maximum:"500"`
	Choice  string              `json:"choice" required:"true" maxLength:"64"`
}

type notesIn struct {
	Attempt  lms.ID[lms.Attempt] `path:"id"`
	ID       lms.ID[lms.Answer]  `json:"id" required:"true"`
	Revision int64               `json:"revision" required:"true" minimum:"0"`
	Noted    []string            `json:"noted" required:"true" maxItems:"100"`
}

type assessIn struct {
	Attempt lms.ID[lms.Attempt]         `path:"id"`
	Noted   []string                    `json:"noted" maxItems:"100"`
	Sorted  map[string]scenario.Element `json:"sorted"`
}

func (s *Server) attemptRoutes(r *router) {
	own := func(summary string) op { return op{Summary: summary, Tag: "attempts", Access: asks(lms.Study)} }
	register(r, http.MethodPost, "/enrolments/{id}/activities/{key}/attempts", own("Begin an attempt, or go on with the open one."),
		func(ctx context.Context, actor lms.Actor, in startIn) (*learning.AttemptView, error) {
			return s.deps.Learning.Start(ctx, actor, learning.StartInput{
				Enrolment: in.Enrolment, Activity: in.Key, ID: in.ID, Role: in.Role, Language: in.Language, Lang: actor.Language,
			})
		})
	register(r, http.MethodGet, "/attempts/{id}", own("One's attempt, in any language."),
		func(ctx context.Context, actor lms.Actor, in attemptIn) (*learning.AttemptView, error) {
			return s.deps.Learning.Attempt(ctx, actor, in.ID, actor.Language)
		})
	answer := own("Save one answer under its id; a repeat is the same answer.")
	answer.MaxBody = 64 << 10
	register(r, http.MethodPut, "/attempts/{id}/answers/{answer_id}", answer,
		func(ctx context.Context, actor lms.Actor, in answerIn) (learning.Saved, error) {
			return s.deps.Learning.Answer(ctx, actor, learning.AnswerInput(in))
		})
	register(r, http.MethodPost, "/attempts/{id}/submit", own("Hand an attempt in."),
		func(ctx context.Context, actor lms.Actor, in attemptIn) (*learning.AttemptView, error) {
			return s.deps.Learning.Submit(ctx, actor, in.ID, actor.Language)
		})
	register(r, http.MethodPost, "/attempts/{id}/moves", own("Say something in an interview; the first answer to a step stands."),
		func(ctx context.Context, actor lms.Actor, in moveIn) (*learning.InterviewView, error) {
			return s.deps.Learning.Move(ctx, actor, learning.MoveInput{
				Attempt: in.Attempt, ID: in.ID, Step: in.Step, Choice: in.Choice, Lang: actor.Language,
			})
		})
	register(r, http.MethodPost, "/attempts/{id}/notes", own("Keep the notebook of an interview."),
		func(ctx context.Context, actor lms.Actor, in notesIn) (none, error) {
			return none{}, s.deps.Learning.Note(ctx, actor, learning.NotesInput(in))
		})
	register(r, http.MethodPost, "/attempts/{id}/assess", own("End an interview and see its four scores."),
		func(ctx context.Context, actor lms.Actor, in assessIn) (*learning.AttemptView, error) {
			return s.deps.Learning.Assess(ctx, actor, learning.AssessInput{
				Attempt: in.Attempt, Noted: in.Noted, Sorted: in.Sorted, Lang: actor.Language,
			})
		})
}
