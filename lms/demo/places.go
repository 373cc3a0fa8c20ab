package demo

import (
	"context"
	"time"
	_ "time/tzdata" // the centres' zones, also where the system has none

	"github.com/uptrace/bun"

	"mostik/lms"
)

// countries are those of the programme.
var countries = []string{"KZ", "RU", "TJ", "SK", "CZ", "KG"}

// centre is a place where people study; people is how many of the made-up people belong there.
type centre struct {
	key, name, country, zone string
	people                   int
	// since is how many weeks ago its people got their accounts; 0 is the usual.
	since float64
	id    lms.ID[lms.Centre]
	loc   *time.Location
}

// centres lists them in the order of the programme. Together they have a thousand people, half of them in Slovakia,
// where the programme of [SlovakiaKey] was held.
func centres() []centre {
	return []centre{
		{key: "almaty", name: "Almaty", country: "KZ", zone: "Asia/Almaty", people: 64},
		{key: "astana", name: "Astana", country: "KZ", zone: "Asia/Almaty", people: 46},
		{key: "shymkent", name: "Shymkent", country: "KZ", zone: "Asia/Almaty", people: 30},
		{key: "karaganda", name: "Karaganda", country: "KZ", zone: "Asia/Almaty", people: 24},
		{key: "aktobe", name: "Aktobe", country: "KZ", zone: "Asia/Aqtobe", people: 22},
		{key: "petropavlovsk", name: "Petropavlovsk", country: "KZ", zone: "Asia/Almaty", people: 18},
		{key: "esik", name: "Esik", country: "KZ", zone: "Asia/Almaty", people: 16},
		{key: "moscow", name: "Moscow", country: "RU", zone: "Europe/Moscow", people: 52},
		{key: "st-petersburg", name: "St Petersburg", country: "RU", zone: "Europe/Moscow", people: 34},
		{key: "vladimir", name: "Vladimir", country: "RU", zone: "Europe/Moscow", people: 22},
		{key: "dushanbe", name: "Dushanbe", country: "TJ", zone: "Asia/Dushanbe", people: 56},
		{key: "bratislava", name: "Bratislava", country: "SK", zone: "Europe/Bratislava", people: 40, since: 36},
		{key: "prague", name: "Prague", country: "CZ", zone: "Europe/Prague", people: 34},
		{key: "bishkek", name: "Bishkek", country: "KG", zone: "Asia/Bishkek", people: 42},
		{key: "kosice", name: "Košice", country: "SK", zone: "Europe/Bratislava", people: 92, since: 36},
		{key: "presov", name: "Prešov", country: "SK", zone: "Europe/Bratislava", people: 76, since: 36},
		{key: "banska-bystrica", name: "Banská Bystrica", country: "SK", zone: "Europe/Bratislava", people: 78, since: 36},
		{key: "zilina", name: "Žilina", country: "SK", zone: "Europe/Bratislava", people: 74, since: 36},
		{key: "nitra", name: "Nitra", country: "SK", zone: "Europe/Bratislava", people: 70, since: 36},
		{key: "trnava", name: "Trnava", country: "SK", zone: "Europe/Bratislava", people: 68, since: 36},
		{key: "trencin", name: "Trenčín", country: "SK", zone: "Europe/Bratislava", people: 66, since: 36},
	}
}

// organisation is whom people work for. The names are generic: none is meant to be a real one.
type organisation struct {
	Name, Kind, Country string
	id                  lms.ID[lms.Organisation]
	// centre is the key of the one whose people work here; "" for all of the country.
	centre string
	// field is the option of the Slovak programme's category that its people chose; "" is "other".
	field string
}

