package demo

import (
	"slices"

	"mostik/lms/catalog"
)

// furtherCohorts gives the cohorts that take the other courses: two a course, at places where the first course is
// taught.
func furtherCohorts(versions []*catalog.Loaded) []*cohort {
	places := []struct {
		centre, name, country, room string
		starts                      float64
	}{
		{"almaty", "Almaty", "KZ", "Learning room 2, ground floor", -5},
		{"moscow", "Moscow", "RU", "Library for languages, hall on the second floor", -8},
		{"bratislava", "Slovakia", "SK", "Integration centre, room 3", -4},
		{"dushanbe", "Dushanbe", "TJ", "Conference room, third floor", -6},
	}
	var list []*cohort
	for i, v := range versions {
		for j := range 2 {
			p := places[(2*i+j)%len(places)]
			co := &cohort{
				key: v.Course().Key + "-" + p.centre, name: p.name + ", " + v.Course().Title["en"], country: p.country, centre: p.centre,
				from: []string{p.centre}, starts: p.starts, ends: p.starts + 12, practice: p.starts + 7, webinar: p.starts + 6, place: p.room,
				due: map[string]float64{"final": p.starts + 11}, version: v,
			}
			if co.key == pastCohort {
				co.webinar, co.held = -0.7, true
			}
			list = append(list, co)
		}
		for _, r := range regions {
			list = append(list, &cohort{
				key: v.Course().Key + "-" + r.key, name: r.name + ", " + v.Course().Title["en"], country: "SK", from: r.towns, starts: -33, ends: -18,
				practice: -22, webinar: -21, place: r.seat, keen: true, due: map[string]float64{"final": -19}, version: v,
			})
		}
	}
	return list
}

// regions are those of the Slovak programme, whose towns take the further courses together.
var regions = []struct {
	key, name, seat string
	towns           []string
}{
	{"sk-west", "West Slovakia", "Nitra, Krajský úrad", []string{"nitra", "trnava", "trencin"}},
	{"sk-middle", "Central Slovakia", "Banská Bystrica, Robotnícky dom", []string{"banska-bystrica", "zilina"}},
	{"sk-east", "East Slovakia", "Košice, Dom umenia", []string{"kosice", "presov"}},
}

// fillFurther puts some of a place's trainees into its cohorts of the other courses: they study both.
func (l *loading) fillFurther() {
	for _, co := range l.cohorts {
		if co.version == l.version {
			continue
		}
		for _, p := range l.people {
			if p.cohort != nil && !p.isAccount && slices.Contains(co.from, p.centre.key) && p.takes(co) {
				co.people = append(co.people, p)
			}
		}
	}
}

// takes tells whether somebody is in a further course. In the Slovak programme most take one of them, as it asks for one.
func (p *person) takes(co *cohort) bool {
	if !co.keen {
		return p.chance("takes " + co.key).in(0.4)
	}
	key := co.version.Course().Key
	return p.chance("further").in(0.5) == (key == "burnout") && p.chance("takes a further").in(0.86)
}
