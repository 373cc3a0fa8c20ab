package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"mostik/lms"
	"mostik/lms/account"
)

// bareAccount is a service that can open tokens and has no database.
func bareAccount(t *testing.T) *account.Service {
	t.Helper()
	keys, err := account.KeysFromSeed(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	return account.Bare(keys)
}

type echoIn struct {
	ID    lms.ID[lms.Course] `path:"id"`
	Page  int                `query:"page"`
	Name  string             `json:"name" required:"true" maxLength:"5"`
	Kind  string             `json:"kind" enum:"a,b"`
	Count *int64             `json:"count" minimum:"1"`
	Deep  struct {
		Inner int `json:"inner"`
	} `json:"deep"`
	Done bool `json:"done" required:"true"`
}

type echoOut struct {
	ID   lms.ID[lms.Course] `json:"id"`
	Name string             `json:"name"`
	Page int                `json:"page"`
	List []string           `json:"list"`
	Lang string             `json:"lang"`
	Sub  []struct {
		Names map[string][]int `json:"names"`
	} `json:"sub"`
	Maybe *string `json:"maybe,omitempty"`
}

func echoServer(t *testing.T) *Server {
	t.Helper()
	old := routeFiles
	t.Cleanup(func() { routeFiles = old })
	routeFiles = []func(*Server, *router){func(s *Server, r *router) {
		register(r, http.MethodPost, "/echo/{id}", op{Summary: "Echo.", Tag: "test", Access: public, MaxBody: 400},
			func(_ context.Context, a lms.Actor, in echoIn) (echoOut, error) {
				return echoOut{ID: in.ID, Name: in.Name, Page: in.Page, Lang: a.Language}, nil
			})
		register(r, http.MethodGet, "/fail/{how}", op{Summary: "Fail.", Tag: "test", Access: public},
			func(_ context.Context, _ lms.Actor, in struct {
				How string `path:"how"`
			},
			) (none, error) {
				switch in.How {
				case "panic":
					panic("oh")
				case "own":
					return none{}, errors.New("a secret cause")
				case "wait":
					return none{}, &lms.Error{Kind: lms.TooMany, Code: "too-many", RetryAfter: 7}
				}
				return none{}, nil
			})
		register(r, http.MethodGet, "/mine", op{Summary: "Mine.", Tag: "test", Access: signedIn},
			func(_ context.Context, a lms.Actor, _ none) (echoOut, error) { return echoOut{Name: "<b>"}, nil })
		register(r, http.MethodPost, "/mine", op{Summary: "Mine.", Tag: "test", Access: signedIn},
			func(_ context.Context, a lms.Actor, _ none) (none, error) { return none{}, nil })
	}}
	s, err := New(Deps{Account: bareAccount(t), PublicURL: "https://learn.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func send(t *testing.T, s *Server, req *http.Request) (int, http.Header, map[string]any) {
	t.Helper()
	res, err := s.NewApp().Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if len(raw) > 0 && strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
	}
	return res.StatusCode, res.Header, body
}

func TestStrictReading(t *testing.T) {
	s := echoServer(t)
	id := lms.NewID[lms.Course]().String()
	for name, c := range map[string]struct {
		path, body  string
		status      int
		code, field string
	}{
		"good":            {"/echo/" + id + "?page=3", `{"name":"x","kind":"a","count":2,"done":false}`, 200, "", ""},
		"unknown field":   {"/echo/" + id, `{"name":"x","done":true,"admin":true}`, 422, "unknown-field", "admin"},
		"path from body":  {"/echo/" + id, `{"name":"x","done":true,"id":"y"}`, 422, "unknown-field", "id"},
		"missing text":    {"/echo/" + id, `{"done":true}`, 422, "required", "name"},
		"missing truth":   {"/echo/" + id, `{"name":"x"}`, 422, "required", "done"},
		"null truth":      {"/echo/" + id, `{"name":"x","done":null}`, 422, "required", "done"},
		"empty body":      {"/echo/" + id, ``, 422, "required", "name"},
		"too long":        {"/echo/" + id, `{"name":"абвгде","done":true}`, 422, "too-long", "name"},
		"as long as may":  {"/echo/" + id, `{"name":"абвгд","done":true}`, 200, "", ""},
		"not one of":      {"/echo/" + id, `{"name":"x","kind":"c","done":true}`, 422, "not-one-of", "kind"},
		"too small":       {"/echo/" + id, `{"name":"x","count":0,"done":true}`, 422, "too-small", "count"},
		"wrong type":      {"/echo/" + id, `{"name":5,"done":true}`, 422, "wrong-type", "name"},
		"wrong deep type": {"/echo/" + id, `{"name":"x","done":true,"deep":{"inner":"z"}}`, 422, "wrong-type", "deep/inner"},
		"two values":      {"/echo/" + id, `{"name":"x","done":true}{}`, 422, "body-malformed", ""},
		"a list":          {"/echo/" + id, `[]`, 422, "wrong-type", ""},
		"cut off":         {"/echo/" + id, `{"name":`, 422, "body-malformed", ""},
		"not UTF-8":       {"/echo/" + id, "{\"name\":\"\xff\",\"done\":true}", 422, "body-malformed", ""},
		"NUL":             {"/echo/" + id, `{"name":"\u0000","done":true}`, 422, "value-refused", "name"},
		"bad id":          {"/echo/12", `{"name":"x","done":true}`, 404, "not-found", "id"},
		"bad query":       {"/echo/" + id + "?page=x", `{"name":"x","done":true}`, 422, "parameter-malformed", "page"},
		"too large":       {"/echo/" + id, `{"name":"` + strings.Repeat("x", 500) + `"}`, 413, "too-large", ""},
		"no such address": {"/nothing", `{}`, 404, "not-found", ""},
		"wrong method":    {"/fail/x", `{}`, 405, "method-not-allowed", ""},
	} {
		t.Run(name, func(t *testing.T) {
			req := httptest.NewRequest(http.MethodPost, prefix+c.path, strings.NewReader(c.body))
			status, head, body := send(t, s, req)
			if status != c.status || c.code != "" && body["code"] != c.code {
				t.Fatalf("%d %v, want %d %s", status, body, c.status, c.code)
			}
			if field, _ := body["field"].(string); field != c.field {
				t.Errorf("blames %q, want %q", field, c.field)
			}
			if c.status != 200 && (head.Get("Content-Type") != problemType || body["request_id"] == "") {
				t.Errorf("not a problem: %v %v", head, body)
			}
		})
	}
}

func TestListsAreNeverNull(t *testing.T) {
	out := echoOut{Sub: make([]struct {
		Names map[string][]int `json:"names"`
	}, 1)}
	raw, err := encode(out)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "null") {
		t.Errorf("a null in %s", raw)
	}
	raw, err = encode(map[string]echoOut{"a": {}})
	if err != nil || strings.Contains(string(raw), "null") {
		t.Errorf("a null in %s, %v", raw, err)
	}
}

// Parts of an answer are shared between requests: what is kept in memory of a course.
func TestEncodingChangesNothing(t *testing.T) {
	type leaf struct {
		List []int           `json:"list"`
		Gone []int           `json:"gone,omitempty"`
		Zero []int           `json:"zero,omitzero"`
		When time.Time       `json:"when"`
		Raw  json.RawMessage `json:"raw"`
	}
	type tree struct {
		Leaves  map[string]leaf `json:"leaves"`
		Nested  []*leaf         `json:"nested"`
		Self    *tree           `json:"self,omitempty"`
		private []int
	}
	shared := &tree{Leaves: map[string]leaf{"a": {}}, Nested: []*leaf{{}, nil}, Self: &tree{}}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			raw, err := encode(shared)
			want := `{"list":[],"when":"0001-01-01T00:00:00Z","raw":null}`
			if want = `{"leaves":{"a":` + want + `},"nested":[` + want + `,null],"self":{"leaves":{},"nested":[]}}`; err != nil || string(raw) != want {
				t.Errorf("%s, %v\nwant %s", raw, err, want)
			}
		})
	}
	wg.Wait()
	if shared.Leaves["a"].List != nil || shared.Nested[0].List != nil || shared.Self.Leaves != nil || shared.private != nil {
		t.Error("the value was changed")
	}
}

