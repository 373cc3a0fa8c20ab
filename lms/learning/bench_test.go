package learning_test

import (
	"encoding/json"
	"io"
	"testing"

	"mostik/courses/quiz"
	"mostik/lms"
	"mostik/lms/learning"
)

func BenchmarkAnswer(b *testing.B) {
	s := newSite(b)
	actor, id := s.trainee()
	at := s.start(actor, id, "pre")
	for i := 0; b.Loop(); i++ {
		if i%40 == 0 { // as many answers as an attempt has
			s.Exec(`DELETE FROM answers`)
		}
		s.answer(actor, at.ID, "q-single", int64(i), json.RawMessage(`{"choice":"a"}`))
	}
}

func BenchmarkDashboard(b *testing.B) {
	s := newSite(b)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one")
	for b.Loop() {
		_, err := s.learning.Dashboard(b.Context(), actor, "en")
		s.check(err)
	}
}

func BenchmarkEnrolment(b *testing.B) {
	s := newSite(b)
	actor, id := s.trainee()
	for b.Loop() {
		_, err := s.learning.Enrolment(b.Context(), actor, id, "en")
		s.check(err)
	}
}

func BenchmarkStartAndSubmit(b *testing.B) {
	s := newSite(b)
	actor, id := s.trainee()
	s.seen(actor, id, "read-one")
	q, _ := s.version.Question("q-single")
	raw, _ := json.Marshal(quiz.RightAnswer(q.Question))
	for b.Loop() {
		at := s.start(actor, id, "practice")
		s.answer(actor, at.ID, "q-single", 1, raw)
		s.submit(actor, at.ID)
	}
}

func BenchmarkReport20000(b *testing.B) {
	s := newSite(b)
	s.crowd(26667) // a quarter has withdrawn
	s.Exec(`VACUUM ANALYZE enrolments`)
	s.Exec(`VACUUM ANALYZE persons`)
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	for _, sort := range []string{"name", "-progress", "score", "-last_seen", "state", "centre", "country"} {
		for _, page := range []int{1, 150, 400} {
			b.Run(sort+"/"+string(rune('0'+page/100)), func(b *testing.B) {
				for b.Loop() {
					_, err := s.learning.Report(b.Context(), trainer, learning.ReportQuery{Cohort: s.cohort, Sort: sort, Page: page})
					s.check(err)
				}
			})
		}
	}
	b.Run("csv", func(b *testing.B) {
		for b.Loop() {
			file, err := s.learning.ReportCSV(b.Context(), trainer, s.cohort, "en")
			s.check(err)
			s.check(file.Write(b.Context(), io.Discard))
		}
	})
}
