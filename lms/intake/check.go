package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/intake/alike"
	"mostik/lms/who"
)

// checked is an import with every row as it was understood.
type checked struct {
	*record
	rows []line
}

// check understands every row anew, against the database as it is in the caller's transaction.
func (s *Service) check(ctx context.Context, q db.Queryer, actor lms.Actor, r *record) (*checked, error) {
	c := &checked{record: r}
	var err error
	if c.rows, err = readRows(ctx, q, r.ID); err != nil {
		return nil, err
	}
	refs, err := s.loadRefs(ctx, q, actor)
	if err != nil {
		return nil, err
	}
	reader := newReader(r.Mapping, c.rows, r.Format.Date1904, s.Now(), refs)
	reader.country, reader.papers = r.Country, s.Enter != nil
	if !r.Centre.IsZero() {
		reader.centre = r.Centre.String()
	}
	for i := range c.rows {
		reader.read(&c.rows[i])
		c.allowed(actor, &c.rows[i])
	}
	for _, step := range []func(context.Context, db.Queryer, lms.Actor) error{c.addresses, c.decided, c.twinsInFile, c.twinsHere, c.standing, c.papers} {
		if err := step(ctx, q, actor); err != nil {
			return nil, err
		}
	}
	for i := range c.rows {
		slices.SortStableFunc(c.rows[i].problems, func(a, b Problem) int { return cmp.Or(a.Column-b.Column, strings.Compare(a.Code, b.Code)) })
	}
	return c, nil
}

// allowed asks whether the actor may put people where the row says.
func (c *checked) allowed(actor lms.Actor, l *line) {
	f := lms.Facts{Country: l.person.Country}
	if l.person.Centre != "" {
		if id, err := lms.ParseID[lms.Centre](l.person.Centre); err == nil {
			f.Centre = id
		}
	}
	if l.person.Country == "" {
		return
	}
	if actor.Can(lms.ImportPeople, f) != nil {
		l.blame("beyond-scope", c.Mapping.column(Country), Country)
	}
	if l.employer != "" && actor.Can(lms.ManageOrganisation, lms.Facts{Country: f.Country}) != nil {
		l.blame("organisation-beyond", c.Mapping.column(Organised), Organised)
	}
	c.brings(actor, l, f)
}

// brings asks whether the actor may do with somebody of a place what the row says. Whoever enters a cohort is asked for by
// its own place, when the cohort is looked up.
func (c *checked) brings(actor lms.Actor, l *line, f lms.Facts) {
	ofCourse := f
	ofCourse.Course = l.course.ID
	for _, ask := range []struct {
		field  Field
		asked  bool
		action lms.Action
		facts  lms.Facts
	}{
		{Programme, !l.programme.ID.IsZero(), lms.EnrolParticipant, f},
		{PaperNumber, l.paper != nil, lms.IssueCertificate, f},
		{Course, !l.course.ID.IsZero() && l.cohort.ID.IsZero(), lms.Enrol, ofCourse},
	} {
		if ask.asked && !blamed(l, ask.field) && actor.Can(ask.action, ask.facts) != nil {
			l.blame("beyond-scope", c.Mapping.column(ask.field), ask.field)
		}
	}
}

// addresses finds rows of the same e-mail or login, and accounts that have it. Whoever is seen by the actor is known
// then; of others nothing is told but that the address is taken, which is what making an account tells too.
func (c *checked) addresses(ctx context.Context, q db.Queryer, actor lms.Actor) error {
	byAddress := map[string]*line{}
	var list []string
	for i := range c.rows {
		l := &c.rows[i]
		for f, address := range l.addresses() {
			if address == "" || blamed(l, f) {
				continue
			}
			list = append(list, address)
			first := byAddress[string(f)+address]
			if first == nil {
				byAddress[string(f)+address] = l
				continue
			}
			if l.first != nil || l.decision == "skip" || first.decision == "skip" {
				continue
			}
			score, _ := alike.Compare(alike.Prepare(l.alike()), alike.Prepare(first.alike()))
			if score == 0 {
				l.problems = append(l.problems, Problem{Code: string(f) + "-twice", Column: c.Mapping.column(f), Field: f, Level: Fault, Line: first.No})
				continue
			}
			l.follow(first, c.Mapping.column(f), f)
		}
	}
	holders, err := c.holders(ctx, q, actor, list)
	if err != nil {
		return err
	}
	for i := range c.rows {
		l := &c.rows[i]
		for f, address := range l.addresses() {
			h, taken := holders[address]
			switch {
			case address == "" || !taken || l.first != nil || blamed(l, f):
			case !h.seen:
				l.blame(string(f)+"-taken", c.Mapping.column(f), f)
			default:
				score, reasons := alike.Compare(alike.Prepare(l.alike()), h.person)
				if l.known == h.id {
					continue
				}
				if score == 0 || !l.known.IsZero() { // an e-mail of one person and a login of another name nobody
					l.problems = append(l.problems, Problem{
						Code: string(f) + "-of-another", Column: c.Mapping.column(f), Field: f, Level: Fault, Twins: []Twin{{h.id, score, reasons}},
					})
					continue
				}
				l.known = h.id
				l.problems = append(l.problems, Problem{
					Code: "known", Column: c.Mapping.column(f), Field: f, Level: Note, Twins: []Twin{{h.id, score, reasons}},
				})
			}
		}
	}
	return nil
}