func organisations() []organisation {
	return []organisation{
		{Name: "Migrants' help desk, Almaty", Kind: "ngo", Country: "KZ", centre: "almaty"},
		{Name: "City library No. 3, Almaty", Kind: "library", Country: "KZ", centre: "almaty"},
		{Name: "District police training unit, Almaty", Kind: "police", Country: "KZ", centre: "almaty"},
		{Name: "Public service centre, Astana", Kind: "state", Country: "KZ", centre: "astana"},
		{Name: "City social service, Astana", Kind: "municipality", Country: "KZ", centre: "astana"},
		{Name: "Family support association, Shymkent", Kind: "ngo", Country: "KZ", centre: "shymkent"},
		{Name: "Outpatient clinic No. 5, Shymkent", Kind: "health", Country: "KZ", centre: "shymkent"},
		{Name: "Legal aid point, Karaganda", Kind: "ngo", Country: "KZ", centre: "karaganda"},
		{Name: "Border crossing staff, Aktobe region", Kind: "state", Country: "KZ", centre: "aktobe"},
		{Name: "Teacher training college, Petropavlovsk", Kind: "education", Country: "KZ", centre: "petropavlovsk"},
		{Name: "District social office, Esik", Kind: "municipality", Country: "KZ", centre: "esik"},
		{Name: "Registration office, Moscow district", Kind: "state", Country: "RU", centre: "moscow"},
		{Name: "Advice point for foreign workers, Moscow", Kind: "ngo", Country: "RU", centre: "moscow"},
		{Name: "Library for languages, Moscow", Kind: "library", Country: "RU", centre: "moscow"},
		{Name: "Night clinic, St Petersburg", Kind: "health", Country: "RU", centre: "st-petersburg"},
		{Name: "Legal clinic of a university, St Petersburg", Kind: "education", Country: "RU", centre: "st-petersburg"},
		{Name: "Regional employment service, Vladimir", Kind: "state", Country: "RU", centre: "vladimir"},
		{Name: "Women's crisis line, Vladimir", Kind: "ngo", Country: "RU", centre: "vladimir"},
		{Name: "Migration service, front office, Dushanbe", Kind: "state", Country: "TJ", centre: "dushanbe"},
		{Name: "Returning workers' association, Dushanbe", Kind: "ngo", Country: "TJ", centre: "dushanbe"},
		{Name: "Airport assistance desk, Dushanbe", Kind: "other", Country: "TJ", centre: "dushanbe"},
		{Name: "Border office training group", Kind: "police", Country: "SK", centre: "bratislava", field: "office"},
		{Name: "Integration centre, Bratislava", Kind: "municipality", Country: "SK", centre: "bratislava", field: "office"},
		{Name: "Helpline for people who work abroad", Kind: "ngo", Country: "SK", centre: "bratislava"},
		{Name: "City library, Prague branch 7", Kind: "library", Country: "CZ", centre: "prague"},
		{Name: "Counselling for foreigners, Prague", Kind: "ngo", Country: "CZ", centre: "prague"},
		{Name: "Labour office, Prague", Kind: "state", Country: "CZ", centre: "prague"},
		{Name: "Social protection department, Bishkek", Kind: "state", Country: "KG", centre: "bishkek"},
		{Name: "Volunteer lawyers, Bishkek", Kind: "ngo", Country: "KG", centre: "bishkek"},
		{Name: "Nursing school, Bishkek", Kind: "education", Country: "KG", centre: "bishkek"},
		{Name: "Úrad práce, Košice", Kind: "state", Country: "SK", centre: "kosice", field: "office"},
		{Name: "Centrum pre deti a rodiny, Košice", Kind: "state", Country: "SK", centre: "kosice", field: "childrens-home"},
		{Name: "Mestský úrad, sociálne oddelenie, Košice", Kind: "municipality", Country: "SK", centre: "kosice", field: "office"},
		{Name: "Terénna sociálna práca, Košice", Kind: "municipality", Country: "SK", centre: "kosice", field: "street-work"},
		{Name: "Streetwork a poradňa v Košiciach", Kind: "ngo", Country: "SK", centre: "kosice", field: "street-work"},
		{Name: "Úrad práce, Prešov", Kind: "state", Country: "SK", centre: "presov", field: "office"},
		{Name: "Centrum pre deti a rodiny, Prešov", Kind: "state", Country: "SK", centre: "presov", field: "childrens-home"},
		{Name: "Mestský úrad, sociálne oddelenie, Prešov", Kind: "municipality", Country: "SK", centre: "presov", field: "office"},
		{Name: "Terénna sociálna práca, Prešov", Kind: "municipality", Country: "SK", centre: "presov", field: "street-work"},
		{Name: "Streetwork a poradňa v Prešove", Kind: "ngo", Country: "SK", centre: "presov", field: "street-work"},
		{Name: "Úrad práce, Banská Bystrica", Kind: "state", Country: "SK", centre: "banska-bystrica", field: "office"},
		{Name: "Centrum pre deti a rodiny, Banská Bystrica", Kind: "state", Country: "SK", centre: "banska-bystrica", field: "childrens-home"},
		{Name: "Mestský úrad, sociálne oddelenie, Banská Bystrica", Kind: "municipality", Country: "SK", centre: "banska-bystrica", field: "office"},
		{Name: "Terénna sociálna práca, Banská Bystrica", Kind: "municipality", Country: "SK", centre: "banska-bystrica", field: "street-work"},
		{Name: "Streetwork a poradňa v Banskej Bystrici", Kind: "ngo", Country: "SK", centre: "banska-bystrica", field: "street-work"},
		{Name: "Úrad práce, Žilina", Kind: "state", Country: "SK", centre: "zilina", field: "office"},
		{Name: "Centrum pre deti a rodiny, Žilina", Kind: "state", Country: "SK", centre: "zilina", field: "childrens-home"},
		{Name: "Mestský úrad, sociálne oddelenie, Žilina", Kind: "municipality", Country: "SK", centre: "zilina", field: "office"},
		{Name: "Terénna sociálna práca, Žilina", Kind: "municipality", Country: "SK", centre: "zilina", field: "street-work"},
		{Name: "Streetwork a poradňa v Žiline", Kind: "ngo", Country: "SK", centre: "zilina", field: "street-work"},
		{Name: "Úrad práce, Nitra", Kind: "state", Country: "SK", centre: "nitra", field: "office"},
		{Name: "Centrum pre deti a rodiny, Nitra", Kind: "state", Country: "SK", centre: "nitra", field: "childrens-home"},
		{Name: "Mestský úrad, sociálne oddelenie, Nitra", Kind: "municipality", Country: "SK", centre: "nitra", field: "office"},
		{Name: "Terénna sociálna práca, Nitra", Kind: "municipality", Country: "SK", centre: "nitra", field: "street-work"},
		{Name: "Streetwork a poradňa v Nitre", Kind: "ngo", Country: "SK", centre: "nitra", field: "street-work"},
		{Name: "Úrad práce, Trnava", Kind: "state", Country: "SK", centre: "trnava", field: "office"},
		{Name: "Centrum pre deti a rodiny, Trnava", Kind: "state", Country: "SK", centre: "trnava", field: "childrens-home"},
		{Name: "Mestský úrad, sociálne oddelenie, Trnava", Kind: "municipality", Country: "SK", centre: "trnava", field: "office"},
		{Name: "Terénna sociálna práca, Trnava", Kind: "municipality", Country: "SK", centre: "trnava", field: "street-work"},
		{Name: "Streetwork a poradňa v Trnave", Kind: "ngo", Country: "SK", centre: "trnava", field: "street-work"},
		{Name: "Úrad práce, Trenčín", Kind: "state", Country: "SK", centre: "trencin", field: "office"},
		{Name: "Centrum pre deti a rodiny, Trenčín", Kind: "state", Country: "SK", centre: "trencin", field: "childrens-home"},
		{Name: "Mestský úrad, sociálne oddelenie, Trenčín", Kind: "municipality", Country: "SK", centre: "trencin", field: "office"},
		{Name: "Terénna sociálna práca, Trenčín", Kind: "municipality", Country: "SK", centre: "trencin", field: "street-work"},
		{Name: "Streetwork a poradňa v Trenčíne", Kind: "ngo", Country: "SK", centre: "trencin", field: "street-work"},
		{Name: "Regional mission for safe migration", Kind: "international", Country: "KZ"},
	}
}

