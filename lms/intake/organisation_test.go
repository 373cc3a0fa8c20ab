package intake_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mostik/lms"
	"mostik/lms/intake"
	"mostik/lms/lmstest"
)

// employers is a table of six, of whom one works where somebody knows.
var employers = [][]string{
	{"Фамилия", "Имя", "Организация", "Группа"},
	{"Серикова", "Айгерим", "ОО «Дом Надежды»", "Весна"},
	{"Омаров", "Ерлан", "Рога и копыта", "Весна"},
	{"Ким", "Олег", "«РОГА и копыта»", ""},
	{"Цой", "Юлия", "Рога и копыта, ОФ", ""},
	{"Ахметова", "Дана", "дом надежды", ""},
	{"Нурланов", "Азамат", "Неизвестные", ""},
}

func employersCSV() []byte {
	var b strings.Builder
	for _, row := range employers {
		b.WriteString(strings.Join(row, ";") + "\r\n")
	}
	return []byte(b.String())
}

func employersXLSX(t *testing.T) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range employers {
		must(t, f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row))
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

// Organisations that nobody knows are matched or made, as somebody says of each; the dry run tells it, and undo takes back
// what was made.
func TestOrganisationsOfATable(t *testing.T) {
	for name, data := range map[string][]byte{"people.csv": employersCSV(), "people.xlsx": employersXLSX(t)} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			here := h.Text(`SELECT id FROM organisations WHERE name = 'Дом надежды'`)
			h.Exec(`UPDATE organisations SET name = 'Рога и копыта' WHERE id = $1`, h.Organisation("TJ")) // is none of theirs
			before := h.everything(t)
			v, err := h.Upload(t.Context(), h.kz, intake.Upload{Name: name, Data: data, Country: "KZ"})
			must(t, err)
			if v.Faults != 5 {
				t.Fatalf("%d faults: %+v", v.Faults, v.Kinds)
			}
			out, err := h.Organisations(t.Context(), h.kz, v.ID)
			must(t, err)
			said := ""
			for _, u := range out.Items {
				said += u.Name + " "
				for _, c := range u.Likely {
					said += "(" + c.Name + ") "
				}
				if u.Country != "KZ" || u.Kind != "" || !u.Same.IsZero() {
					t.Errorf("%+v", u)
				}
			}
			if said != "Рога и копыта ОО «Дом Надежды» (Дом надежды) Рога и копыта, ОФ Неизвестные " || !out.MayMake || out.Total != 4 || out.Items[0].Rows != 2 || len(out.Here) != 1 {
				t.Fatalf("unknown: %s, %+v", said, out)
			}

			m := v.Mapping
			m.Organisations = []intake.Naming{
				{Country: "KZ", Name: "ОО «Дом Надежды»", Same: likeliest(t, out.Items[1])},
				{Country: "KZ", Name: "Рога и копыта", Kind: "ngo"},
				{Country: "KZ", Name: "Рога и копыта, ОФ", Like: "рога и копыта"},
			}
			v, err = h.SetMapping(t.Context(), h.kz, v.ID, m)
			must(t, err)
			if v.Faults != 1 {
				t.Fatalf("%d faults are left: %+v", v.Faults, v.Kinds)
			}
			if out, err = h.Organisations(t.Context(), h.kz, v.ID); err != nil || out.Total != 4 || out.Items[0].Kind != "ngo" || out.Items[2].Like == "" {
				t.Errorf("what was said: %v %+v", err, out.Items)
			}
			m.SkipFaulty = true
			v, err = h.SetMapping(t.Context(), h.kz, v.ID, m)
			must(t, err)
			same(t, before, h.everything(t))
			dry, err := h.DryRun(t.Context(), h.kz, v.ID)
			must(t, err)
			if dry.Organisations != 1 || dry.People != 5 || dry.Skipped != 1 {
				t.Errorf("it would make %+v", dry)
			}
			same(t, before, h.everything(t))
			if v = h.apply(t, v.ID); v.Counts != dry {
				t.Fatalf("%s %s %+v", v.State, v.Failure, v.Counts)
			}
			got := h.Text(`SELECT string_agg(p.family_name || ' ' || o.name || ' ' || o.kind || CASE WHEN o.id = $1::text::uuid THEN ' here' ELSE '' END, '; ' ORDER BY p.family_name)
			                 FROM persons p JOIN organisations o ON o.id = p.organisation_id`, here)
			kind := h.Text(`SELECT kind FROM organisations WHERE id = $1::text::uuid`, here)
			dom, roga := " Дом надежды "+kind+" here", " Рога и копыта ngo"
			if want := "Ахметова" + dom + "; Ким" + roga + "; Омаров" + roga + "; Серикова" + dom + "; Цой" + roga; got != want {
				t.Errorf("they work for\n%s, want\n%s", got, want)
			}

			// The next table with these heads knows what was matched and what was made.
			next, err := h.Upload(t.Context(), h.kz, intake.Upload{Name: name, Data: data, Country: "KZ"})
			must(t, err)
			if out, err = h.Organisations(t.Context(), h.kz, next.ID); err != nil || out.Total != 3 || out.Items[0].Same.IsZero() {
				t.Errorf("of the next table: %v %+v", err, out.Items)
			}
			must(t, h.Drop(t.Context(), h.kz, next.ID))

			_, err = h.Undo(t.Context(), h.kz, v.ID)
			must(t, err)
			same(t, before, h.everything(t))
		})
	}
}

