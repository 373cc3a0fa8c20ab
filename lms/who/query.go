package who

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mostik/lms"
)

// Query collects conditions with numbered arguments. Its conditions speak of persons as p.
type Query struct {
	parts []string
	args  []any
}

// Arg gives the placeholder of a value: $1 …
func (q *Query) Arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

// And adds a condition.
func (q *Query) And(condition string) { q.parts = append(q.parts, condition) }

// Where is all conditions, to stand behind WHERE; "true" where there are none.
func (q *Query) Where() string {
	if len(q.parts) == 0 {
		return "true"
	}
	return strings.Join(q.parts, "\n   AND ")
}

// Args are the arguments in the order of their placeholders.
func (q *Query) Args() []any { return q.args }

// People adds the conditions that keep to people of a filter within a scope, on a day (UTC): everybody who was not
// erased, where neither narrows. This is the one place in which filter and rights meet.
func (q *Query) People(scope lms.Scope, f Filter, now time.Time) {
	q.And("p.state <> 'erased'")
	q.Within(scope)
	q.narrow(f, lms.DayInForce(now).Format(time.DateOnly))
}

// Within keeps to a scope as [lms.Scope.Covers] would for each person's facts.
func (q *Query) Within(s lms.Scope) {
	if s.All {
		return
	}
	var grounds []string
	if len(s.Countries) > 0 {
		grounds = append(grounds, "p.country = ANY ("+q.Arg(s.Countries)+"::text[])")
	}
	if len(s.Centres) > 0 {
		grounds = append(grounds, "p.centre_id = ANY ("+q.ids(texts(s.Centres))+")")
	}
	studies := func(column string, ids []string) {
		if len(ids) > 0 {
			grounds = append(grounds, "EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn' AND e."+
				column+" = ANY ("+q.ids(ids)+"))")
		}
	}
	studies("course_id", texts(s.Courses))
	studies("cohort_id", texts(s.Cohorts))
	if !s.Self.IsZero() {
		grounds = append(grounds, "p.id = "+q.Arg(s.Self))
	}
	if len(grounds) == 0 {
		grounds = []string{"false"}
	}
	q.And("(" + strings.Join(grounds, " OR ") + ")")
}

func (q *Query) ids(list []string) string { return q.Arg(list) + "::text[]::uuid[]" }

func (q *Query) oneOf(column string, list []string) {
	if len(list) > 0 {
		q.And(column + " = ANY (" + q.Arg(list) + "::text[])")
	}
}

func (q *Query) narrow(f Filter, today string) {
	for word := range strings.FieldsSeq(f.Text) {
		q.And("strpos(p.search_text, (SELECT lower(" + q.Arg(word) + "::text))) > 0") // a third cheaper than LIKE
	}
	q.oneOf("p.country", f.Countries)
	if len(f.Centres) > 0 {
		q.And("p.centre_id = ANY (" + q.ids(texts(f.Centres)) + ")")
	}
	if len(f.Organisations) > 0 {
		q.And("p.organisation_id = ANY (" + q.ids(texts(f.Organisations)) + ")")
	}
	if len(f.Kinds) > 0 {
		q.And("p.organisation_id IN (SELECT id FROM organisations WHERE kind = ANY (" + q.Arg(f.Kinds) + "::text[]))")
	}
	q.oneOf("p.job", f.Jobs)
	q.oneOf("p.sex", f.Sex)
	if f.Account != "" {
		q.And("p.state = " + q.Arg(f.Account))
	}
	if len(f.Roles) > 0 {
		roles := make([]string, len(f.Roles))
		for i, r := range f.Roles {
			roles[i] = string(r)
		}
		q.And("EXISTS (SELECT FROM memberships m WHERE m.person_id = p.id AND m.role = ANY (" + q.Arg(roles) + "::text[]))")
	}
	q.studies(f)
	q.takesPart(f)
	q.certified(f, today)
	if f.UnseenSince != "" {
		q.And("(p.last_seen_at IS NULL OR p.last_seen_at < " + q.Arg(f.UnseenSince) + "::text::date)")
	}
	switch f.Reach {
	case "mail":
		q.And("p.email IS NOT NULL")
	case "phone":
		q.And("p.phone <> ''")
	case "none":
		q.And("p.email IS NULL AND p.phone = ''")
	}
}