func TestFailuresOfOursSayNothing(t *testing.T) {
	s := echoServer(t)
	for _, how := range []string{"panic", "own"} {
		status, head, body := send(t, s, httptest.NewRequest(http.MethodGet, prefix+"/fail/"+how, nil))
		if status != 500 || body["code"] != "internal" || strings.Contains(body["detail"].(string), "secret") {
			t.Errorf("%s: %d %v", how, status, body)
		}
		if head.Get("X-Request-Id") != body["request_id"] {
			t.Errorf("%s: the ids differ", how)
		}
	}
	status, head, _ := send(t, s, httptest.NewRequest(http.MethodGet, prefix+"/fail/wait", nil))
	if status != 429 || head.Get("Retry-After") != "7" {
		t.Errorf("%d, Retry-After %q", status, head.Get("Retry-After"))
	}
}

func TestSecurityHeaders(t *testing.T) {
	s := echoServer(t)
	for _, path := range []string{prefix + "/fail/x", prefix + "/nothing", "/api/openapi.json", "/api"} {
		_, head, _ := send(t, s, httptest.NewRequest(http.MethodGet, path, nil))
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Request-Id"} {
			if head.Get(name) == "" {
				t.Errorf("%s has no %s", path, name)
			}
		}
	}
}

// Cookies alone never let another site act for somebody.
func TestCrossSite(t *testing.T) {
	s := echoServer(t)
	token := account.TokenFor(s.deps.Account, lms.Actor{Person: lms.NewID[lms.Person]()})
	for name, c := range map[string]struct {
		head   map[string]string
		status int
	}{
		"nothing at all":        {nil, 401},
		"bearer":                {map[string]string{"Authorization": "Bearer " + token}, 204},
		"broken bearer":         {map[string]string{"Authorization": "Bearer x"}, 401},
		"basic":                 {map[string]string{"Authorization": "Basic x"}, 401},
		"cookie alone":          {map[string]string{"Cookie": AccessCookie + "=" + token}, 403},
		"cookie, same origin":   {map[string]string{"Cookie": AccessCookie + "=" + token, "Sec-Fetch-Site": "same-origin"}, 204},
		"cookie, same site":     {map[string]string{"Cookie": AccessCookie + "=" + token, "Sec-Fetch-Site": "same-site"}, 403},
		"cookie, cross site":    {map[string]string{"Cookie": AccessCookie + "=" + token, "Sec-Fetch-Site": "cross-site", "Origin": "http://example.com"}, 403},
		"cookie, own origin":    {map[string]string{"Cookie": AccessCookie + "=" + token, "Origin": "http://example.com"}, 204},
		"cookie, public origin": {map[string]string{"Cookie": AccessCookie + "=" + token, "Origin": "https://learn.example.org"}, 204},
		"cookie, other origin":  {map[string]string{"Cookie": AccessCookie + "=" + token, "Origin": "http://evil.example"}, 403},
		"cookie, null origin":   {map[string]string{"Cookie": AccessCookie + "=" + token, "Origin": "null"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			req := httptest.NewRequest(http.MethodPost, "http://example.com"+prefix+"/mine", nil)
			for k, v := range c.head {
				req.Header.Set(k, v)
			}
			if status, _, body := send(t, s, req); status != c.status {
				t.Errorf("%d %v, want %d", status, body, c.status)
			}
		})
	}
}

