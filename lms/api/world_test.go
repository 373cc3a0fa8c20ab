package api

import (
	"testing"
	"time"

	"mostik/lms/db"
	"mostik/lms/hook"
	"mostik/lms/mail"
)

// build makes the things that examples are about, and their like elsewhere.
func (w *rightsWorld) build() {
	w.centre, w.otherCentre = w.Centre(rightsCountry), w.Centre(elsewhere)
	document := smallDocument(w.T)
	w.course, w.version = w.Course("here", document)
	w.otherCourse, w.otherVersion = w.Course("elsewhere", document)
	w.cohort = w.Cohort(w.course, rightsCountry, w.centre)
	w.otherCohort = w.Cohort(w.otherCourse, elsewhere, w.otherCentre)
}

// deps are what the API under test stands on.
func (w *rightsWorld) deps() Deps {
	cat, study := w.study()
	return Deps{Account: w.accounts, Catalog: cat, Learning: study, Certificate: w.certificates, Webinar: w.webinars(), Mail: &mail.Service{DB: w.DB, Now: time.Now}, Programme: w.programmes(cat), Desk: w.desk(), Intake: w.intake(cat, study), Report: w.reports(), Hook: &hook.Service{DB: w.DB, PublicURL: "https://learn.example.org", Now: time.Now}, Contacts: []Contact{{Label: "Helpline", Value: "https://example.org", Kind: "url"}}}
}

// statements counts what reaches the database meanwhile.
func (w *rightsWorld) statements(t *testing.T, do func()) int {
	t.Helper()
	counter, err := db.CountPool(t.Context(), w.DB)
	if err != nil {
		t.Fatal(err)
	}
	do()
	return counter.N()
}
