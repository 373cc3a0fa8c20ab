package intake

import (
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/intake/value"
)

// Paper is a certificate of the past that somebody holds on paper.
type Paper struct {
	Title, Issuer, Number string
	IssuedOn, ExpiresOn   *time.Time
	Hours                 float64
}

// line is one row as it was understood.
type line struct {
	No    int
	cells []string

	person      account.NewPerson
	course      courseRef
	cohort      cohortRef
	programme   programmeRef
	completedOn *time.Time
	score       *float64
	paper       *Paper

	// employer is the key of an organisation that is to be made, named that of a name of which something was said, and
	// unknown that of one of which nothing was.
	employer, named, unknown string

	problems []Problem
	decision string
	sameAs   lms.ID[lms.Person]
	sameLine int

	// known is the account that the row is of; first is the earlier line of the same person.
	known lms.ID[lms.Person]
	first *line
}

func (l *line) blame(code string, column int, f Field) {
	l.problems = append(l.problems, Problem{Code: code, Column: column, Field: f, Level: levelOf(code)})
}

// level is that of the worst problem that was not decided.
func (l *line) level() Level {
	worst := Fine
	for _, p := range l.problems {
		if p.Level == Question && l.decision != "" {
			continue
		}
		worst = max(worst, p.Level)
	}
	return worst
}

// skipped tells that somebody said to leave the row out.
func (l *line) skipped() bool { return l.decision == "skip" }

// reader understands cells by a mapping.
type reader struct {
	mapping Mapping
	dates   map[Field]value.Dates
	now     time.Time
	// country and centre are the import's, "" where it has none.
	country, centre string
	refs            *refs
	// papers tells that certificates of the past can be kept.
	papers  bool
	namings map[string]Naming
}

// dateFields are those whose columns hold dates.
var dateFields = []Field{BirthYear, CompletedOn, PaperIssued, PaperExpires}

// newReader looks through the columns of dates first: one 25/12/2023 tells the order of all.
func newReader(m Mapping, rows []line, from1904 bool, now time.Time, refs *refs) *reader {
	r := &reader{mapping: m, dates: map[Field]value.Dates{}, now: now, refs: refs, namings: byKey(m.Organisations)}
	for _, f := range dateFields {
		column := m.column(f)
		d := value.Dates{Order: m.DateOrder, From1904: from1904, Now: now}
		if column >= 0 && m.DateOrder == "" {
			d.Order = proven(rows, column)
		}
		r.dates[f] = d
	}
	return r
}

// proven is the order that dates of a column prove, "" where none does or they contradict each other.
func proven(rows []line, column int) (order value.Order) {
	for _, l := range rows {
		if column >= len(l.cells) {
			continue
		}
		text, _ := value.Clean(l.cells[column])
		switch o := value.OrderOf(text); {
		case o == "" || o == order:
		case order == "":
			order = o
		default:
			return ""
		}
	}
	return order
}

// read fills a line from its cells.
func (r *reader) read(l *line) {
	if len(l.cells) > len(r.mapping.Columns) {
		l.blame("cells-shifted", len(r.mapping.Columns), "")
	}
	l.person.Language = r.mapping.Language
	values := map[Field]string{}
	for i, cell := range l.cells[:min(len(l.cells), len(r.mapping.Columns))] {
		f := r.mapping.Columns[i]
		if f == "" {
			continue
		}
		if text, ok := r.clean(l, i, f, cell); ok && text != "" {
			values[f] = text
		}
	}
	r.names(l, values)
	r.contact(l, values)
	r.told(l, values)
	r.place(l, values)
	r.study(l, values)
	r.past(l, values)
	r.checkPerson(l)
}

func blamed(l *line, f Field) bool {
	for _, p := range l.problems {
		if p.Field == f && p.Level == Fault {
			return true
		}
	}
	return false
}

// clean gives a cell's text; false where it is no value at all.
func (r *reader) clean(l *line, column int, f Field, cell string) (string, bool) {
	text, odd := value.Clean(cell)
	for _, o := range odd {
		l.blame(string(o), column, f)
	}
	switch {
	case value.IsError(text):
		l.blame("formula-failed", column, f)
		return "", false
	case value.IsFormula(text):
		l.blame("formula", column, f)
		return "", false
	case value.IsScientific(text) && f != PaperNumber:
		l.blame("number-shortened", column, f)
		return "", false
	case text == "-" || text == "—" || text == "–":
		return "", true
	}
	return text, true
}

