package report_test

import (
	"bytes"
	"testing"

	"mostik/lms/report"
)

// A title with signs that no font has is drawn with boxes in their places, and breaks nothing off.
func TestSignsBeyondTheFontsAreDrawn(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	id := s.create(s.admin, report.Input{
		Title: "Report \U0001F91D of spring", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31", Indicators: s.define(trained),
	})
	raw, _, err := s.File(t.Context(), s.admin, id, "pdf")
	s.must(err)
	if !bytes.HasPrefix(raw, []byte("%PDF-")) {
		t.Errorf("it begins with %.20q", raw)
	}
}
