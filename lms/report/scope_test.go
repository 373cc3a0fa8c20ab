package report_test

import (
	"slices"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/report"
)

// of makes a report on several countries of the Slovak programme.
func (s *site) of(countries ...string) report.Input {
	return report.Input{Title: "Report", Programme: "slovakia", Language: "en", From: "2026-03-01", To: "2026-12-31", Countries: countries, Indicators: []string{"trained"}}
}

// A report on some countries has their people and nobody else's, as one number and apart, frozen twice in the same
// bytes.
func TestAReportOnSeveralCountries(t *testing.T) {
	s := newSite(t)
	people := s.slovakia()
	s.define(trained)
	both, men := 0, 0
	for _, p := range people {
		if p.attendances > 0 && (p.country == "SK" || p.country == "CZ") {
			both++
			if p.sex == "male" {
				men++
			}
		}
	}
	id := s.create(s.admin, s.of("SK", "CZ", "SK"))
	v, err := s.Freeze(t.Context(), s.admin, id)
	s.must(err)
	f := v.Content.Figures[0]
	if f.Hidden || *f.Persons != both || !slices.Equal(v.Countries, []string{"CZ", "SK"}) || !slices.Equal(v.Content.Countries, v.Countries) || v.Country != "" {
		t.Errorf("%d people of %v, the tally has %d: %+v", f.Persons, v.Countries, both, f.Number)
	}
	var countries []string
	for _, table := range f.Tables {
		for _, row := range table.Rows {
			if slices.Equal(table.By, []string{"country"}) {
				countries = append(countries, row.Cats[0])
			}
			if slices.Equal(table.By, []string{"sex"}) && row.Cats[0] == "male" && (row.Hidden || *row.Persons != men) {
				t.Errorf("men: %+v, the tally has %d", row.Number, men)
			}
		}
	}
	if !slices.Equal(countries, []string{"CZ", "SK"}) {
		t.Errorf("by country: %v", countries)
	}
	again, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, s.of("CZ", "SK")))
	s.must(err)
	for i := range v.Files {
		if v.Files[i].SHA256 != again.Files[i].SHA256 {
			t.Errorf("the second %s is not the first's bytes", v.Files[i].Kind)
		}
	}
	checked, err := s.Verify(t.Context(), s.admin, id)
	s.must(err)
	if !checked.Kept || !checked.Same {
		t.Errorf("verified: %+v", checked)
	}
	raw, _, err := s.File(t.Context(), s.admin, id, "csv")
	s.must(err)
	if !strings.Contains(string(raw), "male") {
		t.Error("the CSV is empty")
	}
	behind, err := s.People(t.Context(), s.admin, id, "trained", nil)
	s.must(err)
	if behind.Total != both {
		t.Errorf("%d people behind a number of %d", behind.Total, both)
	}
}

// What two reports that overlap leave between them is not told: not by the numbers, and not by means.
func TestOverlappingReportsAreNotSubtracted(t *testing.T) {
	s := newSite(t)
	s.slovakia() // three of KG, 60 of CZ
	s.define(trained)
	freeze := func(countries ...string) report.View {
		t.Helper()
		v, err := s.Freeze(t.Context(), s.admin, s.create(s.admin, s.of(countries...)))
		s.must(err)
		return v
	}
	first := freeze("CZ", "SK")
	if first.Content.Figures[0].Hidden || len(first.Content.Outcomes.Learning) == 0 || first.Content.Outcomes.Learning[0].Before == nil {
		t.Fatalf("the first tells nothing: %+v", first.Content.Figures[0].Number)
	}
	for _, countries := range [][]string{{"CZ", "KG", "SK"}, {"KG", "TJ"}, {"KG"}} {
		v := freeze(countries...)
		if f := v.Content.Figures[0]; !f.Hidden {
			t.Errorf("on %v: %d, beside the first that leaves the three of KG alone", countries, *f.Persons)
		}
		for i, l := range v.Content.Outcomes.Learning {
			if l.Before != nil && l.Pairs != first.Content.Outcomes.Learning[i].Pairs {
				t.Errorf("on %v the gain of %s is told of %+v, in the first of %+v", countries, l.Course, l.Pairs, first.Content.Outcomes.Learning[i].Pairs)
			}
		}
	}
	// By two steps: the part that is left is Slovakia, which is large.
	if v := freeze("CZ", "TJ"); v.Content.Figures[0].Hidden {
		t.Error("what nothing small stands behind is hidden, too")
	}
}

// Whoever answers for one of the countries sees nothing of the report, whoever answers for all of them everything.
func TestAReportOnSeveralIsReadByWhoMayReadThemAll(t *testing.T) {
	s := newSite(t)
	s.slovakia()
	s.define(trained)
	grants := []lms.Grant{{Role: lms.Coordinator, Scope: lms.CountryGround("SK")}, {Role: lms.Coordinator, Scope: lms.CountryGround("CZ")}}
	both := s.actor(grants[0])
	both.Grants = grants
	id := s.create(both, s.of("CZ", "SK"))
	for name, who := range map[string]lms.Actor{"one of them": s.country["SK"], "another": s.country["KZ"]} {
		list, err := s.Reports(t.Context(), who)
		s.must(err)
		_, opened := s.Report(t.Context(), who, id)
		_, _, file := s.File(t.Context(), who, id, "json")
		_, frozen := s.Freeze(t.Context(), who, id)
		_, behind := s.People(t.Context(), who, id, "trained", nil)
		removed := s.Remove(t.Context(), who, id)
		for what, err := range map[string]error{"opened": opened, "taken": file, "frozen": frozen, "opened to people": behind, "removed": removed} {
			if lms.KindOf(err) != lms.NotFound {
				t.Errorf("by whoever answers for %s it is %s: %v", name, what, err)
			}
		}
		if len(list) != 0 {
			t.Errorf("%s lists %+v", name, list)
		}
		if _, err := s.Create(t.Context(), who, s.of("CZ", "SK")); lms.KindOf(err) != lms.NotFound {
			t.Errorf("made by whoever answers for %s: %v", name, err)
		}
	}
	if list, err := s.Reports(t.Context(), both); err != nil || len(list) != 1 || !list[0].Manages {
		t.Errorf("for both: %+v, %v", list, err)
	}
	if _, err := s.Freeze(t.Context(), both, id); err != nil {
		t.Errorf("frozen by whoever answers for both: %v", err)
	}
	wrong := s.of("CZ", "SK")
	wrong.Country = "SK"
	if _, err := s.Create(t.Context(), s.admin, wrong); lms.KindOf(err) != lms.Invalid {
		t.Errorf("one and several: %v", err)
	}
	if _, err := s.Create(t.Context(), s.admin, s.of("CZ", "XX")); lms.KindOf(err) != lms.Invalid {
		t.Errorf("of no country: %v", err)
	}
}