// What others have built on an organisation since keeps it: a person, or its name put right.
func TestOrganisationsThatOthersUseStay(t *testing.T) {
	for name, use := range map[string]func(h *house, id string){
		"a person": func(h *house, id string) {
			h.Exec(`UPDATE persons SET organisation_id = $2::text::uuid WHERE id = $1`, h.Person(lmstest.PersonSpec{Country: "KZ"}), id)
		},
		"another name": func(h *house, id string) {
			of, err := lms.ParseID[lms.Organisation](id)
			must(h.T, err)
			to := "Копыта и рога"
			_, err = h.Accounts.ChangeOrganisation(h.T.Context(), h.kz, of, &to, nil, nil)
			must(h.T, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.T = t
			v := h.made(t, h.kz)
			v = h.apply(t, v.ID)
			if v.Counts.Organisations != 1 {
				t.Fatalf("%s %+v", v.Failure, v.Counts)
			}
			use(h, h.Text(`SELECT id FROM organisations WHERE name = 'Рога и копыта'`))
			_, err := h.Undo(t.Context(), h.kz, v.ID)
			must(t, err)
			if n := h.Int(`SELECT count(*) FROM organisations WHERE kind = 'ngo' AND name LIKE '%опыта%'`); n != 1 {
				t.Errorf("%d are left", n)
			}
			if n := h.Int(`SELECT count(*) FROM persons WHERE family_name = 'Омаров'`); n != 0 {
				t.Error("who came is not gone")
			}
		})
	}
}

// made brings one person of an organisation that is to be made.
func (h *house) made(t *testing.T, actor lms.Actor) intake.View {
	t.Helper()
	v, err := h.Upload(t.Context(), actor, intake.Upload{Name: "p.csv", Data: []byte("Фамилия;Имя;Организация\nОмаров;Ерлан;Рога и копыта\n"), Country: "KZ", Centre: h.home})
	must(t, err)
	m := v.Mapping
	m.Organisations = []intake.Naming{{Country: "KZ", Name: "Рога и копыта", Kind: "ngo"}}
	v, err = h.SetMapping(t.Context(), actor, v.ID, m)
	must(t, err)
	return v
}

// Whoever imports for one centre makes no organisations, is offered none that they may not see, and matches to none
// elsewhere; nor does anybody for whom the right was taken meanwhile.
func TestWhoMayMakeOrganisations(t *testing.T) {
	h := newHouse(t)
	g := lms.Grant{Role: lms.Coordinator, Scope: lms.CentreGround(h.home)}
	centre := lms.Actor{Person: h.Person(lmstest.PersonSpec{Country: "KZ", Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}, Language: "ru"}
	v := h.made(t, centre)
	if v.Faults != 1 || v.Kinds[0].Code != "organisation-beyond" {
		t.Errorf("told: %+v", v.Kinds)
	}
	h.Exec(`UPDATE organisations SET name = 'Рога и копыто'`)
	if out, err := h.Organisations(t.Context(), centre, v.ID); err != nil || out.MayMake || len(out.Items) != 1 || len(out.Items[0].Likely)+len(out.Here) != 0 {
		t.Errorf("offered: %v %+v", err, out)
	}
	if out, err := h.Organisations(t.Context(), h.kz, v.ID); err != nil || !out.MayMake || len(out.Items[0].Likely) != 1 {
		t.Errorf("offered to the country's: %v %+v", err, out)
	}
	if _, err := h.Organisations(t.Context(), h.tj, v.ID); lms.KindOf(err) != lms.NotFound {
		t.Errorf("in another country: %v", err)
	}
	m := v.Mapping
	m.Organisations = []intake.Naming{{Country: "KZ", Name: "Рога и копыта", Same: h.Organisation("TJ")}}
	v, err := h.SetMapping(t.Context(), h.kz, v.ID, m)
	must(t, err)
	if v.Faults != 1 || v.Kinds[0].Code != "organisation-unknown" {
		t.Errorf("matched to one of another country: %+v", v.Kinds)
	}
	for code, n := range map[string]intake.Naming{
		"required":   {Country: "KZ", Name: "Рога"},
		"not-one-of": {Country: "KZ", Name: "Рога", Kind: "sect"},
		"too-long":   {Country: "KZ", Name: strings.Repeat("я", 101), Kind: "ngo"},
	} {
		m.Organisations = []intake.Naming{n}
		if _, err := h.SetMapping(t.Context(), h.kz, v.ID, m); !isCode(err, code) {
			t.Errorf("%+v: %v", n, err)
		}
	}
	m.Organisations = []intake.Naming{{Country: "KZ", Name: "Рога", Kind: "ngo"}, {Country: "KZ", Name: "«рога»", Kind: "state"}}
	if _, err := h.SetMapping(t.Context(), h.kz, v.ID, m); !isCode(err, "field-twice") {
		t.Errorf("two things of one name: %v", err)
	}
}

func likeliest(t *testing.T, u intake.Unknown) lms.ID[lms.Organisation] {
	t.Helper()
	id, err := lms.ParseID[lms.Organisation](u.Likely[0].ID)
	must(t, err)
	return id
}