// addresses are what a row's person signs in with, always in this order.
func (l *line) addresses() iter.Seq2[Field, string] {
	return func(yield func(Field, string) bool) {
		_ = yield(Email, strings.ToLower(l.person.Email)) && yield(Login, strings.ToLower(l.person.Login))
	}
}

// follow makes a row one of the person of an earlier one.
func (l *line) follow(first *line, column int, f Field) {
	if first.first != nil {
		first = first.first
	}
	l.first = first
	l.problems = append(l.problems, Problem{Code: "same-as-line", Column: column, Field: f, Level: Note, Line: first.No})
}

type holder struct {
	id     lms.ID[lms.Person]
	seen   bool
	person alike.Record
}

// peopleColumns are what is compared of somebody.
const peopleColumns = `p.id, p.given_name || ' ' || p.family_name, p.latin_given || ' ' || p.latin_family, coalesce(p.birth_year, 0),
	coalesce(p.email, ''), p.phone, coalesce(p.centre_id::text, ''), coalesce(p.organisation_id::text, ''), p.sex`

func scanAlike(scan func(...any) error, id *lms.ID[lms.Person], more ...any) (alike.Person, error) {
	var p alike.Person
	err := scan(append([]any{id, &p.Own, &p.Latin, &p.BirthYear, &p.Email, &p.Phone, &p.Centre, &p.Organisation, &p.Sex}, more...)...)
	return p, err
}

func (c *checked) holders(ctx context.Context, q db.Queryer, actor lms.Actor, addresses []string) (map[string]holder, error) {
	var w who.Query
	list := w.Arg(addresses)
	w.Within(actor.Scope(lms.ReadPerson))
	found := map[string]holder{}
	err := each(ctx, q, func(scan func(...any) error) error {
		var h holder
		var email, login string
		p, err := scanAlike(scan, &h.id, &email, &login, &h.seen)
		if err != nil {
			return err
		}
		h.person = alike.Prepare(p)
		for _, address := range []string{email, login} {
			if address != "" {
				found[address] = h
			}
		}
		return nil
	}, `SELECT `+peopleColumns+`, lower(coalesce(p.email, '')), lower(coalesce(p.login, '')), `+w.Where()+`
	      FROM persons p
	     WHERE lower(p.email) = ANY (`+list+`::text[]) OR lower(p.login) = ANY (`+list+`::text[])`, w.Args()...)
	return found, err
}

// alike is what is compared of a row.
func (l *line) alike() alike.Person {
	p := l.person
	return alike.Person{
		Own: p.GivenName + " " + p.FamilyName, Latin: p.LatinGiven + " " + p.LatinFamily, BirthYear: p.BirthYear, Email: p.Email,
		Phone: p.Phone, Centre: p.Centre, Organisation: p.Organisation, Sex: p.Sex,
	}
}

// decided follows what somebody said of rows, as far as it still can be.
func (c *checked) decided(context.Context, db.Queryer, lms.Actor) error {
	byLine := map[int]*line{}
	for i := range c.rows {
		byLine[c.rows[i].No] = &c.rows[i]
	}
	for i := range c.rows {
		l := &c.rows[i]
		if l.decision != "same" {
			continue
		}
		first := byLine[l.sameLine]
		switch {
		case !l.sameAs.IsZero():
			l.known = l.sameAs
		case first != nil && first.No < l.No && !first.skipped():
			l.follow(first, -1, "")
			l.problems = l.problems[:len(l.problems)-1] // it is no news to who decided it
		default:
			l.decision = ""
		}
	}
	return nil
}

