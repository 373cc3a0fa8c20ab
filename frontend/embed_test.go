package frontend

import (
	"errors"
	"io"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/gofiber/fiber/v2"
)

const testRoutes = `[
	{"path":"/learn","page":"learn/home","area":"study"},
	{"path":"/learn/new","page":"learn/new","area":"study"},
	{"path":"/learn/:course","page":"learn/course","area":"study"},
	{"path":"/teach","page":"teach/home","area":"staff"}
]`

const testManifest = `{
	"src/main.ts":{"file":"assets/main-1.js","css":["assets/main-1.css"],"imports":["_runtime.js"]},
	"_runtime.js":{"file":"assets/runtime-1.js"},
	"src/lib/text/catalog/ru/language.ts":{"file":"assets/ru-study-1.js"},
	"src/lib/text/catalog/ru/staff.ts":{"file":"assets/ru-staff-1.js"},
	"src/routes/learn/home.svelte":{"file":"assets/home-1.js","css":["assets/home-1.css"],"imports":["_runtime.js","src/main.ts"]},
	"src/routes/teach/home.svelte":{"file":"assets/teach-1.js","imports":["_runtime.js"]}
}`

func testAssets(t *testing.T) *Assets {
	t.Helper()
	a, err := load(fstest.MapFS{
		".vite/manifest.json":    {Data: []byte(testManifest)},
		"assets/main-1.js":       {Data: []byte("plain")},
		"assets/main-1.js.br":    {Data: []byte("brotli")},
		"assets/main-1.js.gz":    {Data: []byte("gzip")},
		"assets/runtime-1.js":    {Data: []byte("runtime")},
		"sw.js":                  {Data: []byte("worker")},
		"sw.js.br":               {Data: []byte("worker-br")},
		".keep":                  {},
		"assets/картинка-1.webp": {Data: []byte("picture")},
	}, []byte(testRoutes))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestLoadWithoutBuild(t *testing.T) {
	if _, err := load(fstest.MapFS{".keep": {}}, []byte(testRoutes)); !errors.Is(err, ErrNotBuilt) {
		t.Fatalf("got %v, want ErrNotBuilt", err)
	}
}

func TestOwnRoutesAreWellFormed(t *testing.T) {
	a, err := load(fstest.MapFS{".vite/manifest.json": {Data: []byte("{}")}}, routesJSON)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range a.Routes() {
		if r.Path == "" || r.Path[0] != '/' || r.Page == "" || (r.Area != Study && r.Area != Staff) {
			t.Errorf("bad route %+v", r)
		}
	}
}

func TestRoute(t *testing.T) {
	a := testAssets(t)
	for _, tt := range []struct {
		path, page, param string
		ok                bool
	}{
		{"/learn", "learn/home", "", true},
		{"/learn/", "learn/home", "", true},
		{"/learn/new", "learn/new", "", true},
		{"/learn/42", "learn/course", "42", true},
		{"/learn/42/more", "", "", false},
		{"/", "", "", false},
		{"/learn//", "learn/home", "", true},
	} {
		t.Run(tt.path, func(t *testing.T) {
			r, params, ok := a.Route(tt.path)
			if ok != tt.ok || r.Page != tt.page || params["course"] != tt.param {
				t.Errorf("got %+v %v %v", r, params, ok)
			}
		})
	}
}

func TestEntryNamesEachFileOnce(t *testing.T) {
	a := testAssets(t)
	home, _, _ := a.Route("/learn")
	e := a.Entry(home, "ru")
	if e.Script != "/assets/main-1.js" {
		t.Errorf("script %q", e.Script)
	}
	if want := []string{"/assets/runtime-1.js", "/assets/ru-study-1.js", "/assets/home-1.js"}; !slices.Equal(e.Preload, want) {
		t.Errorf("preload %v, want %v", e.Preload, want)
	}
	if want := []string{"/assets/main-1.css", "/assets/home-1.css"}; !slices.Equal(e.Styles, want) {
		t.Errorf("styles %v, want %v", e.Styles, want)
	}
}

func TestEntryAddsStaffWordsToStaffPagesOnly(t *testing.T) {
	a := testAssets(t)
	teach, _, _ := a.Route("/teach")
	if e := a.Entry(teach, "ru"); !slices.Contains(e.Preload, "/assets/ru-staff-1.js") {
		t.Errorf("no staff words in %v", e.Preload)
	}
	if e := a.Entry(Route{}, "xx"); len(e.Preload) != 1 || e.Script == "" {
		t.Errorf("frame alone: %+v", e)
	}
}

func TestMount(t *testing.T) {
	app := fiber.New()
	testAssets(t).Mount(app)
	for _, tt := range []struct {
		name, path, accept     string
		status                 int
		body, encoding, cached string
	}{
		{"brotli first", "/assets/main-1.js", "gzip, br", 200, "brotli", "br", cacheForever},
		{"gzip", "/assets/main-1.js", "gzip", 200, "gzip", "gzip", cacheForever},
		{"refused coding", "/assets/main-1.js", "br;q=0, gzip;q=0.0", 200, "plain", "", cacheForever},
		{"no twin", "/assets/runtime-1.js", "br", 200, "runtime", "", cacheForever},
		{"worker is asked for again", "/sw.js", "br", 200, "worker-br", "br", cacheAsk},
		{"missing is not found", "/assets/old-9.js", "br", 404, "", "", ""},
		{"no way out of the folder", "/assets/../.vite/manifest.json", "", 404, "", "", ""},
		{"encoded way out", "/assets/..%2f.vite/manifest.json", "", 404, "", "", ""},
		{"a twin is not a page", "/assets/main-1.js.br", "", 404, "", "", ""},
		{"hidden files stay hidden", "/.keep", "", 404, "", "", ""},
		{"a folder is not a file", "/assets/", "", 404, "", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := httptest.NewRequest("GET", tt.path, nil)
			req.Header.Set("Accept-Encoding", tt.accept)
			res, err := app.Test(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", res.StatusCode, tt.status)
			}
			if tt.status != 200 {
				return
			}
			body, _ := io.ReadAll(res.Body)
			if string(body) != tt.body || res.Header.Get("Content-Encoding") != tt.encoding || res.Header.Get("Cache-Control") != tt.cached {
				t.Errorf("got %q %v", body, res.Header)
			}
			if ct := res.Header.Get("Content-Type"); ct != "text/javascript" {
				t.Errorf("content type %q", ct)
			}
		})
	}
}
