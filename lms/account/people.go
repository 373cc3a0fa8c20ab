package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// Place names a centre or an organisation in other answers.
type Place struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// TimeZone is a centre's IANA zone.
	TimeZone string `json:"time_zone,omitempty"`
}

// ScopeView is a role's ground as it is shown and sent.
type ScopeView struct {
	Kind    string `json:"kind" required:"true" enum:"all,country,course,cohort,centre"`
	Country string `json:"country,omitempty"`
	ID      string `json:"id,omitempty"`
	Label   string `json:"label,omitempty"`
}

// RoleView is a role that a person holds.
type RoleView struct {
	ID    lms.ID[lms.Membership] `json:"id"`
	Role  lms.Role               `json:"role" enum:"trainee,trainer,author,facilitator,interpreter,coordinator,admin"`
	Scope ScopeView              `json:"scope"`
}

// Person is a person as administration sees them.
type Person struct {
	ID           lms.ID[lms.Person] `json:"id"`
	GivenName    string             `json:"given_name"`
	FamilyName   string             `json:"family_name"`
	LatinGiven   string             `json:"latin_given"`
	LatinFamily  string             `json:"latin_family"`
	Email        *string            `json:"email"`
	Login        *string            `json:"login"`
	Language     string             `json:"language"`
	Country      string             `json:"country"`
	Centre       *Place             `json:"centre,omitempty"`
	Organisation *Place             `json:"organisation,omitempty"`
	Sex          string             `json:"sex" enum:"female,male,not-stated"`
	BirthYear    *int               `json:"birth_year"`
	// Phone is for call lists, Job what the person works as.
	Phone       string     `json:"phone"`
	Job         string     `json:"job" enum:"not-stated,social-worker,lawyer,librarian,police,civil-servant,educator,health,psychologist,interpreter,manager,volunteer,other"`
	State       string     `json:"state" enum:"active,blocked"`
	HasPassword bool       `json:"has_password"`
	CreatedAt   time.Time  `json:"created_at"`
	LastSeenAt  *time.Time `json:"last_seen_at,omitempty"`
	Roles       []RoleView `json:"roles"`
	// Enrolments are those whose progress the reader may see.
	Enrolments []EnrolmentRow `json:"enrolments"`
}

// EnrolmentRow is a course that a person studies.
type EnrolmentRow struct {
	ID      lms.ID[lms.Enrolment] `json:"id"`
	Version lms.ID[lms.Version]   `json:"-"`
	// CourseTitle is the course's key until whoever knows the course gives its title.
	CourseTitle   string     `json:"course_title"`
	State         string     `json:"state" enum:"not-started,active,stuck,completed,withdrawn"`
	RequiredDone  int        `json:"required_done"`
	RequiredTotal int        `json:"required_total"`
	Cohort        *CohortRef `json:"cohort,omitempty"`
}

// CohortRef names a cohort in other answers.
type CohortRef struct {
	ID   lms.ID[lms.Cohort] `json:"id"`
	Name string             `json:"name"`
}

// PersonRow is a person in the list.
type PersonRow struct {
	ID           lms.ID[lms.Person] `json:"id"`
	Name         string             `json:"name"`
	LatinName    string             `json:"latin_name,omitempty"`
	Email        string             `json:"email,omitempty"`
	Login        string             `json:"login,omitempty"`
	Country      string             `json:"country"`
	Centre       *Place             `json:"centre,omitempty"`
	Organisation *Place             `json:"organisation,omitempty"`
	Roles        []string           `json:"roles"`
	State        string             `json:"state" enum:"active,blocked"`
	LastSeenAt   *time.Time         `json:"last_seen_at,omitempty"`
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
	Page  int `json:"page"`
	Pages int `json:"pages"`
}

const perPage = 50

// PeopleQuery narrows the list of people; empty parts do not.
type PeopleQuery struct {
	Text, Role, Country string
	State               string // active or blocked
	Centre              lms.ID[lms.Centre]
	Page                int // from 1
}

