package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
)

// person is one of the made-up people.
type person struct {
	id              lms.ID[lms.Person]
	key             string // what chance follows from, whatever the day of loading
	given, family   name
	woman           bool
	birthYear       int
	language        string
	country         string
	centre          *centre
	organisation    *organisation
	email, login    string
	phone           string
	passwordHash    string
	isAccount       bool // somebody to sign in as
	createdAt       time.Time
	lastSeen        *time.Time
	codeAt          *time.Time // when a code was printed that nobody has used yet
	state           string
	hidesSex        bool
	hidesYear       bool
	hasLatin        bool
	roles           []lms.Grant
	ability, energy float64 // standard normal; 0 to 1
	cohort          *cohort
}

// staff tells those who are there for others from those who study.
func (p *person) staff() bool { return len(p.roles) > 0 && p.roles[0].Role != lms.Trainee }

func (p *person) chance(what string) chance { return chanceOf("person", p.key, what) }

// Account is somebody to sign in as, with [Password], by e-mail or by Login.
type Account struct {
	Login, Email string
	Given, Family,
	LatinGiven, LatinFamily string
	Language string
	centre   string
	woman    bool
}

// Accounts lists whom one can sign in as.
func Accounts() []Account {
	list := []Account{
		{Login: "trainee", Given: "Алия", Family: "Сатпаева", LatinGiven: "Aliya", LatinFamily: "Satpayeva", Language: "ru", centre: "almaty", woman: true},
		{Login: "trainer", Given: "Ирина", Family: "Белова", LatinGiven: "Irina", LatinFamily: "Belova", Language: "ru", centre: "almaty", woman: true},
		{Login: "coordinator", Given: "Ерлан", Family: "Тасболатов", LatinGiven: "Yerlan", LatinFamily: "Tasbolatov", Language: "kk", centre: "astana"},
		{Login: "author", Given: "Jana", Family: "Kováčová", Language: "en", centre: "bratislava", woman: true},
		{Login: "facilitator", Given: "Гүлнар", Family: "Әбілова", LatinGiven: "Gulnar", LatinFamily: "Abilova", Language: "kk", centre: "almaty", woman: true},
		{Login: "interpreter", Given: "Шаҳноза", Family: "Раҳимова", LatinGiven: "Shahnoza", LatinFamily: "Rahimova", Language: "tg", centre: "dushanbe", woman: true},
		{Login: "admin", Given: "Mira", Family: "Lindqvist", Language: "en", centre: "prague", woman: true},
		{Login: "newcomer", Given: "Тимур", Family: "Орлов", LatinGiven: "Timur", LatinFamily: "Orlov", Language: "ru", centre: "moscow"},
	}
	for i := range list {
		list[i].Email = list[i].Login + "@demo.mostik"
	}
	return list
}

