package webinar

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
)

// Bounds of polls, in pieces and characters. A room takes four times as many.
const (
	maxPolls    = 50
	maxOptions  = 12
	maxQuestion = 1000
	maxOption   = 300
)

// Poll is one that was prepared before the room opens; in the room it is a draft.
type Poll struct {
	// Key is what the poll is known by in the room; one that is new has none yet.
	Key      string `json:"key"`
	Question string `json:"question"`
	// Kind is single, multiple, scale (1 to 5, without options of its own) or quiz.
	Kind    string   `json:"kind"`
	Options []string `json:"options"`
	// Right are the places of the right answers of a quiz, from 0.
	Right     []int `json:"right"`
	Anonymous bool  `json:"anonymous"`
	// Reveal shows the results to everybody when the poll is closed; otherwise a host does.
	Reveal bool `json:"reveal"`
}

// Polls gives the polls that were prepared for a webinar. Errors: NotFound, Forbidden.
func (s *Service) Polls(ctx context.Context, actor lms.Actor, id string) (list []Poll, err error) {
	defer lms.Wrap(&err, "webinar.Polls(%s)", id)
	if _, err := s.load(ctx, actor, id, lms.ManageWebinar); err != nil {
		return nil, err
	}
	return s.polls(ctx, s.DB, id)
}

func (s *Service) polls(ctx context.Context, q db.Queryer, id string) (list []Poll, err error) {
	var raw []byte
	if err := db.Row(ctx, q, `SELECT polls FROM webinars WHERE id = $1`, id).Scan(&raw); err != nil {
		return nil, db.Found(err, "webinar")
	}
	err = json.Unmarshal(raw, &list)
	return list, err
}

// SetPolls writes the polls of a webinar anew; a room that is open takes them over but for those that have begun.
// Errors: NotFound, Forbidden, Invalid with every fault, Conflict with code webinar-cancelled.
func (s *Service) SetPolls(ctx context.Context, actor lms.Actor, id string, list []Poll) (kept []Poll, err error) {
	defer lms.Wrap(&err, "webinar.SetPolls(%s)", id)
	list = slices.Clone(list)
	if err := checkPolls(list); err != nil {
		return nil, err
	}
	err = db.InTx(ctx, s.DB, func(ctx context.Context, tx bun.Tx) error {
		if _, err := lock(ctx, tx, actor, id); err != nil {
			return err
		}
		was, err := s.polls(ctx, tx, id)
		if err != nil {
			return err
		}
		kept = keyedPolls(list, was)
		raw, err := json.Marshal(kept)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE webinars SET polls = $2 WHERE id = $1`, id, string(raw)); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "webinar.polls", id, map[string]any{"polls": len(kept)})
	})
	if err != nil {
		return nil, err
	}
	s.changed(id)
	return kept, nil
}

// changed tells a room that is open.
func (s *Service) changed(id string) {
	if s.Changed != nil {
		s.Changed(id)
	}
}

// keyedPolls gives each a key: its own, where it had one before and no other poll has it, else a new one.
func keyedPolls(list, was []Poll) []Poll {
	free := map[string]bool{}
	for _, p := range was {
		free[p.Key] = true
	}
	out := make([]Poll, 0, len(list))
	for _, p := range list {
		if !free[p.Key] {
			p.Key = "w" + strings.ToLower(rand.Text()[:12])
		}
		delete(free, p.Key)
		out = append(out, p)
	}
	return out
}

// checkPolls cleans polls and gives what is wrong with them.
func checkPolls(list []Poll) error {
	var f faults
	if len(list) > maxPolls {
		f.add("polls", "too-many")
		return f.err()
	}
	for i := range list {
		list[i].check(&f, fmt.Sprintf("polls/%d", i))
	}
	return f.err()
}

func (p *Poll) check(f *faults, at string) {
	p.Question = f.line(at+"/question", p.Question, maxQuestion)
	if !slices.Contains([]string{"single", "multiple", "scale", "quiz"}, p.Kind) {
		f.add(at+"/kind", "not-one-of")
	}
	if p.Kind == "scale" {
		p.Options = nil
	} else if len(p.Options) < 2 {
		f.add(at+"/options", "too-few")
	} else if len(p.Options) > maxOptions {
		f.add(at+"/options", "too-many")
		return
	}
	options := make([]string, 0, len(p.Options))
	for i, o := range p.Options {
		options = append(options, f.line(fmt.Sprintf("%s/options/%d", at, i), o, maxOption))
	}
	p.Options = options
	if p.Kind != "quiz" {
		p.Right = []int{}
		return
	}
	if len(p.Right) == 0 {
		f.add(at+"/right", "required")
	}
	slices.Sort(p.Right)
	p.Right = slices.Compact(p.Right)
	for _, n := range p.Right {
		if n < 0 || n >= len(options) {
			f.add(at+"/right", "out-of-range")
		}
	}
}