// People lists those whom the actor may see, by family name. Errors: Forbidden to those who may see nobody.
func (s *Service) People(ctx context.Context, actor lms.Actor, query PeopleQuery) (Page[PersonRow], error) {
	if err := actor.May(lms.ReadPerson); err != nil {
		return Page[PersonRow]{}, err
	}
	page := query.page()
	text, args := peopleSQL(actor.Scope(lms.ReadPerson), query)
	rows, err := db.Rows(ctx, s.db, text, args...)
	if err != nil {
		return Page[PersonRow]{}, err
	}
	out := Page[PersonRow]{Page: page}
	out.Items, err = collect(rows, func(scan func(...any) error) (PersonRow, error) {
		var r PersonRow
		var centreID, centre, orgID, org sql.NullString
		var roles string
		err := scan(&out.Total, &r.ID, &r.Name, &r.LatinName, &r.Email, &r.Login, &r.Country,
			&centreID, &centre, &orgID, &org, &roles, &r.State, &r.LastSeenAt)
		r.Centre, r.Organisation = place(centreID, centre, sql.NullString{}), place(orgID, org, sql.NullString{})
		if roles != "" {
			r.Roles = strings.Split(roles, ",")
		}
		return r, err
	})
	out.Pages = (out.Total + perPage - 1) / perPage
	return out, err
}

func (q PeopleQuery) page() int { return min(max(q.Page, 1), 1_000_000) }

// peopleSQL composes the list's query; testdata/people.golden.sql shows what it says.
func peopleSQL(scope lms.Scope, query PeopleQuery) (string, []any) {
	var w where
	w.add("p.state <> 'erased'")
	w.persons(scope)
	query.narrow(&w)
	offset := w.arg((query.page() - 1) * perPage)
	return fmt.Sprintf(`
		SELECT count(*) OVER (), p.id, p.given_name || ' ' || p.family_name, btrim(p.latin_given || ' ' || p.latin_family),
		       coalesce(p.email, ''), coalesce(p.login, ''), coalesce(p.country, ''),
		       ce.id, ce.name, o.id, o.name,
		       (SELECT coalesce(string_agg(DISTINCT m.role, ','), '') FROM memberships m WHERE m.person_id = p.id),
		       p.state, p.last_seen_at
		  FROM persons p
		  LEFT JOIN centres ce ON ce.id = p.centre_id
		  LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE %s
		 ORDER BY p.sort_name, p.id
		 LIMIT %d OFFSET %s`, w.String(), perPage, offset), w.args
}

func (q PeopleQuery) narrow(w *where) {
	for word := range strings.FieldsSeq(norm.NFC.String(q.Text)) {
		pattern := w.arg("%" + likeEscape.Replace(word) + "%")
		w.add(fmt.Sprintf(`(p.sort_name LIKE lower(%[1]s) OR lower(p.latin_family || ' ' || p.latin_given) LIKE lower(%[1]s)
		     OR lower(p.email) LIKE lower(%[1]s) OR lower(p.login) LIKE lower(%[1]s))`, pattern))
	}
	if q.Role != "" {
		w.add("EXISTS (SELECT FROM memberships m WHERE m.person_id = p.id AND m.role = " + w.arg(q.Role) + ")")
	}
	if q.Country != "" {
		w.add("p.country = " + w.arg(q.Country))
	}
	if q.State != "" {
		w.add("p.state = " + w.arg(q.State))
	}
	if !q.Centre.IsZero() {
		w.add("p.centre_id = " + w.arg(q.Centre))
	}
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func place(id, name, zone sql.NullString) *Place {
	if !id.Valid {
		return nil
	}
	return &Place{ID: id.String, Name: name.String, TimeZone: zone.String}
}

// PersonByID gives one person; a record that was made one with another leads to that one. Errors: NotFound.
func (s *Service) PersonByID(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person]) (Person, error) {
	k, err := known(ctx, s.db, id)
	if lms.KindOf(err) == lms.NotFound {
		if keep, err := mergedInto(ctx, s.db, id); err == nil && !keep.IsZero() {
			return s.PersonByID(ctx, actor, keep)
		}
	}
	if err != nil {
		return Person{}, err
	}
	if err := actor.Can(lms.ReadPerson, k.facts); err != nil {
		return Person{}, err
	}
	p, err := readPerson(ctx, s.db, id)
	if err != nil {
		return p, err
	}
	p.Enrolments, err = readEnrolments(ctx, s.db, actor, k.facts)
	return p, err
}