// maxTwins bounds how many are shown of one row.
const maxTwins = 5

// twinsInFile asks of rows that look like an earlier one.
func (c *checked) twinsInFile(context.Context, db.Queryer, lms.Actor) error {
	type prepared struct {
		*line
		alike.Record
	}
	byKey := map[string][]prepared{}
	for i := range c.rows {
		l := &c.rows[i]
		if l.skipped() || l.person.FamilyName == "" {
			continue
		}
		p := prepared{l, alike.Prepare(l.alike())}
		keys := alike.Keys(p.Own, p.Latin)
		if l.first == nil && l.known.IsZero() {
			c.askOfEarlier(l, func(yield func(*line, alike.Record) bool) {
				for _, k := range keys {
					for _, o := range byKey[k] {
						if !yield(o.line, o.Record) {
							return
						}
					}
				}
			}, p.Record)
		}
		if l.first == nil {
			for _, k := range keys {
				byKey[k] = append(byKey[k], p)
			}
		}
	}
	return nil
}

func (c *checked) askOfEarlier(l *line, others func(func(*line, alike.Record) bool), me alike.Record) {
	var best *line
	top, why := 0, []alike.Reason(nil)
	for other, record := range others {
		if other == best {
			continue
		}
		if score, reasons := alike.Compare(me, record); score > top {
			best, top, why = other, score, reasons
		}
	}
	if top < alike.Likely {
		return
	}
	column := c.Mapping.column(FamilyName)
	if column < 0 {
		column = c.Mapping.column(FullName)
	}
	l.problems = append(l.problems, Problem{Code: "twin-in-file", Column: column, Level: Question, Line: best.No, Score: top, Reasons: why})
}

