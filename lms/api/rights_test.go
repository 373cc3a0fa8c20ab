package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/blob"
	"mostik/lms/certificate"
	"mostik/lms/lmstest"
)

// rightsCase is one request of an operation, on things made for it, with what the test must know of them.
type rightsCase struct {
	// params fill the path; query stands after the ?.
	params map[string]string
	query  string
	// body is sent as JSON, or raw as it is with its type.
	body    any
	raw     []byte
	rawType string
	facts   lms.Facts // of the thing, or of where it would be made
	right   lms.Actor // who must succeed
	// hidden are ids that a list shows to the right actor, and to nobody whose scope lies elsewhere.
	hidden []string
}

// rightsTables hold an example for every operation, by "METHOD /path". A slice adds its table here.
var rightsTables = []map[string]func(*rightsWorld) rightsCase{accountRights}

// rightsWorld is a house with people in it, and the API in front.
type rightsWorld struct {
	*lmstest.World
	accounts *account.Service
	app      *fiber.App
	server   *Server

	// Two of everything: the things of the examples lie in the first, strays hold rights in the second.
	centre, otherCentre   lms.ID[lms.Centre]
	course, otherCourse   lms.ID[lms.Course]
	version, otherVersion lms.ID[lms.Version]
	cohort, otherCohort   lms.ID[lms.Cohort]

	actors       map[string]lms.Actor
	certificates *certificate.Service
	blobs        *blob.Store
}

const (
	rightsPassword           = "a long enough password"
	rightsCountry, elsewhere = "KZ", "SK"
)

func newRightsWorld(t *testing.T) *rightsWorld {
	t.Helper()
	w := &rightsWorld{World: lmstest.New(t), actors: map[string]lms.Actor{}}
	keys, err := account.KeysFromSeed(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if w.accounts, err = account.New(t.Context(), w.DB, account.Config{}, keys, nil); err != nil {
		t.Fatal(err)
	}
	w.build()
	if w.server, err = New(w.deps()); err != nil {
		t.Fatal(err)
	}
	w.app = w.server.NewApp()
	return w
}

// here are the facts of what lies in the first of everything.
func (w *rightsWorld) here() lms.Facts {
	return lms.Facts{Country: rightsCountry, Centre: w.centre, Course: w.course, Cohort: w.cohort}
}

// insideGrounds cover the facts, one of each kind that the facts name; outsideGrounds are their like, elsewhere.
func (w *rightsWorld) insideGrounds(f lms.Facts) []lms.Ground {
	grounds := []lms.Ground{lms.AllGround()}
	if f.Country != "" {
		grounds = append(grounds, lms.CountryGround(f.Country))
	}
	if !f.Centre.IsZero() {
		grounds = append(grounds, lms.CentreGround(f.Centre))
	}
	for _, id := range append([]lms.ID[lms.Course]{f.Course}, f.Courses...) {
		if !id.IsZero() {
			grounds = append(grounds, lms.CourseGround(id))
		}
	}
	for _, id := range append([]lms.ID[lms.Cohort]{f.Cohort}, f.Cohorts...) {
		if !id.IsZero() {
			grounds = append(grounds, lms.CohortGround(id))
		}
	}
	return grounds
}

func (w *rightsWorld) outsideGrounds() []lms.Ground {
	return []lms.Ground{
		lms.CountryGround(elsewhere), lms.CentreGround(w.otherCentre), lms.CourseGround(w.otherCourse), lms.CohortGround(w.otherCohort),
	}
}

// holding gives somebody with one role; the same one each time.
func (w *rightsWorld) holding(g lms.Grant) lms.Actor {
	a, ok := w.actors[g.String()]
	if !ok {
		a = lms.Actor{Person: w.Person(lmstest.PersonSpec{Grants: []lms.Grant{g}}), Grants: []lms.Grant{g}}
		w.actors[g.String()] = a
	}
	return a
}

// nobody is signed in and holds no role.
func (w *rightsWorld) nobody() lms.Actor {
	a, ok := w.actors["nobody"]
	if !ok {
		a = lms.Actor{Person: w.Person(lmstest.PersonSpec{})}
		w.actors["nobody"] = a
	}
	return a
}

func (w *rightsWorld) admin() lms.Actor {
	return w.holding(lms.Grant{Role: lms.Admin, Scope: lms.AllGround()})
}

func (w *rightsWorld) coordinator() lms.Actor {
	return w.holding(lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround(rightsCountry)})
}

