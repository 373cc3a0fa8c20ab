package demo

import "mostik/lms/catalog"

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
	}
	return list
}

// fillFurther puts some of a place's trainees into its cohorts of the other courses: they study both.
func (l *loading) fillFurther() {
	for _, co := range l.cohorts {
		if co.version == l.version {
			continue
		}
		for _, p := range l.people {
			if p.centre.key == co.centre && p.cohort != nil && !p.isAccount && p.chance("takes "+co.key).in(0.4) {
				co.people = append(co.people, p)
			}
		}
	}
}
