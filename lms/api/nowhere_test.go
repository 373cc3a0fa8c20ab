package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/certificate"
)

var (
	anID     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	aSerial  = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}`)
	aMoment  = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T[0-9:.]+Z`)
	aRequest = regexp.MustCompile(`"request_id":"[^"]*"`)
)

// names are the parameters of paths that name a thing by a word; others choose among few.
var names = []string{"key", "code", "programme", "cohort", "course"}

// nowhere maps whatever a request names to the like of it that was never there.
func nowhere(t *testing.T, c rightsCase) map[string]string {
	t.Helper()
	fresh := map[string]string{}
	text := c.query
	for name, value := range c.params {
		text += " " + value
		// A name of a letter or two is a part of what the path names before.
		if slices.Contains(names, name) && !anID.MatchString(value) && !aSerial.MatchString(value) && len(value) > 3 {
			fresh[value] = unknownName()
		}
	}
	if c.body != nil {
		raw, err := json.Marshal(c.body)
		if err != nil {
			t.Fatal(err)
		}
		text += " " + string(raw)
	}
	for _, id := range anID.FindAllString(text, -1) {
		if fresh[id] == "" {
			fresh[id] = lms.NewID[lms.Person]().String()
		}
	}
	for _, serial := range aSerial.FindAllString(text, -1) {
		if fresh[serial] == "" {
			fresh[serial] = certificate.NewSerial()
		}
	}
	return fresh
}

func unknownName() string { return "n" + lms.NewID[lms.Person]().String()[24:] }

func replaced(s string, fresh map[string]string) string {
	for _, old := range slices.Sorted(maps.Keys(fresh)) {
		s = strings.ReplaceAll(s, old, fresh[old])
	}
	return s
}

// away is the request with what its path names exchanged, or what its query and its body name, or all of it.
func (c rightsCase) away(t *testing.T, fresh map[string]string, path, rest bool) rightsCase {
	t.Helper()
	if path {
		params := map[string]string{}
		for name, value := range c.params {
			params[name] = replaced(value, fresh)
		}
		c.params = params
	}
	if rest {
		c.query = replaced(c.query, fresh)
		if c.body != nil {
			raw, err := json.Marshal(c.body)
			if err != nil {
				t.Fatal(err)
			}
			c.body = json.RawMessage(replaced(string(raw), fresh))
		}
	}
	return c
}

// plain is an answer without what differs from one request to the next, in the names that the reader gave.
func plain(body string, fresh map[string]string) string {
	back := map[string]string{}
	for old, name := range fresh {
		back[name] = old
	}
	body = replaced(body, back)
	body = aRequest.ReplaceAllString(body, "")
	return aMoment.ReplaceAllString(body, "MOMENT")
}

// TestElsewhereIsLikeNowhere asks every operation of the document for things elsewhere, and for their like that was never
// there: whoever holds a right only elsewhere gets the same answer, to the last letter, be it a refusal or a list.
func TestElsewhereIsLikeNowhere(t *testing.T) {
	w := newRightsWorld(t)
	cases := map[string]func(*rightsWorld) rightsCase{}
	for _, table := range rightsTables {
		maps.Copy(cases, table)
	}
	compared := 0
	for _, o := range operations(t, w.server.Document()) {
		if slices.Contains(o.access, "public") {
			continue // they are asked by code or serial, which nobody guesses
		}
		t.Run(o.method+" "+o.path, func(t *testing.T) {
			w.World.T = t
			c := cases[o.method+" "+o.path](w)
			fresh := nowhere(t, c)
			if len(fresh) == 0 {
				return // it names nothing
			}
			for _, a := range w.strays(o, c) {
				status, body := w.send(t, o.method, o.path, c, a)
				for i, part := range [][2]bool{{true, true}, {true, false}, {false, true}} {
					otherStatus, other := w.send(t, o.method, o.path, c.away(t, fresh, part[0], part[1]), a)
					compared++
					if status != otherStatus || plain(body, nil) != plain(other, fresh) {
						t.Errorf("%v, exchange %d: elsewhere %d %.400s\nnowhere %d %.400s", a.Grants, i, status, body, otherStatus, other)
						break
					}
				}
			}
		})
	}
	t.Logf("%d answers were compared", compared)
	if compared < 500 {
		t.Errorf("only %d answers were compared", compared)
	}
}