func (q *Query) studies(f Filter) {
	if !f.Course.IsZero() {
		q.And("EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn' AND e.course_id = " + q.Arg(f.Course) + ")")
	}
	if !f.Cohort.IsZero() {
		q.And("EXISTS (SELECT FROM enrolments e WHERE e.person_id = p.id AND e.state <> 'withdrawn' AND e.cohort_id = " + q.Arg(f.Cohort) + ")")
	}
}

// within bounds a condition to the filter's programme, where there is one.
func (q *Query) within(f Filter, column string) string {
	if f.Programme.IsZero() {
		return ""
	}
	return " AND " + column + " = " + q.Arg(f.Programme)
}

func (q *Query) takesPart(f Filter) {
	takes := func(condition string) string {
		return "EXISTS (SELECT FROM participations pa WHERE pa.person_id = p.id" + q.within(f, "pa.programme_id") + " AND " + condition + ")"
	}
	const in = "pa.state <> 'withdrawn'"
	none := slices.Contains(f.Standings, "none")
	states := slices.DeleteFunc(slices.Clone(f.Standings), func(s string) bool { return s == "none" })
	switch {
	case none && len(states) == 0 && f.Programme.IsZero():
		q.And("EXISTS (SELECT FROM desk_standings d WHERE d.person_id = p.id AND d.subject = '00000000-0000-0000-0000-000000000000' AND NOT d.invited)")
	case none && len(states) > 0:
		q.And("(NOT " + takes(in) + " OR " + takes("pa.state = ANY ("+q.Arg(states)+"::text[])") + ")")
	case none:
		q.And("NOT " + takes(in))
	case len(states) > 0:
		q.And(takes("pa.state = ANY (" + q.Arg(states) + "::text[])"))
	case !f.Programme.IsZero() && f.Certificate == "" && f.ExpiresIn == 0:
		q.And(takes(in))
	}
	if f.Stuck {
		q.And("EXISTS (SELECT FROM desk_standings d WHERE d.person_id = p.id AND d.subject = " + q.Arg(f.Programme) + " AND d.stuck)")
	}
}

// certified asks what the desk keeps of a person's certificates: of the programme, or of all that they have, how long
// the longest is valid. What expires is asked of each programme and course by itself.
func (q *Query) certified(f Filter, today string) {
	day := func() string { return q.Arg(today) + "::date" }
	until := func(condition string) string {
		return "EXISTS (SELECT FROM desk_standings d WHERE d.person_id = p.id AND d.subject = " + q.Arg(f.Programme) + " AND d.valid_until " + condition + ")"
	}
	switch f.Certificate {
	case "valid":
		q.And(until(">= " + day()))
	case "none":
		q.And("NOT " + until(">= "+day()))
	case "expired":
		q.And(until("< " + day()))
	case "suspended", "revoked":
		q.And("EXISTS (SELECT FROM certificates c WHERE c.person_id = p.id AND c.kind = 'achievement'" +
			q.within(f, "c.programme_id") + " AND c.state = " + q.Arg(f.Certificate) + ")")
	}
	if f.ExpiresIn > 0 {
		of := "d.subject <> '00000000-0000-0000-0000-000000000000'"
		if !f.Programme.IsZero() {
			of = "d.subject = " + q.Arg(f.Programme)
		}
		first := day()
		q.And("EXISTS (SELECT FROM desk_standings d WHERE d.person_id = p.id AND " + of + " AND d.valid_until BETWEEN " +
			first + " AND " + first + " + " + q.Arg(f.ExpiresIn) + "::int)")
	}
}

func texts[T any](ids []lms.ID[T]) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = id.String()
	}
	return all
}