func TestRender(t *testing.T) {
	s := echoServer(t)
	if _, err := s.Render(t.Context(), lms.Actor{}, "ru", "GET /mine", nil); lms.KindOf(err) != lms.Unauthorized {
		t.Errorf("a stranger: %v", err)
	}
	raw, err := s.Render(t.Context(), lms.Actor{Person: lms.NewID[lms.Person]()}, "ru", "GET /mine", nil)
	if err != nil || !strings.Contains(string(raw), `"name":"<b>"`) {
		t.Errorf("%s, %v", raw, err)
	}
	if _, err := s.Render(t.Context(), lms.Actor{}, "ru", "POST /mine", nil); err == nil {
		t.Error("a route that changes things was rendered")
	}
}

func TestLanguage(t *testing.T) {
	s := echoServer(t)
	for _, c := range []struct{ query, accept, want string }{
		{"", "", "en"}, {"?lang=ky", "ru", "ky"}, {"?lang=xx", "ru-RU,ru;q=0.9,en;q=0.8", "ru"}, {"", "de, tg;q=0.5", "tg"}, {"", "fr", "en"},
	} {
		req := httptest.NewRequest(http.MethodPost, prefix+"/echo/"+lms.NewID[lms.Course]().String()+c.query, strings.NewReader(`{"name":"x","done":true}`))
		req.Header.Set("Accept-Language", c.accept)
		if _, _, body := send(t, s, req); body["lang"] != c.want {
			t.Errorf("%+v: %v", c, body["lang"])
		}
	}
}