// storePlaces stores countries, centres and organisations, and gives the latter two with their ids.
func (l *loading) storePlaces(ctx context.Context, tx bun.IDB) error {
	since := l.now.AddDate(-4, 0, 0)
	for i := range l.centres {
		c := &l.centres[i]
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			return err
		}
		c.loc, c.id = loc, newID[lms.Centre](chanceOf("centre", c.key), since)
	}
	for i := range l.organisations {
		o := &l.organisations[i]
		o.id = newID[lms.Organisation](chanceOf("organisation", o.Name), since)
	}
	type row struct {
		ID        string    `json:"id"`
		Name      string    `json:"name"`
		Kind      string    `json:"kind"`
		Country   string    `json:"country"`
		TimeZone  string    `json:"time_zone"`
		CreatedAt time.Time `json:"created_at"`
	}
	var cs, os []row
	for _, c := range l.centres {
		cs = append(cs, row{ID: c.id.String(), Name: c.name, Country: c.country, TimeZone: c.zone, CreatedAt: since})
	}
	for _, o := range l.organisations {
		os = append(os, row{ID: o.id.String(), Name: o.Name, Kind: o.Kind, Country: o.Country, CreatedAt: since})
	}
	return l.insert(ctx, tx,
		into{`INSERT INTO countries (code) SELECT * FROM json_array_elements_text($1::text::json) ON CONFLICT DO NOTHING`, countries},
		into{`INSERT INTO centres (id, name, country, time_zone, created_at)
		      SELECT * FROM json_to_recordset($1::text::json)
		          AS r(id uuid, name text, country text, time_zone text, created_at timestamptz)`, cs},
		into{`INSERT INTO organisations (id, name, kind, country, created_at)
		      SELECT * FROM json_to_recordset($1::text::json)
		          AS r(id uuid, name text, kind text, country text, created_at timestamptz)`, os})
}