// readEnrolments lists what a person studies, as far as the actor may see the progress.
func readEnrolments(ctx context.Context, q db.Queryer, actor lms.Actor, person lms.Facts) ([]EnrolmentRow, error) {
	rows, err := db.Rows(ctx, q, `
		SELECT e.id, e.version_id, cu.key, e.standing, e.required_done, e.required_total, e.course_id, e.cohort_id, co.name
		  FROM enrolments e JOIN courses cu ON cu.id = e.course_id LEFT JOIN cohorts co ON co.id = e.cohort_id
		 WHERE e.person_id = $1 ORDER BY e.enrolled_at, e.id`, person.Owner)
	if err != nil {
		return nil, err
	}
	var mine []EnrolmentRow
	_, err = collect(rows, func(scan func(...any) error) (struct{}, error) {
		var r EnrolmentRow
		var cohort sql.NullString
		f := lms.Facts{Owner: person.Owner, Country: person.Country, Centre: person.Centre}
		err := scan(&r.ID, &r.Version, &r.CourseTitle, &r.State, &r.RequiredDone, &r.RequiredTotal, &f.Course, &f.Cohort, &cohort)
		if cohort.Valid {
			r.Cohort = &CohortRef{f.Cohort, cohort.String}
		}
		if err == nil && actor.Can(lms.ReadProgress, f) == nil {
			mine = append(mine, r)
		}
		return struct{}{}, err
	})
	return mine, err
}

// rolesJSON is the part of a query that gives a person's roles with what their grounds are called.
const rolesJSON = `(SELECT coalesce(jsonb_agg(jsonb_build_object(
	           'id', m.id, 'role', m.role, 'scope', jsonb_strip_nulls(jsonb_build_object(
	               'kind', m.scope_kind, 'country', m.country, 'id', m.scope_id,
	               'label', coalesce(ce.name, co.name, cu.key)))) ORDER BY m.created_at, m.id), '[]')
	      FROM memberships m
	      LEFT JOIN centres ce ON m.scope_kind = 'centre' AND ce.id = m.scope_id
	      LEFT JOIN cohorts co ON m.scope_kind = 'cohort' AND co.id = m.scope_id
	      LEFT JOIN courses cu ON m.scope_kind = 'course' AND cu.id = m.scope_id
	     WHERE m.person_id = p.id)`

func readPerson(ctx context.Context, q db.Queryer, id lms.ID[lms.Person]) (Person, error) {
	var p Person
	var centreID, centre, zone, orgID, org sql.NullString
	var roles []byte
	err := db.Row(ctx, q, `
		SELECT p.id, p.given_name, p.family_name, p.latin_given, p.latin_family, p.email, p.login, p.language,
		       coalesce(p.country, ''), c.id, c.name, c.time_zone, o.id, o.name, p.sex, p.birth_year, p.phone, p.job, p.state,
		       p.password_hash IS NOT NULL, p.created_at, p.last_seen_at, `+rolesJSON+`
		  FROM persons p
		  LEFT JOIN centres c ON c.id = p.centre_id
		  LEFT JOIN organisations o ON o.id = p.organisation_id
		 WHERE p.id = $1 AND p.state <> 'erased'`, id).
		Scan(&p.ID, &p.GivenName, &p.FamilyName, &p.LatinGiven, &p.LatinFamily, &p.Email, &p.Login, &p.Language,
			&p.Country, &centreID, &centre, &zone, &orgID, &org, &p.Sex, &p.BirthYear, &p.Phone, &p.Job, &p.State, &p.HasPassword, &p.CreatedAt, &p.LastSeenAt, &roles)
	if err != nil {
		return p, db.Found(err, "person")
	}
	p.Centre, p.Organisation = place(centreID, centre, zone), place(orgID, org, sql.NullString{})
	if err := json.Unmarshal(roles, &p.Roles); err != nil {
		return p, fmt.Errorf("reading a person's roles: %w", err)
	}
	return p, nil
}