// strays are those who may do it elsewhere and not here, and the coordinator there, who may nothing of it.
func (w *rightsWorld) strays(o described, c rightsCase) (all []lms.Actor) {
	for _, role := range lms.Roles() {
		for _, ground := range w.outsideGrounds() {
			a := w.holding(lms.Grant{Role: role, Scope: ground})
			may := slices.ContainsFunc(o.access, func(action string) bool { return a.May(lms.Action(action)) == nil })
			if (may || role == lms.Coordinator && ground.Kind == lms.CountryGround(elsewhere).Kind) && !w.allowed(o, c, a) {
				all = append(all, a)
			}
		}
	}
	return all
}

// TestFiltersTellNothingOfElsewhere asks every list, search, count and export for what lies elsewhere, by each filter that
// it has, and for the like of it that was never there.
func TestFiltersTellNothingOfElsewhere(t *testing.T) {
	w := newRightsWorld(t)
	person, reminder := w.member()
	key, participation, learner := w.participation()
	name := "Unmistakable" + unknownName()
	w.Exec(`UPDATE persons SET family_name = $2, email = lower($2) || '@example.org' WHERE id = $1`, learner.Person, name)
	w.Exec(`INSERT INTO certificates (id, serial, person_id, course_id, award, claim, seal, key_id, issued_at, expires_on)
	        VALUES (gen_random_uuid(), $3, $1, $2, gen_random_uuid(), '{}', '', 'k', now(), current_date + 20)`, learner.Person, w.course, certificate.NewSerial())
	id := func(id fmt.Stringer) [2]string { return [2]string{id.String(), lms.NewID[lms.Person]().String()} }
	text := func(table, where string) [2]string {
		return [2]string{w.Text(`SELECT id FROM ` + table + ` WHERE ` + where + ` LIMIT 1`), lms.NewID[lms.Person]().String()}
	}
	word := func(known string) [2]string { return [2]string{known, unknownName()} }
	// What is there, elsewhere, and what is not.
	filters := map[string][][2]string{
		"programme": {text("programmes", "key = '"+key+"'"), word(key)}, "course": {id(w.course), word(w.Text(`SELECT key FROM courses WHERE id = $1`, w.course))},
		"cohort": {id(w.cohort)}, "centre": {id(w.centre)}, "organisation": {id(w.Organisation(rightsCountry))},
		"country": {{rightsCountry, "QQ"}}, "q": {word(name), word(name[:14]), {name + "@example.org", unknownName() + "@example.org"}},
		"actor": {id(person)}, "person": {id(person)}, "id": {id(person), {participation, lms.NewID[lms.Person]().String()}, {reminder, lms.NewID[lms.Person]().String()}},
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Access     []string `json:"x-access"`
			Parameters []struct {
				Name string `json:"name"`
				In   string `json:"in"`
			} `json:"parameters"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(w.server.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for path, methods := range doc.Paths {
		o := methods["get"]
		if strings.Contains(path, "{") || slices.Contains(o.Access, "public") {
			continue
		}
		for _, p := range o.Parameters {
			for _, pair := range filters[p.Name] {
				for _, a := range w.strays(described{"GET", path, o.Access}, rightsCase{facts: w.here()}) {
					status, there := w.send(t, "GET", path, rightsCase{query: p.Name + "=" + pair[0]}, a)
					otherStatus, not := w.send(t, "GET", path, rightsCase{query: p.Name + "=" + pair[1]}, a)
					asked++
					if back := map[string]string{pair[0]: pair[1]}; status != otherStatus || plain(there, nil) != plain(not, back) {
						t.Errorf("%s of %v by %s=%s: elsewhere %d %.300s\nnowhere %d %.300s", path, a.Grants, p.Name, pair[0], status, there, otherStatus, not)
					}
				}
			}
		}
	}
	t.Logf("%d pairs of questions", asked)
	if asked < 100 {
		t.Errorf("only %d pairs of questions were asked", asked)
	}
}
