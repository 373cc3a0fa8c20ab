package courses

import "strings"

// Source is something that a lesson or a question cites.
type Source struct {
	Key   string `json:"key" yaml:"key"`
	Title string `json:"title" yaml:"title"`
	By    string `json:"by,omitempty" yaml:"by"`
	Year  int    `json:"year,omitempty" yaml:"year"`
	URL   string `json:"url,omitempty" yaml:"url"`
	// Checked is the date (2006-01-02) on which somebody last looked.
	Checked string   `json:"checked,omitempty" yaml:"checked"`
	Pos     Position `json:"-" yaml:"-"`
}

// Citation points into a source.
type Citation struct {
	Source string `json:"source"`
	// Locator is the place in the source, such as "art. 3(a)"; may be empty.
	Locator string `json:"locator,omitempty"`
}

// ParseCitation splits "palermo art. 3(a)" into the source's key and the place in it.
func ParseCitation(s string) Citation {
	key, locator, _ := strings.Cut(strings.TrimSpace(s), " ")
	return Citation{Source: key, Locator: strings.TrimSpace(locator)}
}

// Term is an entry of the glossary.
type Term struct {
	Key        string   `json:"key"`
	Term       Text     `json:"term"`
	Definition Text     `json:"definition"`
	Pos        Position `json:"-"`
}

// Overlay holds what one country adds: its law and where to turn.
type Overlay struct {
	// Country is ISO 3166-1 alpha-2 in upper case.
	Country string `json:"country" yaml:"country"`
	// Owner is a function that keeps it up to date, never a person's name.
	Owner  string   `json:"owner,omitempty" yaml:"owner"`
	Blocks []Block  `json:"blocks" yaml:"blocks"`
	Pos    Position `json:"-" yaml:"-"`
}

// Block is one part of an overlay. Text is Markdown.
type Block struct {
	Key     string    `json:"key" yaml:"key"`
	Kind    BlockKind `json:"kind" yaml:"kind"`
	Sources []string  `json:"sources,omitempty" yaml:"sources"` // citations
	// AsOf and ReviewBy are dates (2006-01-02).
	AsOf     string      `json:"as_of,omitempty" yaml:"as_of"`
	ReviewBy string      `json:"review_by,omitempty" yaml:"review_by"`
	Status   BlockStatus `json:"status,omitempty" yaml:"status"`
	Text     Text        `json:"text" yaml:"-"`
	Pos      Position    `json:"-" yaml:"-"`
}

// BlockKind tells law from contacts.
type BlockKind string

// The kinds of block.
const (
	Law      BlockKind = "law"
	Contacts BlockKind = "contacts"
)

// BlockStatus says whether the operator still has to complete a block.
type BlockStatus string

// Unconfirmed marks a block that states no fact yet: the operator completes it. The empty status
// means that the block was checked.
const Unconfirmed BlockStatus = "unconfirmed"

// Figure is a drawing: SVG with marks like {{act}}, and the words for them.
type Figure struct {
	Key         string          `json:"key"`
	SVG         string          `json:"svg"`
	Title       Text            `json:"title"`
	Description Text            `json:"description"`
	Labels      map[string]Text `json:"labels,omitempty"`
	Pos         Position        `json:"-"`
}

// WorksheetDoc is a worksheet: fields to fill in.
type WorksheetDoc struct {
	Key    string   `json:"key" yaml:"key"`
	Fields []Field  `json:"fields" yaml:"fields"`
	Title  Text     `json:"title" yaml:"-"`
	Intro  Text     `json:"intro,omitempty" yaml:"-"`
	Pos    Position `json:"-" yaml:"-"`
}

// Field is one place of a worksheet.
type Field struct {
	Key      string    `json:"key" yaml:"key"`
	Kind     FieldKind `json:"kind" yaml:"kind"`
	Options  []Named   `json:"options,omitempty" yaml:"options"`
	Required bool      `json:"required,omitempty" yaml:"required"`
	Label    Text      `json:"label" yaml:"-"`
	Help     Text      `json:"help,omitempty" yaml:"-"`

	// Unit says that a number carries a unit, whose words are UnitWords.
	Unit      bool `json:"unit,omitempty" yaml:"unit"`
	UnitWords Text `json:"unit_words,omitempty" yaml:"-"`
	// Rows is how many rows a table may have, Columns what stands in each.
	Rows    int      `json:"rows,omitempty" yaml:"rows"`
	Columns []Column `json:"columns,omitempty" yaml:"columns"`
	// Totals names the columns that the page sums up.
	Totals []string `json:"totals,omitempty" yaml:"totals"`
	// Capacity names a number of the worksheet that the first total is compared with; Over and Within
	// are what the page then says.
	Capacity string `json:"capacity,omitempty" yaml:"capacity"`
	Over     Text   `json:"over,omitempty" yaml:"-"`
	Within   Text   `json:"within,omitempty" yaml:"-"`

	Pos Position `json:"-" yaml:"-"`
}

// Column is one column of a table: a line, a number or a choice.
type Column struct {
	Key     string    `json:"key" yaml:"key"`
	Kind    FieldKind `json:"kind" yaml:"kind"`
	Options []Named   `json:"options,omitempty" yaml:"options"`
	Label   Text      `json:"label" yaml:"-"`
	Pos     Position  `json:"-" yaml:"-"`
}

// FieldKind is how a field is filled in.
type FieldKind string

// The kinds of field.
const (
	Line   FieldKind = "line"
	Area   FieldKind = "text"
	Choice FieldKind = "choice"
	Check  FieldKind = "check"
	Date   FieldKind = "date"
	Number FieldKind = "number"
	Table  FieldKind = "table"
)

// Named is a key with its words. In YAML it may be written as the bare key.
type Named struct {
	Key  string   `json:"key" yaml:"key,scalar"`
	Text Text     `json:"text" yaml:"-"`
	Pos  Position `json:"-" yaml:"-"`
}
