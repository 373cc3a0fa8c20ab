// Package frontend holds the built pages and hands them out: hashed assets with their compressed
// twins, the service worker, and the list of files that the shell of a page must name.
//
// The sources lie in src and are built by Vite into dist. The package compiles without a build (dist
// then holds an empty file only); [Load] reports that.
package frontend

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed all:dist
var dist embed.FS

//go:embed src/routes.json
var routesJSON []byte

// ErrNotBuilt says that dist is empty: the program was compiled before `npm run build`.
var ErrNotBuilt = errors.New("frontend: the pages are not built")

// Area says which words a page needs, and whether a trainee's budget of bytes applies to it.
type Area string

// The areas of the site.
const (
	Study Area = "study" // what a trainee sees
	Staff Area = "staff" // teaching, coordination, authoring, administration
)

// Route is one page of the site: a path with `:name` parameters and the source of its component.
type Route struct {
	Path string `json:"path"`
	Page string `json:"page"`
	Area Area   `json:"area"`
	// Words names parts of the catalogue that this page needs beyond those of its area.
	Words []string `json:"words"`
	// Also names sources, under src, that the page always loads beyond its own.
	Also []string `json:"also"`
}

// Chunk is an entry of Vite's manifest, as far as we read it.
type chunk struct {
	File    string   `json:"file"`
	CSS     []string `json:"css"`
	Imports []string `json:"imports"`
}

// Assets knows the built files and the routes. It never changes after [Load].
type Assets struct {
	files    fs.FS
	manifest map[string]chunk
	routes   []Route
}

// Entry lists the files that the shell of one page names, as absolute paths.
type Entry struct {
	Script  string   // the module to run
	Preload []string // modules to fetch at once: what Script, the page and the language import
	Styles  []string // style sheets, in order
}

// Load reads the embedded build. It fails with [ErrNotBuilt] when there is none.
func Load() (*Assets, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return load(files, routesJSON)
}

func load(files fs.FS, routes []byte) (*Assets, error) {
	a := &Assets{files: files}
	if err := json.Unmarshal(routes, &a.routes); err != nil {
		return nil, fmt.Errorf("frontend: routes.json: %w", err)
	}
	manifest, err := fs.ReadFile(files, ".vite/manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(manifest, &a.manifest); err != nil {
		return nil, fmt.Errorf("frontend: manifest.json: %w", err)
	}
	return a, nil
}

// Offline is the script of the page that checks certificates without a network, which stands in that page itself.
// The error is [ErrNotBuilt] where the build lacks it.
func (a *Assets) Offline() (string, error) {
	script, err := fs.ReadFile(a.files, "inline/offline.js")
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNotBuilt
	}
	return string(script), err
}

// Routes gives every page of the site that is drawn in the browser.
func (a *Assets) Routes() []Route { return slices.Clone(a.routes) }

// Route finds the page of a URL path with the values of its parameters; ok is false when no page is
// drawn there. Where two fit, the one that stands first in routes.json wins, as in the browser.
func (a *Assets) Route(path string) (route Route, params map[string]string, ok bool) {
	segments := split(path)
	for _, r := range a.routes {
		if params, ok := match(split(r.Path), segments); ok {
			return r, params, true
		}
	}
	return Route{}, nil, false
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

func match(pattern, segments []string) (map[string]string, bool) {
	if len(pattern) != len(segments) {
		return nil, false
	}
	params := map[string]string{}
	for i, p := range pattern {
		switch {
		case strings.HasPrefix(p, ":") && segments[i] != "":
			params[p[1:]] = segments[i]
		case p != segments[i]:
			return nil, false
		}
	}
	return params, true
}

// Entry lists the files of a page in a language. The zero Route gives the frame of the site alone, for
// a page that was not found. A language or page that the build lacks is left out, for the script then
// loads what it needs itself.
func (a *Assets) Entry(route Route, lang string) Entry {
	w := walk{manifest: a.manifest, seen: map[string]bool{}}
	w.add("src/main.ts")
	w.add("src/lib/text/catalog/" + lang + "/language.ts")
	if route.Area == Staff {
		w.add("src/lib/text/catalog/" + lang + "/staff.ts")
	}
	for _, part := range route.Words {
		w.add("src/lib/text/catalog/" + lang + "/" + part + ".ts")
	}
	w.add("src/routes/" + route.Page + ".svelte")
	for _, source := range route.Also {
		w.add("src/" + source)
	}
	e := Entry{Styles: w.styles}
	if len(w.scripts) > 0 {
		e.Script = "/" + a.manifest["src/main.ts"].File
		e.Preload = slices.DeleteFunc(w.scripts, func(s string) bool { return s == e.Script })
	}
	return e
}

// Walk collects the files of chunks and of all that they import, each once.
type walk struct {
	manifest map[string]chunk
	seen     map[string]bool
	scripts  []string
	styles   []string
}

func (w *walk) add(key string) {
	c, ok := w.manifest[key]
	if !ok || w.seen[key] {
		return
	}
	w.seen[key] = true
	for _, next := range c.Imports {
		w.add(next)
	}
	w.scripts = append(w.scripts, "/"+c.File)
	for _, css := range c.CSS {
		if path := "/" + css; !slices.Contains(w.styles, path) {
			w.styles = append(w.styles, path)
		}
	}
}