// names takes the parts of the name, or splits the whole.
func (r *reader) names(l *line, values map[Field]string) {
	p := &l.person
	for f, to := range map[Field]*string{FamilyName: &p.FamilyName, GivenName: &p.GivenName, LatinFamily: &p.LatinFamily, LatinGiven: &p.LatinGiven} {
		*to = r.name(l, f, values[f])
	}
	if whole := r.name(l, FullName, values[FullName]); whole != "" && p.FamilyName == "" && p.GivenName == "" {
		words := strings.Fields(whole)
		if len(words) < 2 {
			l.blame("name-one-word", r.mapping.column(FullName), FullName)
			return
		}
		if r.mapping.GivenFirst {
			last := len(words) - 1
			p.GivenName, p.FamilyName = strings.Join(words[:last], " "), words[last]
		} else {
			p.FamilyName, p.GivenName = strings.Trim(words[0], ","), strings.Join(words[1:], " ")
		}
	}
	for f, name := range map[Field]string{FamilyName: p.FamilyName, GivenName: p.GivenName} {
		if name != "" || blamed(l, f) || blamed(l, FullName) {
			continue
		}
		column := r.mapping.column(f)
		if column < 0 || r.mapping.has(FullName) {
			f, column = FullName, r.mapping.column(FullName)
		}
		if !blamed(l, f) {
			l.blame("required", column, f)
		}
	}
}

func (r *reader) name(l *line, f Field, text string) string {
	column := r.mapping.column(f)
	if text == "" {
		return ""
	}
	if value.MixedScripts(text) {
		mended, whole := value.Mend(text)
		if !r.mapping.MendScripts || !whole {
			l.blame("script-mixed", column, f)
			return text
		}
		l.blame("script-mended", column, f)
		text = mended
	}
	if strings.ContainsFunc(text, unicode.IsDigit) {
		l.blame("name-digits", column, f)
	}
	if len([]rune(text)) > 3 && strings.ToUpper(text) == text && strings.ToLower(text) != text {
		l.blame("capitals", column, f)
	}
	return text
}

func (r *reader) contact(l *line, values map[Field]string) {
	l.person.Email = strings.ToLower(strings.TrimPrefix(strings.ToLower(values[Email]), "mailto:"))
	l.person.Login = values[Login]
	l.person.Phone = values[Phone]
}

// told are the things that people tell of themselves.
func (r *reader) told(l *line, values map[Field]string) {
	for _, w := range []struct {
		field Field
		words map[string]string
		to    *string
		code  string
	}{
		{Sex, sexes, &l.person.Sex, "sex-unknown"},
		{Language, languageWords, &l.person.Language, "language-unknown"},
		{Job, jobs, &l.person.Job, "job-unknown"},
	} {
		text := values[w.field]
		if text == "" {
			continue
		}
		if v, ok := meaning(w.words, text); ok {
			*w.to = v
		} else if w.field == Job {
			l.person.Job = "other" // what people are called at work is endless
		} else {
			l.blame(w.code, r.mapping.column(w.field), w.field)
		}
	}
	if text := values[BirthYear]; text != "" {
		year, err := r.dates[BirthYear].Year(text)
		const youngest, oldest = 14, 100
		switch age := r.now.Year() - year; {
		case err != nil:
			l.blame(dateCode(err), r.mapping.column(BirthYear), BirthYear)
		case age < youngest || age > oldest:
			l.blame("birth-year-implausible", r.mapping.column(BirthYear), BirthYear)
		default:
			l.person.BirthYear = year
		}
	}
}

func dateCode(err error) string {
	switch {
	case errors.Is(err, value.ErrNoSuchDay):
		return "date-no-such-day"
	case errors.Is(err, value.ErrAmbiguous):
		return "date-ambiguous"
	case errors.Is(err, value.ErrYearOnly):
		return "date-year-only"
	}
	return "date-malformed"
}

// place finds where the person belongs: the import's place, and the table's word where the import leaves it open.
func (r *reader) place(l *line, values map[Field]string) {
	country := r.country
	if text := values[Country]; text != "" {
		code, ok := meaning(countryWords, text)
		switch {
		case !ok || !r.refs.countries[code]:
			l.blame("country-unknown", r.mapping.column(Country), Country)
		case country != "" && code != country:
			l.blame("country-other", r.mapping.column(Country), Country)
		default:
			country = code
		}
	}
	if country == "" && !blamed(l, Country) {
		l.blame("country-missing", r.mapping.column(Country), Country)
	}
	l.person.Country = country
	l.person.Centre = r.centre
	if text := values[Centre]; text != "" && country != "" {
		id, ok := r.refs.centres[country+"/"+plainHead(text)]
		switch {
		case !ok:
			l.blame("centre-unknown", r.mapping.column(Centre), Centre)
		case r.centre != "" && id != r.centre:
			l.blame("centre-other", r.mapping.column(Centre), Centre)
		default:
			l.person.Centre = id
		}
	}
	if text := values[Organised]; text != "" && country != "" {
		r.employer(l, text, country)
	}
}

// date reads one; nil where there is none or it is wrong. A day that is to come is wrong unless it may.
func (r *reader) date(l *line, f Field, text string, mayCome bool) *time.Time {
	if text == "" {
		return nil
	}
	column := r.mapping.column(f)
	t, isSerial, err := r.dates[f].Date(text)
	const first = 1990 // nobody is certified by anything older
	switch {
	case err != nil:
		l.blame(dateCode(err), column, f)
	case t.Year() < first:
		l.blame("date-too-early", column, f)
	case t.After(r.now) && !mayCome:
		l.blame("date-to-come", column, f)
	default:
		if isSerial {
			l.blame("date-from-number", column, f)
		}
		return &t
	}
	return nil
}

