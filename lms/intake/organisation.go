package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/db"
	"mostik/lms/intake/alike"
	"mostik/lms/intake/value"
	"mostik/lms/who"
)

// Naming says what an organisation is that a table names and nobody knows: one that is there, one that is made, or
// another that the table names and that is made.
type Naming struct {
	Country string `json:"country"`
	// Name is as it stands in the table; case and punctuation do not matter.
	Name string                   `json:"name"`
	Same lms.ID[lms.Organisation] `json:"same_as,omitzero"`
	// Kind makes it, as what.
	Kind string `json:"kind,omitempty" enum:",state,municipality,ngo,international,library,police,education,health,other"`
	// Like is the name of another that is made.
	Like string `json:"like,omitempty"`
}

func (n Naming) key() string { return organisationKey(n.Country, n.Name) }

// organisationKey is the name as names are compared, "" for one without a letter or figure.
func organisationKey(country, name string) string {
	if name = plainHead(name); name == "" {
		return ""
	}
	return country + "/" + name
}

const (
	maxNamings = 2000
	maxName    = 100 // characters, as of any organisation
)

// checkNamings refuses what says two things of one name, or nothing.
func checkNamings(list []Naming) error {
	if len(list) > maxNamings {
		return lms.ErrInvalid("organisations", "too-many", fmt.Sprintf("at most %d names", maxNamings))
	}
	seen := map[string]bool{}
	for i, n := range list {
		said := 0
		for _, says := range []bool{!n.Same.IsZero(), n.Kind != "", n.Like != ""} {
			if says {
				said++
			}
		}
		field := fmt.Sprintf("organisations/%d", i)
		switch {
		case said != 1 || n.key() == "":
			return lms.ErrInvalid(field, "required", "a name, and one of same_as, kind and like")
		case n.Kind != "" && len([]rune(n.Name)) > maxName:
			return lms.ErrInvalid(field+"/name", "too-long", fmt.Sprintf("at most %d characters", maxName))
		case n.Kind != "" && !slices.Contains(who.Kinds, n.Kind):
			return lms.ErrInvalid(field+"/kind", "not-one-of", "not one of the kinds of organisations")
		case seen[n.key()]:
			return lms.ErrInvalid(field, "field-twice", "one name is said to be two things")
		}
		seen[n.key()] = true
	}
	return nil
}

// organisationRef is one that a table may name.
type organisationRef struct {
	ID            lms.ID[lms.Organisation]
	Country, Name string
}

// employer finds whom the person of a row works for: who is called so, or who was said to be meant.
func (r *reader) employer(l *line, text, country string) {
	column := r.mapping.column(Organised)
	key := organisationKey(country, text)
	if known, ok := r.refs.organisations[key]; ok {
		l.person.Organisation = known.ID.String()
		return
	}
	n, said := r.namings[key]
	if said {
		l.named = key
	}
	if n.Like != "" {
		n = r.namings[organisationKey(country, n.Like)]
		if known, ok := r.refs.organisations[organisationKey(country, n.Name)]; ok { // made since, by somebody
			n.Same = known.ID
		}
	}
	same, there := r.refs.organisationByID[n.Same]
	switch {
	case key == "":
		l.blame("organisation-unknown", column, Organised)
	case there && same.Country == country:
		l.person.Organisation = same.ID.String()
		l.blame("organisation-matched", column, Organised)
	case n.Kind != "":
		l.employer = n.key()
		l.blame("organisation-made", column, Organised)
	default:
		l.unknown = key
		l.blame("organisation-unknown", column, Organised)
	}
}

// Unknown is an organisation that rows name and nobody knows, with what was said of it.
type Unknown struct {
	Naming
	Rows int `json:"rows"`
	// Likely are organisations of the country with a name like it, the likeliest first.
	Likely []Choice `json:"likely"`
}

const (
	// maxUnknown bounds how many names are shown, maxLikely how many organisations are offered for each.
	maxUnknown = 200
	maxLikely  = 5
)

// Employers are the organisations that a table names and nobody knows.
type Employers struct {
	Items []Unknown `json:"items"`
	Total int       `json:"total"`
	// Here are those of the table's country that the reader may see, to be chosen from.
	Here []Choice `json:"here"`
	// MayMake tells that the reader may make what is not there.
	MayMake bool `json:"may_make"`
}

// Organisations lists the organisations that an import names and nobody knows, the commonest first, with likely matches
// among those that the actor may see. Errors: NotFound, Conflict import-closed.
func (s *Service) Organisations(ctx context.Context, actor lms.Actor, id lms.ID[lms.Import]) (out Employers, err error) {
	defer lms.Wrap(&err, "intake.Organisations(%s)", id)
	out = Employers{Items: []Unknown{}, Here: []Choice{}}
	r, err := s.load(ctx, s.DB, actor, id, false)
	if err != nil {
		return out, err
	}
	if r.State != Open {
		return out, lms.ErrConflict("import-closed", "this import is not open any more")
	}
	column := r.Mapping.column(Organised)
	if column < 0 || r.Mapping.check(len(r.Heads)) != nil {
		return out, nil
	}
	rows, err := readRows(ctx, s.DB, id)
	if err != nil {
		return out, err
	}
	refs, err := s.loadRefs(ctx, s.DB, actor)
	if err != nil {
		return out, err
	}
	out.MayMake = actor.Can(lms.ManageOrganisation, lms.Facts{Country: r.Country}) == nil
	out.Items = r.unknown(rows, refs, s)
	out.Total = len(out.Items)
	out.Items = out.Items[:min(out.Total, maxUnknown)]
	seen := refs.employersIn(actor)
	for i := range out.Items {
		out.Items[i].likely(seen)
	}
	for _, o := range seen {
		if o.Country == r.Country {
			out.Here = append(out.Here, Choice{o.ID.String(), o.Name})
		}
	}
	sortChoices(out.Here)
	return out, nil
}