// NewPerson is what is known of somebody who gets an account.
type NewPerson struct {
	GivenName, FamilyName, LatinGiven, LatinFamily string
	// Email and Login may both be empty; then a login is made.
	Email, Login         string
	Country, Language    string
	Centre, Organisation string // ids, "" for none
	// Sex and BirthYear are what the person tells for indicators; "" and 0 are not stated.
	Sex          string
	BirthYear    int
	Phone, Job   string // Job "" is not stated
	Roles        []lms.Grant
	passwordHash string
}

// CreatePerson makes an account without a password: a one-time code sets it. Roles are given in the same
// transaction, under the same rule as afterwards. Errors: Invalid, Conflict email-taken or login-taken,
// Forbidden or NotFound for a place or a role beyond the actor.
func (s *Service) CreatePerson(ctx context.Context, actor lms.Actor, in NewPerson) (Person, error) {
	if err := actor.May(lms.CreatePerson); err != nil {
		return Person{}, err
	}
	if err := in.check(); err != nil {
		return Person{}, err
	}
	var p Person
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		if err := mayPlace(actor, in.Country, in.Centre); err != nil {
			return err
		}
		id, err := s.insertPerson(ctx, tx, in)
		if err != nil {
			return err
		}
		for _, g := range in.Roles {
			if _, err := s.grant(ctx, tx, actor, id, g); err != nil {
				return err
			}
		}
		if err := audit.Write(ctx, tx, s.event(actor, "person.create", "person", id.String(), nil)); err != nil {
			return err
		}
		p, err = readPerson(ctx, tx, id)
		return err
	})
	return p, err
}

// mayPlace asks whether the actor may put people there.
func mayPlace(actor lms.Actor, country, centre string) error {
	f := lms.Facts{Country: country}
	if centre != "" {
		id, err := lms.ParseID[lms.Centre](centre)
		if err != nil {
			return lms.ErrInvalid("centre_id", "id-malformed", "not an id")
		}
		f.Centre = id
	}
	if err := actor.Can(lms.CreatePerson, f); err != nil {
		return &lms.Error{Kind: lms.Forbidden, Code: "beyond-scope", Field: "country", Detail: "you may not put people there", Err: err}
	}
	return nil
}

func (s *Service) insertPerson(ctx context.Context, tx bun.Tx, in NewPerson) (lms.ID[lms.Person], error) {
	id := lms.NewID[lms.Person]()
	const tries = 5 // a made login may be taken; five times is no chance
	for try := 1; ; try++ {
		login := in.Login
		if login == "" && in.Email == "" {
			var err error
			if login, err = makeLogin(in.Country); err != nil {
				return id, err
			}
		}
		n, err := db.Exec(ctx, tx, `
			INSERT INTO persons (id, given_name, family_name, latin_given, latin_family, email, login, password_hash,
			                     language, country, countries, organisation_id, centre_id, created_at, sex, birth_year, phone, job)
			SELECT $1, $2, $3, $4, $5, $6, $7::text, $8, $9, $10::text,
			       CASE WHEN $10::text IS NULL THEN '{}' ELSE ARRAY[$10::text] END, $11, $12, $13, $15, nullif($16, 0), $17, $18
			 WHERE $14 OR NOT EXISTS (SELECT FROM persons WHERE lower(login) = lower($7::text))`,
			id, in.GivenName, in.FamilyName, in.LatinGiven, in.LatinFamily, null(in.Email), null(login), null(in.passwordHash),
			in.Language, null(in.Country), null(in.Organisation), null(in.Centre), s.now(), login == in.Login,
			in.Sex, in.BirthYear, in.Phone, in.Job)
		if err != nil {
			return id, personError(err)
		}
		if n == 1 {
			return id, nil
		}
		if try == tries {
			return id, errors.New("no free login was found")
		}
	}
}