// twinsHere asks of rows that look like somebody who has an account and whom the actor may see. In other parts of
// the world nobody looks.
func (c *checked) twinsHere(ctx context.Context, q db.Queryer, actor lms.Actor) error {
	byKey, keys := map[string][]int{}, []string{}
	for i := range c.rows {
		l := &c.rows[i]
		if l.skipped() || l.first != nil || !l.known.IsZero() || l.person.FamilyName == "" {
			continue
		}
		p := l.alike()
		for _, k := range alike.Keys(p.Own, p.Latin) {
			if byKey[k] == nil {
				keys = append(keys, k)
			}
			byKey[k] = append(byKey[k], i)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	prepared := map[int]alike.Record{}
	twins := map[int][]Twin{}
	var w who.Query
	list := w.Arg(keys)
	w.People(actor.Scope(lms.ReadPerson), who.Filter{}, c.now)
	err := each(ctx, q, func(scan func(...any) error) error {
		var id lms.ID[lms.Person]
		p, err := scanAlike(scan, &id)
		if err != nil {
			return err
		}
		other := alike.Prepare(p)
		seen := map[int]bool{}
		for _, k := range alike.Keys(p.Own, p.Latin) {
			for _, i := range byKey[k] {
				if seen[i] {
					continue
				}
				seen[i] = true
				me, ok := prepared[i]
				if !ok {
					me = alike.Prepare(c.rows[i].alike())
					prepared[i] = me
				}
				if score, reasons := alike.Compare(me, other); score >= alike.Likely {
					twins[i] = append(twins[i], Twin{id, score, reasons})
				}
			}
		}
		return nil
	}, `SELECT `+peopleColumns+` FROM persons p WHERE p.name_keys && `+list+`::text[] AND `+w.Where(), w.Args()...)
	if err != nil {
		return err
	}
	for i, list := range twins {
		slices.SortFunc(list, func(a, b Twin) int {
			return (b.Score-a.Score)*2 + strings.Compare(a.Person.String(), b.Person.String())
		})
		column := c.Mapping.column(FamilyName)
		if column < 0 {
			column = c.Mapping.column(FullName)
		}
		c.rows[i].problems = append(c.rows[i].problems, Problem{Code: "twin-here", Column: column, Level: Question, Twins: list[:min(len(list), maxTwins)]})
	}
	return nil
}

// standing tells of people who have an account what they already study and take part in.
func (c *checked) standing(ctx context.Context, q db.Queryer, actor lms.Actor) error {
	byPerson := map[lms.ID[lms.Person]][]*line{}
	var ids []string
	for i := range c.rows {
		l := &c.rows[i]
		known := l.known
		if l.first != nil {
			known = l.first.known
			l.known = known
		}
		if !known.IsZero() {
			byPerson[known] = append(byPerson[known], l)
			ids = append(ids, known.String())
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var w who.Query
	list := w.Arg(ids)
	w.People(actor.Scope(lms.ReadPerson), who.Filter{}, c.now)
	seen := map[lms.ID[lms.Person]]bool{}
	err := each(ctx, q, func(scan func(...any) error) error {
		var person lms.ID[lms.Person]
		var rawCourses, rawProgrammes []byte
		var f lms.Facts
		if err := scan(&person, &f.Country, &f.Centre, &rawCourses, &rawProgrammes); err != nil {
			return err
		}
		seen[person] = true
		var courses []lms.ID[lms.Course]
		var programmes []lms.ID[lms.Programme]
		if err := json.Unmarshal(rawCourses, &courses); err != nil {
			return err
		}
		if err := json.Unmarshal(rawProgrammes, &programmes); err != nil {
			return err
		}
		for _, l := range byPerson[person] {
			c.brings(actor, l, f) // the table's place is not theirs
			if !l.course.ID.IsZero() && slices.Contains(courses, l.course.ID) {
				l.blame("enrolled-already", -1, Course)
			}
			if !l.programme.ID.IsZero() && slices.Contains(programmes, l.programme.ID) {
				l.blame("takes-part-already", -1, Programme)
			}
		}
		return nil
	}, `SELECT p.id, coalesce(p.country, ''), p.centre_id, array_to_json(array(SELECT course_id FROM enrolments WHERE person_id = p.id AND state <> 'withdrawn')),
	           array_to_json(array(SELECT programme_id FROM participations WHERE person_id = p.id AND state <> 'withdrawn'))
	      FROM persons p WHERE p.id = ANY (`+list+`::text[]::uuid[]) AND `+w.Where(), w.Args()...)
	if err != nil {
		return err
	}
	for person, lines := range byPerson {
		for _, l := range lines {
			if !seen[person] { // gone, or moved out of sight, since somebody decided
				l.blame("person-gone", -1, "")
			}
		}
	}
	return nil
}

// papers tells which certificates of the past cannot be entered: one that an earlier row of the same person brings, one
// that is entered already, and one's own.
func (c *checked) papers(ctx context.Context, q db.Queryer, actor lms.Actor) error {
	type paper struct {
		of             any // the account, or the first row of somebody who has none yet
		number, issuer string
	}
	here, err := papersOf(ctx, q, c.rows)
	if err != nil {
		return err
	}
	first := map[paper]int{}
	for i := range c.rows {
		l := &c.rows[i]
		if l.paper == nil || l.skipped() {
			continue
		}
		column := c.Mapping.column(PaperNumber)
		p := paper{number: strings.ToLower(l.paper.Number), issuer: strings.ToLower(l.paper.Issuer)}
		switch {
		case !l.known.IsZero():
			p.of = l.known
		case l.first != nil:
			p.of = l.first
		default:
			p.of = l
		}
		earlier := first[p]
		switch {
		case l.known == actor.Person && !l.known.IsZero():
			l.blame("paper-own", column, PaperNumber)
		case slices.Contains(here[l.known], p.number+"\n"+p.issuer):
			l.blame("paper-known", column, PaperNumber)
		case earlier > 0:
			l.problems = append(l.problems, Problem{Code: "paper-twice", Column: column, Field: PaperNumber, Level: Fault, Line: earlier})
		default:
			first[p] = l.No
		}
	}
	return nil
}

// papersOf gives the papers that known people of rows have, each as its number and its issuer.
func papersOf(ctx context.Context, q db.Queryer, rows []line) (map[lms.ID[lms.Person]][]string, error) {
	var ids []lms.ID[lms.Person]
	for i := range rows {
		if l := &rows[i]; l.paper != nil && !l.known.IsZero() {
			ids = append(ids, l.known)
		}
	}
	list := map[lms.ID[lms.Person]][]string{}
	err := each(ctx, q, func(scan func(...any) error) error {
		var id lms.ID[lms.Person]
		var number, issuer string
		err := scan(&id, &number, &issuer)
		list[id] = append(list[id], number+"\n"+issuer)
		return err
	}, `SELECT person_id, lower(paper_number), lower(coalesce(claim::json ->> 'issuer', '')) FROM certificates
	     WHERE person_id = ANY ($1::text[]::uuid[]) AND origin = 'paper' AND state <> 'revoked'`, texts(ids))
	return list, err
}