// storePeople makes up everybody and stores them without their roles, which need cohorts.
func (l *loading) storePeople(ctx context.Context, tx bun.IDB) error {
	for i, a := range Accounts() {
		l.people = append(l.people, l.account(a, l.password[i]))
	}
	taken := map[string]bool{}
	for i := range l.centres {
		c := &l.centres[i]
		for n := range c.people {
			l.people = append(l.people, l.makeUp(c, n, taken))
		}
	}
	type row struct {
		ID             string     `json:"id"`
		GivenName      string     `json:"given_name"`
		FamilyName     string     `json:"family_name"`
		LatinGiven     string     `json:"latin_given"`
		LatinFamily    string     `json:"latin_family"`
		Email          *string    `json:"email"`
		Phone          string     `json:"phone"`
		Login          *string    `json:"login"`
		PasswordHash   *string    `json:"password_hash"`
		Language       string     `json:"language"`
		Country        string     `json:"country"`
		Countries      []string   `json:"countries"`
		OrganisationID *string    `json:"organisation_id"`
		CentreID       string     `json:"centre_id"`
		Sex            string     `json:"sex"`
		BirthYear      *int       `json:"birth_year"`
		State          string     `json:"state"`
		CreatedAt      time.Time  `json:"created_at"`
		LastSeenAt     *time.Time `json:"last_seen_at"`
	}
	var rows []row
	for _, p := range l.people {
		r := row{
			ID: p.id.String(), GivenName: p.given.own, FamilyName: p.family.own, Email: text(p.email), Phone: p.phone, Login: text(p.login),
			PasswordHash: text(p.passwordHash), Language: p.language, Country: p.country, Countries: p.corridor(),
			CentreID: p.centre.id.String(), Sex: "male", State: p.state, CreatedAt: p.createdAt,
		}
		if p.woman {
			r.Sex = "female"
		}
		if p.hidesSex {
			r.Sex = "not-stated"
		}
		if !p.hidesYear {
			r.BirthYear = &p.birthYear
		}
		if p.hasLatin {
			r.LatinGiven, r.LatinFamily = p.given.latin, p.family.latin
		}
		if p.organisation != nil {
			r.OrganisationID = text(p.organisation.id.String())
		}
		rows = append(rows, r)
	}
	return l.insert(ctx, tx, into{`
		INSERT INTO persons (id, given_name, family_name, latin_given, latin_family, email, phone, login, password_hash, language,
		                     country, countries, organisation_id, centre_id, sex, birth_year, state, created_at, last_seen_at)
		SELECT * FROM json_to_recordset($1::text::json) AS r(
		       id uuid, given_name text, family_name text, latin_given text, latin_family text, email text, phone text, login text,
		       password_hash text, language text, country text, countries text[], organisation_id uuid, centre_id uuid,
		       sex text, birth_year smallint, state text, created_at timestamptz, last_seen_at timestamptz)`, rows})
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// account makes one of the people to sign in as.
func (l *loading) account(a Account, hash string) *person {
	c := chanceOf("account", a.Login)
	home := l.centre(a.centre)
	since := l.weeks(-14)
	return &person{
		id: newID[lms.Person](c, since), key: a.Login, given: name{a.Given, a.LatinGiven}, family: name{a.Family, a.LatinFamily},
		hasLatin: a.LatinGiven != "", woman: a.woman, birthYear: l.now.Year() - c.between(26, 48), language: a.Language,
		country: home.country, centre: home, organisation: l.firstOf(home), email: a.Email, login: a.Login,
		passwordHash: hash, isAccount: true, createdAt: since, state: "active", ability: 0.8, energy: 0.9,
	}
}

// makeUp makes the n-th person of a centre, with a name that nobody else has.
func (l *loading) makeUp(home *centre, n int, taken map[string]bool) *person {
	c := chanceOf("person", home.key, fmt.Sprint(n))
	p := &person{
		key: fmt.Sprint(home.key, "/", n), centre: home, country: home.country, state: "active", woman: c.in(0.66), ability: c.NormFloat64() * 1.2,
		energy: c.Float64(), birthYear: l.now.Year() - c.between(22, 61), hidesSex: c.in(0.07), hidesYear: c.in(0.12),
	}
	for range 20 {
		p.given, p.family = namingOf(c, home.country).draw(c, p.woman)
		if full := p.given.own + " " + p.family.own; !taken[full] {
			taken[full] = true
			break
		}
	}
	p.hasLatin = p.given.own != p.given.latin && c.in(0.6)
	p.language = languageOf(c, home.country)
	p.organisation = l.workplace(c, home)
	p.createdAt = l.weeks(-max(13, home.since) - 3*c.Float64())
	p.id = newID[lms.Person](c, p.createdAt)
	latin := plain(p.given.latin) + "." + plain(p.family.latin)
	if c.in(0.74) {
		p.email = unique(taken, latin, "@example.org")
	} else {
		p.login = unique(taken, latin[:1]+latin[strings.IndexByte(latin, '.'):], "")
		if c.in(0.85) {
			p.phone = telephone(c, home.country)
		}
	}
	if c.in(0.006) {
		p.state = "blocked"
	}
	return p
}

// telephone makes up a number of a range that a country gives to nobody's telephone.
func telephone(c chance, country string) string {
	prefix := map[string]string{"KZ": "+7 700 000", "RU": "+7 900 000", "TJ": "+992 900 00", "SK": "+421 900 000", "CZ": "+420 600 000", "KG": "+996 500 000"}[country]
	return fmt.Sprintf("%s %03d", prefix, c.IntN(1000))
}

func unique(taken map[string]bool, stem, end string) string {
	for n := 1; ; n++ {
		s := stem + end
		if n > 1 {
			s = fmt.Sprint(stem, n, end)
		}
		if !taken[s] {
			taken[s] = true
			return s
		}
	}
}

// plainLetters turns the letters of Slovak and Czech into those of an address.
var plainLetters = strings.NewReplacer("á", "a", "ä", "a", "č", "c", "ď", "d", "é", "e", "ě", "e", "í", "i", "ĺ", "l", "ľ", "l",
	"ň", "n", "ó", "o", "ô", "o", "ŕ", "r", "ř", "r", "š", "s", "ť", "t", "ú", "u", "ů", "u", "ý", "y", "ž", "z", " ", "-")

func plain(s string) string { return plainLetters.Replace(strings.ToLower(s)) }

// languageOf chooses in which of the site's languages somebody reads.
func languageOf(c chance, country string) string {
	shares := map[string]struct {
		languages []string
		weights   []float64
	}{
		"KZ": {[]string{"ru", "kk", "en"}, []float64{0.56, 0.4, 0.04}},
		"RU": {[]string{"ru", "en"}, []float64{0.97, 0.03}},
		"TJ": {[]string{"ru", "tg", "en"}, []float64{0.52, 0.44, 0.04}},
		"SK": {[]string{"sk", "en"}, []float64{0.85, 0.15}},
		"CZ": {[]string{"en", "sk", "ru"}, []float64{0.62, 0.26, 0.12}},
		"KG": {[]string{"ru", "ky", "en"}, []float64{0.57, 0.4, 0.03}},
	}[country]
	return shares.languages[c.weighted(shares.weights)]
}

func (l *loading) workplace(c chance, home *centre) *organisation {
	var near []*organisation
	for i := range l.organisations {
		o := &l.organisations[i]
		if o.centre == home.key || o.centre == "" && o.Country == home.country && c.in(0.15) {
			near = append(near, o)
		}
	}
	if len(near) == 0 || c.in(0.06) {
		return nil
	}
	return oneOf(c, near)
}

// firstOf gives the first organisation of a centre.
func (l *loading) firstOf(home *centre) *organisation {
	for i := range l.organisations {
		if l.organisations[i].centre == home.key {
			return &l.organisations[i]
		}
	}
	return nil
}

// corridor lists the countries whose law somebody opens first: the own, and those people come from or go to.
func (p *person) corridor() []string {
	list := []string{p.country}
	others := map[string][]string{"KZ": {"RU"}, "RU": {"TJ", "KG"}, "TJ": {"RU"}, "SK": {"CZ"}, "CZ": {"SK"}, "KG": {"RU", "KZ"}}[p.country]
	if c := p.chance("corridor"); len(others) > 0 && c.in(0.4) {
		list = append(list, oneOf(c, others))
	}
	return list
}

// readsEnglish tells in which of the course's two languages somebody writes.
func (p *person) readsEnglish() bool { return p.language == "en" || p.language == "sk" }

func (p *person) studyLang() string {
	if p.readsEnglish() {
		return "en"
	}
	return "ru"
}

func (l *loading) personOf(login string) *person {
	for _, p := range l.people {
		if p.login == login && p.isAccount {
			return p
		}
	}
	return nil
}