// makeLogin gives a login for somebody without an e-mail, easy to read from a slip and to type on any
// keyboard: kz-40718.
func makeLogin(country string) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(900_000))
	if err != nil {
		return "", err
	}
	if country == "" {
		country = "id"
	}
	return fmt.Sprintf("%s-%06d", strings.ToLower(country), n.Int64()+100_000), nil
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// personError tells which rule of the table refused a row.
func personError(err error) error {
	switch db.Constraint(err) {
	case "persons_email_key":
		return &lms.Error{Kind: lms.Conflict, Code: "email-taken", Field: "email", Detail: "somebody has this e-mail", Err: err}
	case "persons_login_key":
		return &lms.Error{Kind: lms.Conflict, Code: "login-taken", Field: "login", Detail: "somebody has this login", Err: err}
	case "persons_country_fkey":
		return &lms.Error{Kind: lms.Invalid, Code: "reference-unknown", Field: "country", Err: err}
	case "persons_centre_id_fkey":
		return &lms.Error{Kind: lms.Invalid, Code: "reference-unknown", Field: "centre_id", Err: err}
	case "persons_organisation_id_fkey":
		return &lms.Error{Kind: lms.Invalid, Code: "reference-unknown", Field: "organisation_id", Err: err}
	case "persons_birth_year_check":
		return &lms.Error{Kind: lms.Invalid, Code: "value-refused", Field: "birth_year", Err: err}
	}
	return err
}

var (
	goodLogin = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{2,39}$`)
	// latinName takes what stands in the lower lines of a passport and its upper Latin line.
	latinName = regexp.MustCompile(`^[\p{Latin}\p{M} .'’-]*$`)
)

var languages = map[string]bool{"en": true, "ru": true, "sk": true, "kk": true, "tg": true, "ky": true}

// Check cleans the texts and refuses what is wrong, all at once. Errors: Invalid, with every field to blame.
func (p *NewPerson) Check() error { return p.check() }

func (p *NewPerson) check() error {
	var faults faults
	p.GivenName = faults.name("given_name", p.GivenName, true)
	p.FamilyName = faults.name("family_name", p.FamilyName, true)
	p.LatinGiven = faults.latin("latin_given", p.LatinGiven)
	p.LatinFamily = faults.latin("latin_family", p.LatinFamily)
	p.Email = faults.email("email", p.Email)
	p.Login = faults.login("login", p.Login)
	if p.Language == "" {
		p.Language = "en"
	}
	if !languages[p.Language] {
		faults.add("language", "not-one-of")
	}
	if p.Sex == "" {
		p.Sex = notStated
	}
	faults.told(&p.Sex, &p.BirthYear)
	p.Phone = faults.phone("phone", p.Phone)
	if p.Job == "" {
		p.Job = notStated
	}
	faults.job("job", p.Job)
	faults.id("centre_id", p.Centre)
	faults.id("organisation_id", p.Organisation)
	return faults.err()
}

// faults gathers what is wrong with an input.
type faults []lms.FieldProblem

func (f *faults) add(field, code string) {
	*f = append(*f, lms.FieldProblem{Field: field, Code: code})
}

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &lms.Error{Kind: lms.Invalid, Code: f[0].Code, Field: f[0].Field, Detail: "a field breaks its rule", Problems: f}
}