// unknown collects the names that are not known, whatever was said of them.
func (r *record) unknown(rows []line, refs *refs, s *Service) []Unknown {
	reader := newReader(r.Mapping, rows, r.Format.Date1904, s.Now(), refs)
	reader.country = r.Country
	byKey := map[string]*Unknown{}
	var order []*Unknown
	for i := range rows {
		l := &rows[i]
		if l.skipped() {
			continue
		}
		reader.read(l)
		text, key := "", cmp.Or(l.unknown, l.named)
		if key == "" {
			continue
		}
		u := byKey[key]
		if u == nil {
			text, _ = value.Clean(l.cells[r.Mapping.column(Organised)])
			n := reader.namings[key]
			n.Country, n.Name = l.person.Country, text
			u = &Unknown{Naming: n, Likely: []Choice{}}
			byKey[key], order = u, append(order, u)
		}
		u.Rows++
	}
	list := make([]Unknown, len(order))
	for i, u := range order {
		list[i] = *u
	}
	slices.SortStableFunc(list, func(a, b Unknown) int { return b.Rows - a.Rows })
	return list
}

// employersIn gives the organisations that the actor may see.
func (r *refs) employersIn(actor lms.Actor) (list []organisationRef) {
	for _, o := range r.organisationByID {
		if actor.Can(lms.ReadPlaces, lms.Facts{Country: o.Country}) == nil {
			list = append(list, o)
		}
	}
	return list
}

func (u *Unknown) likely(known []organisationRef) {
	type match struct {
		organisationRef
		score int
	}
	name := alike.PrepareOrganisation(u.Name)
	var found []match
	for _, o := range known {
		if o.Country != u.Country {
			continue
		}
		if score := alike.CompareOrganisations(name, alike.PrepareOrganisation(o.Name)); score >= alike.LikelyOrganisation {
			found = append(found, match{o, score})
		}
	}
	slices.SortFunc(found, func(a, b match) int {
		return cmp.Or(b.score-a.score, strings.Compare(a.Name, b.Name), strings.Compare(a.ID.String(), b.ID.String()))
	})
	for _, m := range found[:min(len(found), maxLikely)] {
		u.Likely = append(u.Likely, Choice{m.ID.String(), m.Name})
	}
}

// makeOrganisations makes those that people come from who are made, each once.
func (s *Service) makeOrganisations(ctx context.Context, tx bun.Tx, _ lms.Actor, c *checked, counts *Counts) ([]made, error) {
	namings := byKey(c.Mapping.Organisations)
	place := map[string]int{}
	var wanted []account.Organisation
	for i := range c.rows {
		l := &c.rows[i]
		_, there := place[l.employer]
		if l.employer == "" || there || !l.taken() || !l.known.IsZero() {
			continue
		}
		n := namings[l.employer]
		text, _ := value.Clean(n.Name)
		place[l.employer] = len(wanted)
		wanted = append(wanted, account.Organisation{Name: text, Kind: n.Kind, Country: n.Country})
	}
	ids, err := s.Accounts.InsertOrganisations(ctx, tx, wanted)
	if err != nil {
		return nil, err
	}
	list := make([]made, len(ids))
	for i, id := range ids {
		list[i] = made{Kind: "organisation", ID: id.String()}
	}
	for i := range c.rows {
		l := &c.rows[i]
		if at, ok := place[l.employer]; ok {
			l.person.Organisation = ids[at].String()
		}
	}
	counts.Organisations = len(ids)
	return list, nil
}

// unmakeOrganisations takes away those that an import made and that nobody uses or has changed since: the people who came
// with it are gone by now.
func (s *Service) unmakeOrganisations(ctx context.Context, tx bun.Tx, r *record) error {
	ids, err := madeOf[lms.Organisation](ctx, tx, r.ID, "organisation")
	if err != nil || len(ids) == 0 {
		return err
	}
	refs, err := references(ctx, tx, "organisations")
	if err != nil {
		return err
	}
	unused := `NOT EXISTS (SELECT FROM audit_events e WHERE e.subject_kind = 'organisation' AND e.subject_id = o.id::text)`
	for _, ref := range refs {
		unused += fmt.Sprintf(` AND NOT EXISTS (SELECT FROM %s t WHERE t.%s = o.id)`, ref.table, ref.column) // as the catalogue quotes them
	}
	var gone []lms.ID[lms.Organisation]
	err = each(ctx, tx, func(scan func(...any) error) error {
		var id lms.ID[lms.Organisation]
		err := scan(&id)
		gone = append(gone, id)
		return err
	}, `SELECT o.id FROM organisations o WHERE o.id = ANY ($1::text[]::uuid[]) AND `+unused+` ORDER BY o.id FOR UPDATE`, texts(ids))
	if err != nil {
		return err
	}
	return db.Translate(s.Accounts.RemoveOrganisations(ctx, tx, gone))
}

func byKey(list []Naming) map[string]Naming {
	m := make(map[string]Naming, len(list))
	for _, n := range list {
		m[n.key()] = n
	}
	return m
}