// study finds course, cohort and programme.
func (r *reader) study(l *line, values map[Field]string) {
	find := func(f Field, ok bool) {
		if !ok {
			l.blame(string(f)+"-unknown", r.mapping.column(f), f)
		}
	}
	var ok bool
	if text := values[Course]; text != "" {
		l.course, ok = r.refs.courses[plainHead(text)]
		find(Course, ok)
	}
	if text := values[Cohort]; text != "" {
		l.cohort, ok = r.refs.cohorts[plainHead(text)]
		find(Cohort, ok)
	} else if !r.mapping.Cohort.IsZero() {
		l.cohort, ok = r.refs.cohortByID[r.mapping.Cohort]
		find(Cohort, ok)
	}
	if text := values[Programme]; text != "" {
		l.programme, ok = r.refs.programmes[plainHead(text)]
		find(Programme, ok)
	} else if !r.mapping.Programme.IsZero() {
		l.programme, ok = r.refs.programmeByID[r.mapping.Programme]
		find(Programme, ok)
	}
	if !l.cohort.ID.IsZero() {
		if l.course.ID.IsZero() {
			l.course = l.cohort.course
		} else if l.course.ID != l.cohort.course.ID {
			l.blame("cohort-of-other-course", r.mapping.column(Cohort), Cohort)
		}
	}
}

// past takes what was done before: a completed course, a certificate on paper.
func (r *reader) past(l *line, values map[Field]string) {
	l.completedOn = r.date(l, CompletedOn, values[CompletedOn], false)
	if text := values[Score]; text != "" {
		v, err := value.Number(text)
		if err != nil || v < 0 || v > 100 {
			l.blame("score-malformed", r.mapping.column(Score), Score)
		} else {
			l.score = &v
		}
	}
	if (l.completedOn != nil || l.score != nil) && l.course.ID.IsZero() && !blamed(l, Course) && !blamed(l, Cohort) {
		l.blame("course-missing", r.mapping.column(Course), Course)
	}
	if l.score != nil && l.completedOn == nil && !blamed(l, CompletedOn) {
		l.blame("completion-missing", r.mapping.column(CompletedOn), CompletedOn)
	}
	r.paper(l, values)
}

func (r *reader) paper(l *line, values map[Field]string) {
	p := Paper{Title: values[PaperTitle], Issuer: values[PaperIssuer], Number: values[PaperNumber]}
	if p.Title == "" && p.Issuer == "" && p.Number == "" && values[PaperIssued] == "" {
		return
	}
	if !r.papers {
		l.blame("papers-not-kept", r.mapping.column(PaperNumber), PaperNumber)
		return
	}
	p.IssuedOn = r.date(l, PaperIssued, values[PaperIssued], false)
	p.ExpiresOn = r.date(l, PaperExpires, values[PaperExpires], true)
	if text := values[PaperHours]; text != "" {
		v, err := value.Number(text)
		// A certificate says them in eight characters.
		if err != nil || v < 0 || v > 2000 || len(strconv.FormatFloat(v, 'f', -1, 64)) > 8 {
			l.blame("hours-malformed", r.mapping.column(PaperHours), PaperHours)
		}
		p.Hours = v
	}
	// As long as a certificate has room for.
	for _, said := range []struct {
		field Field
		text  string
		most  int
	}{{PaperTitle, p.Title, 300}, {PaperNumber, p.Number, 100}, {PaperIssuer, p.Issuer, 200}} {
		switch {
		case said.text == "":
			l.blame("required", r.mapping.column(said.field), said.field)
		case len([]rune(said.text)) > said.most:
			l.blame("too-long", r.mapping.column(said.field), said.field)
		}
	}
	if p.IssuedOn == nil && !blamed(l, PaperIssued) {
		l.blame("required", r.mapping.column(PaperIssued), PaperIssued)
	}
	if p.IssuedOn != nil && p.ExpiresOn != nil && p.ExpiresOn.Before(*p.IssuedOn) {
		l.blame("dates-swapped", r.mapping.column(PaperExpires), PaperExpires)
	}
	l.paper = &p
}

// fieldOfPerson are the columns to blame for what the account's own check says.
var fieldOfPerson = map[string]Field{
	"given_name": GivenName, "family_name": FamilyName, "latin_given": LatinGiven, "latin_family": LatinFamily, "email": Email,
	"login": Login, "phone": Phone, "language": Language, "sex": Sex, "birth_year": BirthYear, "job": Job,
}

// checkPerson asks the account's own rules.
func (r *reader) checkPerson(l *line) {
	err := l.person.Check()
	e, ok := errors.AsType[*lms.Error](err)
	if !ok {
		return
	}
	for _, p := range e.Problems {
		f := fieldOfPerson[p.Field]
		column := r.mapping.column(f)
		isName := f == GivenName || f == FamilyName
		if column < 0 && isName {
			f, column = FullName, r.mapping.column(FullName)
		}
		if !blamed(l, f) && !(isName && blamed(l, FullName)) {
			l.blame(p.Code, column, f)
		}
	}
}