// send makes the request as an actor; the zero actor is a stranger.
func (w *rightsWorld) send(t *testing.T, method, path string, c rightsCase, as lms.Actor) (int, string) {
	t.Helper()
	for name, value := range c.params {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	if strings.Contains(path, "{") {
		t.Fatalf("the example does not fill %s", path)
	}
	if c.query != "" {
		path += "?" + c.query
	}
	body, bodyType := c.raw, c.rawType
	if c.body != nil {
		raw, err := json.Marshal(c.body)
		if err != nil {
			t.Fatal(err)
		}
		body, bodyType = raw, "application/json"
	}
	req := httptest.NewRequest(method, prefix+path, bytes.NewReader(body))
	if bodyType != "" {
		req.Header.Set("Content-Type", bodyType)
	}
	if as.SignedIn() {
		req.Header.Set("Authorization", "Bearer "+account.TokenFor(w.accounts, as))
	}
	res, err := w.app.Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// described is an operation as the OpenAPI document tells it.
type described struct {
	method, path string
	access       []string
}

// operations reads the document and nothing else: a route that it holds cannot be forgotten here.
func operations(t *testing.T, document []byte) []described {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Access []string `json:"x-access"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		t.Fatal(err)
	}
	var all []described
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			all = append(all, described{strings.ToUpper(method), path, doc.Paths[path][method].Access})
		}
	}
	return all
}

// TestRights asks every operation of the document as a stranger, as every wrong role on the very ground of
// the thing, as the right role on another ground, as somebody else's owner, and at last as the right one.
func TestRights(t *testing.T) {
	w := newRightsWorld(t)
	cases := map[string]func(*rightsWorld) rightsCase{}
	for _, table := range rightsTables {
		for key, c := range table {
			if cases[key] != nil {
				t.Errorf("two examples for %s", key)
			}
			cases[key] = c
		}
	}
	for _, o := range operations(t, w.server.Document()) {
		key := o.method + " " + o.path
		t.Run(key, func(t *testing.T) {
			make := cases[key]
			if make == nil {
				t.Fatal("there is no example request for this operation")
			}
			w.World.T = t
			c := make(w)
			if !slices.Contains(o.access, "public") {
				w.refuses(t, o, c)
			}
			status, body := w.send(t, o.method, o.path, c, c.right)
			if status < 200 || status > 299 {
				t.Fatalf("the right actor got %d %s", status, body)
			}
			for _, id := range c.hidden {
				if !strings.Contains(body, id) {
					t.Errorf("the right actor's list lacks %s", id)
				}
			}
		})
		delete(cases, key)
	}
	for key := range cases {
		t.Errorf("there is an example for %s, and no such operation", key)
	}
}

// refuses sends the request as everybody who must not succeed.
func (w *rightsWorld) refuses(t *testing.T, o described, c rightsCase) {
	t.Helper()
	if status, _ := w.send(t, o.method, o.path, c, lms.Actor{}); status != http.StatusUnauthorized {
		t.Errorf("a stranger got %d", status)
	}
	if slices.Contains(o.access, "signed-in") {
		return // it answers everybody about themselves
	}
	if !w.allowed(o, c, w.nobody()) {
		w.expect(t, o, c, w.nobody(), "somebody without a role", 403, 404)
	}
	for _, role := range lms.Roles() {
		for _, ground := range w.insideGrounds(c.facts) {
			a := w.holding(lms.Grant{Role: role, Scope: ground})
			if !w.allowed(o, c, a) {
				w.expect(t, o, c, a, fmt.Sprintf("%s on %s", role, ground.Kind), 403, 404)
			}
		}
	}
	w.refusesStrays(t, o, c)
}

// refusesStrays sends it as roles that the operation takes, on grounds elsewhere. What a path names is not
// found; what is only made there may be forbidden; a list is empty of it.
func (w *rightsWorld) refusesStrays(t *testing.T, o described, c rightsCase) {
	t.Helper()
	want := []int{404}
	if len(c.params) == 0 {
		want = []int{403, 404}
	}
	for _, role := range lms.Roles() {
		for _, ground := range w.outsideGrounds() {
			a := w.holding(lms.Grant{Role: role, Scope: ground})
			name := fmt.Sprintf("%s elsewhere on %s", role, ground.Kind)
			may := slices.ContainsFunc(o.access, func(action string) bool { return a.May(lms.Action(action)) == nil })
			switch {
			case !may || w.allowed(o, c, a):
			case c.hidden != nil:
				status, body := w.send(t, o.method, o.path, c, a)
				for _, id := range c.hidden {
					if status == 200 && strings.Contains(body, id) {
						t.Errorf("%s is shown %s", name, id)
					}
				}
				if status != 200 && status != 403 {
					t.Errorf("%s got %d", name, status)
				}
			case o.method == http.MethodGet && len(c.params) == 0:
				// A list without a name to look for: the comparisons of lists with Can hold it.
			default:
				w.expect(t, o, c, a, name, want...)
			}
		}
	}
}

// allowed asks the table whether one of the operation's actions is the actor's.
func (w *rightsWorld) allowed(o described, c rightsCase, a lms.Actor) bool {
	return slices.ContainsFunc(o.access, func(action string) bool { return a.Can(lms.Action(action), c.facts) == nil })
}

func (w *rightsWorld) expect(t *testing.T, o described, c rightsCase, a lms.Actor, name string, want ...int) {
	t.Helper()
	if status, body := w.send(t, o.method, o.path, c, a); !slices.Contains(want, status) {
		t.Errorf("%s got %d, want one of %v: %.200s", name, status, want, body)
	}
}
