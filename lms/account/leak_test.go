package account_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/lmstest"
)

func TestExportDoesNotTellWhatWasRight(t *testing.T) {
	h := newHouse(t)
	id := h.Person(lmstest.PersonSpec{})
	course, version := h.Course("exported", `{}`)
	enrolment := h.Enrol(id, course, version, lms.ID[lms.Cohort]{})
	for n, result := range map[int]string{
		1: `{"questions":{"q":{"state":"partly","parts":{"option-a":true}}},"points":1}`,
		2: `{"run":{"path":["said-this"]},"points":1}`,
	} {
		h.Exec(`INSERT INTO attempts (id, enrolment_id, version_id, activity_key, kind, number, state, paper, started_at, percent, result)
			VALUES (gen_random_uuid(), $1, $2, 'final', 'quiz', $3, 'scored', '{"secret":"paper"}', now(), 50, $4)`, enrolment, version, n, result)
	}
	out, err := h.ExportMe(t.Context(), h.as(id))
	h.must(err)
	raw, err := json.Marshal(out.Tables["attempts"])
	h.must(err)
	for word, there := range map[string]bool{"option-a": false, "paper": false, "said-this": true, `"percent":50`: true} {
		if strings.Contains(string(raw), word) != there {
			t.Errorf("%q in the export: %v. %s", word, !there, raw)
		}
	}
}

func TestErasureKeepsWhatOthersSaidFurtherDown(t *testing.T) {
	h := newHouse(t)
	id, other := h.Person(lmstest.PersonSpec{}), h.Person(lmstest.PersonSpec{})
	course, _ := h.Course("talked", `{}`)
	say := func(who lms.ID[lms.Person], text string, below lms.ID[lms.Post]) lms.ID[lms.Post] {
		post := h.Post(who, lms.ID[lms.Enrolment]{}, course, text)
		if !below.IsZero() {
			h.Exec(`UPDATE posts SET parent_id = $2 WHERE id = $1`, post, below)
		}
		return post
	}
	question := say(id, "a question", lms.ID[lms.Post]{})
	more := say(id, "more of it", question)
	say(other, "an answer to more of it", more)
	say(id, "nobody answered this", question)
	h.must(h.ErasePerson(t.Context(), admin(h), id))
	if got := h.Text(`SELECT string_agg(body, '|' ORDER BY body) FROM posts`); got != "an answer to more of it|…|…" {
		t.Errorf("left of the discussion: %s", got)
	}
}