// The table, the router and the document hold the same routes.
func TestTableRouterAndDocumentAgree(t *testing.T) {
	s, err := New(Deps{Account: bareAccount(t)})
	if err != nil {
		t.Fatal(err)
	}
	var table, routed, described []string
	for _, rt := range s.router.routes {
		table = append(table, rt.method+" "+rt.fiberPath())
	}
	for _, r := range s.NewApp().GetRoutes(true) {
		if strings.HasPrefix(r.Path, prefix+"/") && r.Method != http.MethodHead {
			routed = append(routed, r.Method+" "+r.Path)
		}
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Access    []string       `json:"x-access"`
			Responses map[string]any `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(s.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			rt := route{method: strings.ToUpper(method), path: path}
			described = append(described, rt.method+" "+rt.fiberPath())
			if len(o.Access) == 0 || len(o.Responses) < 2 {
				t.Errorf("%s is described badly: %+v", rt.key(), o)
			}
		}
	}
	slices.Sort(table)
	slices.Sort(routed)
	slices.Sort(described)
	if !reflect.DeepEqual(table, routed) || !reflect.DeepEqual(table, described) {
		t.Errorf("table %v\nrouter %v\ndocument %v", table, routed, described)
	}
}

func TestWrongDeclarationsStopTheProgram(t *testing.T) {
	s := echoServer(t)
	ok := op{Summary: "x", Tag: "x", Access: public}
	handler := nothing
	for name, declare := range map[string]func(r *router){
		"no access":  func(r *router) { register(r, "GET", "/a", op{Summary: "x", Tag: "x"}, handler) },
		"no summary": func(r *router) { register(r, "GET", "/a", op{Tag: "x", Access: public}, handler) },
		"twice":      func(r *router) { register(r, "GET", "/a", ok, handler); register(r, "GET", "/a", ok, handler) },
		"path":       func(r *router) { register(r, "GET", "/a/{id}", ok, handler) },
		"no source": func(r *router) {
			register(r, "GET", "/a", ok, func(context.Context, lms.Actor, struct{ X int }) (none, error) { return none{}, nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was taken")
				}
			}()
			declare(newRouter(s))
		})
	}
}

func nothing(context.Context, lms.Actor, none) (none, error) { return none{}, nil }

// Behind our own proxies the address is the last that is not theirs; nobody else's header is believed.
func TestAddressBehindProxies(t *testing.T) {
	old := routeFiles
	t.Cleanup(func() { routeFiles = old })
	var seen client
	routeFiles = []func(*Server, *router){func(s *Server, r *router) {
		register(r, http.MethodGet, "/address", op{Summary: "x", Tag: "x", Access: public},
			func(ctx context.Context, _ lms.Actor, _ none) (none, error) {
				seen = clientOf(ctx)
				return none{}, nil
			})
	}}
	for name, c := range map[string]struct {
		trusted         []string
		forwarded, want string
	}{
		"no proxies":      {nil, "198.51.100.7", "0.0.0.0"},
		"other proxies":   {[]string{"10.0.0.0/8"}, "198.51.100.7", "0.0.0.0"},
		"one proxy":       {[]string{"0.0.0.0"}, "198.51.100.7", "198.51.100.7"},
		"a chosen name":   {[]string{"0.0.0.0"}, "192.0.2.9, 198.51.100.7", "198.51.100.7"},
		"two proxies":     {[]string{"0.0.0.0", "10.0.0.0/8"}, "192.0.2.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"},
		"rubbish":         {[]string{"0.0.0.0"}, "x", "0.0.0.0"},
		"rubbish further": {[]string{"0.0.0.0", "10.0.0.0/8"}, "x, 10.1.2.3", "10.1.2.3"},
		"nothing":         {[]string{"0.0.0.0"}, "", "0.0.0.0"},
		"version 6":       {[]string{"0.0.0.0"}, "2001:db8::1", "2001:db8::1"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := New(Deps{Account: bareAccount(t), TrustedProxies: c.trusted})
			if err != nil {
				t.Fatal(err)
			}
			req := httptest.NewRequest(http.MethodGet, prefix+"/address", nil) // whose peer is 0.0.0.0
			if c.forwarded != "" {
				req.Header.Set("X-Forwarded-For", c.forwarded)
			}
			send(t, s, req)
			if seen.address.String() != c.want {
				t.Errorf("the address is %s, want %s", seen.address, c.want)
			}
		})
	}
	if _, err := New(Deps{Account: bareAccount(t), TrustedProxies: []string{"proxy.local"}}); err == nil {
		t.Error("a name was taken for an address")
	}
}

func TestCounters(t *testing.T) {
	old := routeFiles
	t.Cleanup(func() { routeFiles = old })
	routeFiles = []func(*Server, *router){func(_ *Server, r *router) {
		register(r, http.MethodGet, "/things/{id}", op{Summary: "x", Tag: "x", Access: signedIn},
			func(context.Context, lms.Actor, struct {
				ID string `path:"id"`
			},
			) (none, error) {
				return none{}, nil
			})
	}}
	reg := prometheus.NewRegistry()
	s, err := New(Deps{Account: bareAccount(t), Metrics: reg})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		send(t, s, httptest.NewRequest(http.MethodGet, prefix+"/things/secret-name", nil))
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range families {
		text := f.String()
		if strings.Contains(text, "secret-name") {
			t.Errorf("an address became a label: %s", text)
		}
		if f.GetName() == "mostik_api_requests_total" {
			m := f.GetMetric()[0]
			found = m.GetCounter().GetValue() == 3 && strings.Contains(text, "401") && strings.Contains(text, "/things/{id}")
		}
	}
	if !found {
		t.Errorf("three refusals were not counted: %v", families)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"name":"x","kind":"a","count":2,"deep":{"inner":1},"done":false}`, `{`, `null`, `[]`, `{"name":null}`,
		`{"done":true}{}`, "{\"name\":\"\xff\"}", `{"id":"x"}`, `{"NAME":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	plan := planOf[echoIn]("FUZZ /{id}", "/{id}")
	f.Fuzz(func(t *testing.T, body []byte) {
		var in echoIn
		id := lms.NewID[lms.Course]()
		in.ID, in.Page = id, 7
		err := plan.decode(body, reflect.ValueOf(&in).Elem())
		if in.ID != id || in.Page != 7 {
			t.Fatal("a body filled what the path and the query say")
		}
		if err != nil && lms.KindOf(err) != lms.Invalid {
			t.Fatalf("%v", err)
		}
		if err == nil && (in.Name == "" || len([]rune(in.Name)) > 5 || strings.ContainsRune(in.Name, 0)) {
			t.Fatalf("%q was taken", in.Name)
		}
	})
}
