// Package pack reads and writes Mostik's own package: a folder, or a zip of one, of YAML, Markdown and
// assets as docs/authoring.md describes it, under explicit limits. Every problem is reported with file
// and line, not only the first.
package pack

import (
	"errors"
	"io"

	"mostik/courses"
	"mostik/courses/desk"
	"mostik/courses/exercise"
	"mostik/courses/quiz"
	"mostik/courses/scale"
	"mostik/courses/scenario"
)

// Package is a course with everything that belongs to it. It is JSON through and through, so that a
// published version can be kept as one document; assets (Files) are kept apart.
type Package struct {
	Course     courses.Course                     `json:"course"`
	Bank       []quiz.Question                    `json:"bank,omitempty"`
	Scenarios  map[string]*scenario.Scenario      `json:"scenarios,omitempty"`
	Encounters map[string]*scenario.Encounter     `json:"encounters,omitempty"`
	Surveys    map[string]*scale.Survey           `json:"surveys,omitempty"`
	Worksheets map[string]*courses.WorksheetDoc   `json:"worksheets,omitempty"`
	Desks      map[string]*desk.Desk              `json:"desks,omitempty"`
	Exercises  map[string]*exercise.Exercise      `json:"exercises,omitempty"`
	Sources    map[string]courses.Source          `json:"sources,omitempty"`
	Glossary   map[string]courses.Term            `json:"glossary,omitempty"`
	Overlays   map[string]courses.Overlay         `json:"overlays,omitempty"` // by country, upper case
	Figures    map[string]courses.Figure          `json:"figures,omitempty"`
	Lessons    map[courses.Lang]map[string]string `json:"lessons,omitempty"` // language, activity: Markdown
	Papers     map[courses.Lang]map[string]string `json:"papers,omitempty"`  // language, paper: Markdown
	Decks      map[string]*courses.Deck           `json:"decks,omitempty"`
	// Files are the assets of media/, by path in the package.
	Files map[string]Asset `json:"files,omitempty"`

	places map[string]map[string]courses.Position // file, path in it: place
	paths  map[courses.Position]string            // the outermost path that begins at a place
}

// Asset is a file of media/. Its bytes are not part of the JSON; who keeps a package keeps them by
// their hash.
type Asset struct {
	SHA256 string `json:"sha256"` // hexadecimal
	Size   int64  `json:"size"`   // bytes
	Type   string `json:"type"`   // media type, by the file name's ending
	open   func() (io.ReadCloser, error)
}

// ErrNoBytes is returned for an asset of a package that was not read from a folder or a zip.
var ErrNoBytes = errors.New("the bytes of this asset are kept elsewhere")

// Open gives the bytes while the folder or zip that was read is open; ErrNoBytes after JSON.
func (a Asset) Open() (io.ReadCloser, error) {
	if a.open == nil {
		return nil, ErrNoBytes
	}
	return a.open()
}

// Place gives the place of a path in a file of a package that was read, or of the nearest thing that
// holds it.
func (p *Package) Place(file, path string) courses.Position { return near(p.places[file], file, path) }

// Near gives the place of something inside the thing that begins at pos, such as "requires/0".
func (p *Package) Near(pos courses.Position, path string) courses.Position {
	outer, ok := p.paths[pos]
	if !ok {
		return pos
	}
	found := near(p.places[pos.File], pos.File, join(outer, path))
	if found.Line == 0 {
		return pos
	}
	return found
}

// Limits bound what a reader accepts, so that a hostile package costs little. Sizes are in bytes.
type Limits struct {
	Entries    int   // files and folders
	TextFile   int64 // one YAML, Markdown or SVG file
	MediaFile  int64
	Total      int64 // unpacked
	Ratio      int64 // unpacked to packed, of one file of a zip
	PathLength int
	Depth      int // folders within each other
}

// DefaultLimits suit a course of some hundred pages with films.
func DefaultLimits() Limits {
	return Limits{Entries: 4000, TextFile: 1 << 20, MediaFile: 200 << 20, Total: 1 << 30, Ratio: 200, PathLength: 200, Depth: 8}
}

// Question finds a question of the bank.
func (p *Package) Question(key string) (*quiz.Question, bool) {
	for i := range p.Bank {
		if p.Bank[i].Key == key {
			return &p.Bank[i], true
		}
	}
	return nil, false
}
