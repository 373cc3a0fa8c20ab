package learning_test

import (
	"reflect"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/learning"
	"mostik/lms/text"
)

// Whoever was invited to a programme finds it on their first page, with what to do; what is over or was left does not stand there.
func TestTheFirstPageShowsInvitations(t *testing.T) {
	s := newSite(t)
	actor, _ := s.trainee()
	other, _ := s.trainee()
	part := func(key, state string, person lms.ID[lms.Person], age time.Duration, done int) {
		id := lms.NewID[lms.Programme]()
		s.Exec(`INSERT INTO programmes (id, key, draft, created_at) VALUES ($1, $2, '{}', now())`, id, key)
		s.Exec(`INSERT INTO programme_versions (id, programme_id, number, definition, published_at)
		        VALUES ($1, $1, 1, json_build_object('title', json_build_object('en', $2::text, 'ru', $2::text || ' по-русски')), now())`, id, key)
		s.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at, done, needed)
		        VALUES (gen_random_uuid(), $1, $1, $2, $3, $4, $5, 5)`, id, person, state, s.now.Add(-age), done)
	}
	part("going", "active", actor.Person, time.Minute, 2)
	part("older", "invited", actor.Person, 2*time.Hour, 0)
	part("newer", "invited", actor.Person, time.Hour, 0)
	part("passed", "passed", actor.Person, 3*time.Hour, 5)
	part("certified", "certified", actor.Person, time.Hour, 5)
	part("left", "withdrawn", actor.Person, time.Hour, 0)
	part("anothers", "invited", other.Person, time.Hour, 0)
	for lang, title := range map[string]string{"en": "", "ru": " по-русски"} {
		page, err := s.learning.Dashboard(t.Context(), actor, lang)
		s.check(err)
		words := text.In(lang).Invitation
		steps := map[string]string{"en": "Done: 2 of 5", "ru": "Готово: 2 из 5"}[lang]
		want := []learning.ProgrammeRow{
			{Key: "newer", Title: "newer" + title, Note: words.ProgrammeRow, Invited: true},
			{Key: "older", Title: "older" + title, Note: words.ProgrammeRow, Invited: true},
			{Key: "going", Title: "going" + title, Note: steps},
			{Key: "passed", Title: "passed" + title, Note: words.ProgrammePassed},
		}
		if !reflect.DeepEqual(page.Programmes, want) {
			t.Errorf("%s: %+v, want %+v", lang, page.Programmes, want)
		}
	}
}
