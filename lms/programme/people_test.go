package programme_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/programme"
)

// Whoever joins says themselves what reports count them by, may say it anew, and says nothing of others.
func TestCategoriesAreChosenByThePerson(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	open := strings.Replace(assisting(`{"practice": "meeting"}`), `"hours"`, `"join": "open", "hours"`, 1)
	s.published("assist", "", open)
	who, other := s.trainee("KZ"), s.trainee("KZ")
	own, err := s.programmes.Own(ctx, who, "assist")
	s.check(err)
	if len(own.Asked) != 1 || own.Asked[0].Title != "Field" || len(own.Asked[0].Options) != 2 || own.Asked[0].Chosen != "" {
		t.Fatalf("before joining: %+v", own.Asked)
	}
	s.refused(s.programmes.Join(ctx, who, "assist", map[string]string{"field": "office"}), lms.Invalid, "category-unknown")
	s.refused(s.programmes.Join(ctx, who, "assist", map[string]string{"religion": "none"}), lms.Invalid, "category-unknown")
	s.check(s.programmes.Join(ctx, who, "assist", map[string]string{"field": "street"}))
	s.check(s.programmes.Join(ctx, other, "assist", nil))
	own, err = s.programmes.Own(ctx, who, "assist")
	s.check(err)
	if own.Standing == nil || own.Standing.Asked[0].Chosen != "street" {
		t.Fatalf("after joining: %+v", own.Standing)
	}
	mine := own.Standing.ID
	theirs, err := s.programmes.Own(ctx, other, "assist")
	s.check(err)
	s.check(s.programmes.Change(ctx, who, mine, programme.ParticipationChange{Categories: map[string]string{"field": "home"}}))
	s.refused(s.programmes.Change(ctx, who, theirs.Standing.ID, programme.ParticipationChange{Categories: map[string]string{"field": "home"}}), lms.NotFound, "")
	// Who trained them is not theirs to say.
	if err := s.programmes.Change(ctx, who, mine, programme.ParticipationChange{TrainedBy: &other.Person}); err == nil {
		t.Error("somebody says who trained them")
	}
	if got := s.Text(`SELECT string_agg(categories::text, ' ' ORDER BY invited_at, id) FROM participations`); got != `{"field": "home"} {}` {
		t.Errorf("kept: %s", got)
	}
}

// What the editor writes is read back as it was written: no part of a definition is lost on the way.
func TestDraftsKeepEveryPart(t *testing.T) {
	s := newSite(t)
	ctx := t.Context()
	s.published("basic", "", assisting(`{"practice": "meeting"}`))
	s.published("other", "", assisting(`{"practice": "meeting"}`))
	whole := strings.Replace(assisting(`{"all": [{"practice": "meeting"}, {"programme": "before"}]}`), `"hours"`, `
	  "aims": {"en": "To help"}, "documents": {"achievement": {"sk": "Osvedčenie"}, "participation": {"sk": "Potvrdenie"}}, "law_as_of": "2026-01-01",
	  "join": "open", "issue": "by-hand", "countries": ["KZ", "TJ"], "participation": {"day": "day"}, "hours"`, 1)
	whole = strings.Replace(whole, `{"key": "course"`, `{"key": "before", "kind": "programme", "programme": "basic", "equivalents": ["other"], "title": {"en": "Before"}}, {"key": "course"`, 1)
	_, err := s.programmes.Create(ctx, s.author, programme.NewProgramme{Key: "whole"})
	s.check(err)
	d, err := s.programmes.SaveDraft(ctx, s.author, "whole", json.RawMessage(whole))
	s.check(err)
	if len(d.Problems) != 0 {
		t.Fatalf("faults: %v", d.Problems)
	}
	_, err = s.programmes.Publish(ctx, s.author, "whole")
	s.check(err)
	v, err := s.programmes.Programme(ctx, s.author, "whole")
	s.check(err)
	for _, part := range []string{`"Osvedčenie"`, `"Potvrdenie"`, `"equivalents":["other"]`, `"countries":["KZ","TJ"]`, `"issue":"by-hand"`, `"law_as_of":"2026-01-01"`, `"street"`, `"renewal":`} {
		if !strings.Contains(string(v.Definition), part) {
			t.Errorf("%s is lost: %s", part, v.Definition)
		}
	}
}