// name cleans a name: NFC, single spaces. Control characters and overlong names are refused.
func (f *faults) name(field, s string, required bool) string {
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	switch {
	case required && s == "":
		f.add(field, "required")
	case len([]rune(s)) > 100:
		f.add(field, "too-long")
	case strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c'
	}):
		f.add(field, "malformed")
	}
	return s
}

func (f *faults) latin(field, s string) string {
	s = f.name(field, s, false)
	if !latinName.MatchString(s) {
		f.add(field, "not-latin")
	}
	return s
}

func (f *faults) email(field, s string) string {
	s = strings.TrimSpace(norm.NFC.String(s))
	if s == "" {
		return ""
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 {
		f.add(field, "email-malformed")
	}
	return s
}

func (f *faults) login(field, s string) string {
	s = strings.TrimSpace(norm.NFC.String(s))
	if s != "" && !goodLogin.MatchString(s) {
		f.add(field, "login-malformed")
	}
	return s
}

// told checks what people tell for indicators; nil is not told.
func (f *faults) told(sex *string, year *int) {
	if sex != nil && !slices.Contains([]string{"female", "male", notStated}, *sex) {
		f.add("sex", "not-one-of")
	}
	if year != nil && *year != 0 && (*year < 1900 || *year > 2100) {
		f.add("birth_year", "value-refused")
	}
}

// phone cleans a number as people type it: digits, with spaces, brackets and hyphens between them.
func (f *faults) phone(field, s string) string {
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	digits := strings.Count(phoneDigits.ReplaceAllString(s, "0"), "0")
	switch {
	case s == "":
	case len(s) > 32:
		f.add(field, "too-long")
	case !goodPhone.MatchString(s) || digits < 5 || digits > 15: // E.164 has at most 15
		f.add(field, "phone-malformed")
	}
	return s
}

var (
	goodPhone   = regexp.MustCompile(`^\+?[0-9 ()./-]*$`)
	phoneDigits = regexp.MustCompile(`[0-9]`)
)

// notStated stands where a person was not asked or did not say.
const notStated = "not-stated"

// Jobs are what people may say that they work as; the first is for those who did not say.
func Jobs() []string {
	return []string{
		notStated, "social-worker", "lawyer", "librarian", "police", "civil-servant", "educator", "health", "psychologist",
		"interpreter", "manager", "volunteer", "other",
	}
}

func (f *faults) job(field, s string) {
	if !slices.Contains(Jobs(), s) {
		f.add(field, "not-one-of")
	}
}

func (f *faults) id(field, s string) {
	if s != "" {
		if _, err := lms.ParseID[lms.Person](s); err != nil {
			f.add(field, "id-malformed")
		}
	}
}

// CreateAdministrator makes the first account, from the command line, where no actor is. Errors: Invalid,
// Conflict.
func (s *Service) CreateAdministrator(ctx context.Context, in NewPerson, password string) (lms.ID[lms.Person], error) {
	var id lms.ID[lms.Person]
	if err := in.check(); err != nil {
		return id, err
	}
	if err := checkPassword("password", password, in.Email, in.Login); err != nil {
		return id, err
	}
	var err error
	if in.passwordHash, err = s.hasher.hash(ctx, password); err != nil {
		return id, err
	}
	err = db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		var err error
		if id, err = s.insertPerson(ctx, tx, in); err != nil {
			return err
		}
		admin := lms.Grant{Role: lms.Admin, Scope: lms.AllGround()}
		if _, err := s.insertMembership(ctx, tx, lms.ID[lms.Person]{}, id, admin); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{At: s.now(), Action: "person.create-administrator", SubjectKind: "person", SubjectID: id.String()})
	})
	return id, err
}

// SetPassword sets somebody's password from the command line and ends their sessions; the login may be an
// e-mail. Errors: NotFound, Invalid.
func (s *Service) SetPassword(ctx context.Context, login, password string) error {
	w, _, err := s.personByLogin(ctx, strings.TrimSpace(norm.NFC.String(login)))
	if err != nil {
		return err
	}
	if w.id.IsZero() {
		return lms.ErrNotFound("person")
	}
	if err := checkPassword("password", password, login); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	var ended []lms.ID[lms.Session]
	err = db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) (err error) {
		if _, err := db.Exec(ctx, tx, `UPDATE persons SET password_hash = $2 WHERE id = $1`, w.id, hash); err != nil {
			return err
		}
		if ended, err = s.endSessions(ctx, tx, w.id, lms.ID[lms.Session]{}, endPassword); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Event{At: s.now(), Action: "person.set-password", SubjectKind: "person", SubjectID: w.id.String()})
	})
	if err == nil {
		s.void.session(ended...)
	}
	return err
}

// HashPassword gives the PHC string that persons.password_hash holds, for whoever loads many accounts at
// once. Errors: Invalid for a weak password.
func (s *Service) HashPassword(ctx context.Context, password string) (string, error) {
	if err := checkPassword("password", password); err != nil {
		return "", err
	}
	return s.hasher.hash(ctx, password)
}

// PersonChange changes what is set; "" clears what may be empty.
type PersonChange struct {
	GivenName, FamilyName, LatinGiven, LatinFamily *string
	Email, Login, Language, Country                *string
	Centre, Organisation, Sex                      *string
	Phone, Job                                     *string
	BirthYear                                      *int // 0 takes it back
}

// ChangePerson changes a person's record. Moving somebody needs the right on both places. Errors: NotFound,
// Forbidden, Invalid, Conflict.
func (s *Service) ChangePerson(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person], in PersonChange) (Person, error) {
	var p Person
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		k, err := known(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := actor.Can(lms.EditPerson, k.facts); err != nil {
			return err
		}
		if err := in.check(); err != nil {
			return err
		}
		if in.Country != nil || in.Centre != nil {
			centre := ""
			if !k.facts.Centre.IsZero() {
				centre = k.facts.Centre.String()
			}
			if err := mayPlace(actor, or(in.Country, k.facts.Country), or(in.Centre, centre)); err != nil {
				return err
			}
		}
		if err := in.store(ctx, tx, id); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, s.event(actor, "person.change", "person", id.String(), map[string]any{"fields": in.fields()})); err != nil {
			return err
		}
		if p, err = readPerson(ctx, tx, id); err != nil {
			return err
		}
		if p.Email == nil && p.Login == nil {
			return lms.ErrInvalid("login", "login-needed", "without e-mail and login nobody can sign in")
		}
		p.Enrolments, err = readEnrolments(ctx, tx, actor, k.facts)
		return err
	})
	return p, err
}

func or(p *string, other string) string {
	if p != nil {
		return *p
	}
	return other
}

func (c *PersonChange) check() error {
	var f faults
	clean := func(p *string, with func(string) string) {
		if p != nil {
			*p = with(*p)
		}
	}
	clean(c.GivenName, func(s string) string { return f.name("given_name", s, true) })
	clean(c.FamilyName, func(s string) string { return f.name("family_name", s, true) })
	clean(c.LatinGiven, func(s string) string { return f.latin("latin_given", s) })
	clean(c.LatinFamily, func(s string) string { return f.latin("latin_family", s) })
	clean(c.Email, func(s string) string { return f.email("email", s) })
	clean(c.Login, func(s string) string { return f.login("login", s) })
	if c.Language != nil && !languages[*c.Language] {
		f.add("language", "not-one-of")
	}
	f.told(c.Sex, c.BirthYear)
	clean(c.Phone, func(s string) string { return f.phone("phone", s) })
	if c.Job != nil {
		f.job("job", *c.Job)
	}
	f.id("centre_id", or(c.Centre, ""))
	f.id("organisation_id", or(c.Organisation, ""))
	return f.err()
}

// columns are what a change sets, by the names of the API.
func (c *PersonChange) columns() []column {
	return []column{
		{"given_name", "given_name", c.GivenName, false},
		{"family_name", "family_name", c.FamilyName, false},
		{"latin_given", "latin_given", c.LatinGiven, false},
		{"latin_family", "latin_family", c.LatinFamily, false},
		{"email", "email", c.Email, true},
		{"login", "login", c.Login, true},
		{"language", "language", c.Language, false},
		{"country", "country", c.Country, true},
		{"centre_id", "centre_id", c.Centre, true},
		{"organisation_id", "organisation_id", c.Organisation, true},
		{"sex", "sex", c.Sex, false},
		{"phone", "phone", c.Phone, false},
		{"job", "job", c.Job, false},
	}
}

type column struct {
	field, name string
	value       *string
	nullable    bool
}

func (c *PersonChange) fields() []string {
	var all []string
	for _, col := range c.columns() {
		if col.value != nil {
			all = append(all, col.field)
		}
	}
	if c.BirthYear != nil {
		all = append(all, "birth_year")
	}
	return all
}

func (c *PersonChange) store(ctx context.Context, tx bun.Tx, id lms.ID[lms.Person]) error {
	if c.BirthYear != nil {
		if err := setBirthYear(ctx, tx, id, *c.BirthYear); err != nil {
			return err
		}
	}
	return setColumns(ctx, tx, id, c.columns())
}

func setBirthYear(ctx context.Context, tx bun.Tx, id lms.ID[lms.Person], year int) error {
	_, err := db.Exec(ctx, tx, `UPDATE persons SET birth_year = nullif($2, 0) WHERE id = $1`, id, year)
	return personError(err)
}

func setColumns(ctx context.Context, tx bun.Tx, id lms.ID[lms.Person], columns []column) error {
	var w where
	var sets []string
	for _, col := range columns {
		switch {
		case col.value == nil:
		case col.nullable:
			sets = append(sets, col.name+" = "+w.arg(null(*col.value)))
		default:
			sets = append(sets, col.name+" = "+w.arg(*col.value))
		}
	}
	if len(sets) == 0 {
		return nil
	}
	_, err := db.Exec(ctx, tx, "UPDATE persons SET "+strings.Join(sets, ", ")+" WHERE id = "+w.arg(id), w.args...)
	return personError(err)
}

// Block keeps a person out, at once: sessions end and their tokens are void. Nobody blocks themselves.
// Errors: NotFound, Forbidden, Conflict.
func (s *Service) Block(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person]) error {
	if id == actor.Person {
		return lms.ErrConflict("not-oneself", "nobody blocks themselves")
	}
	return s.overPerson(ctx, actor, id, lms.BlockPerson, "person.block", endBlocked, `UPDATE persons SET state = 'blocked' WHERE id = $1`)
}

// Unblock lets a person in again. Errors: NotFound, Forbidden.
func (s *Service) Unblock(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person]) error {
	return s.overPerson(ctx, actor, id, lms.BlockPerson, "person.unblock", endBlocked, `UPDATE persons SET state = 'active' WHERE id = $1`)
}

// SignOutPerson ends somebody's sessions. Errors: NotFound, Forbidden.
func (s *Service) SignOutPerson(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person]) error {
	return s.overPerson(ctx, actor, id, lms.EditPerson, "person.sign-out", endAll, "")
}

// overPerson is what blocking, unblocking and signing out have in common: asked, done, sessions ended,
// written down.
func (s *Service) overPerson(ctx context.Context, actor lms.Actor, id lms.ID[lms.Person], action lms.Action, event, reason, update string) error {
	var ended []lms.ID[lms.Session]
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		k, err := known(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := actor.Can(action, k.facts); err != nil {
			return err
		}
		if update != "" {
			if _, err := db.Exec(ctx, tx, update, id); err != nil {
				return err
			}
		}
		if ended, err = s.endSessions(ctx, tx, id, lms.ID[lms.Session]{}, reason); err != nil {
			return err
		}
		return audit.Write(ctx, tx, s.event(actor, event, "person", id.String(), nil))
	})
	if err == nil {
		s.void.session(ended...)
	}
	return err
}
