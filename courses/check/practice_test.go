package check_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"mostik/courses"
	"mostik/courses/check"
	"mostik/courses/pack"
)

// practised is the sample course with a desk, an exercise and a planner in it.
func practised(t testing.TB) map[string]string {
	t.Helper()
	files := sample(t)
	data, err := os.ReadFile("testdata/practice.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse(data).Files {
		files[f.Name] = string(f.Data)
	}
	replace := func(file, old, more string) {
		if !strings.Contains(files[file], old) {
			t.Fatalf("%q does not stand in %s", old, file)
		}
		files[file] = strings.Replace(files[file], old, more+old, 1)
	}
	replace("course.yaml", "      - {key: m2-sheet,", `      - {key: m2-file, kind: desk, revision: 1, minutes: 9, complete: score, required: false, desk: yard, pass: 60}
      - {key: m2-table, kind: exercise, revision: 1, minutes: 9, complete: submitted, required: false, exercise: market}
      - {key: m2-load, kind: worksheet, revision: 1, minutes: 9, complete: submitted, required: false, worksheet: load}
`)
	for _, lang := range []string{"en", "ru"} {
		replace("text/"+lang+"/course.yaml", "  m2-sheet:", "  m2-file: {title: File}\n  m2-table: {title: Table}\n  m2-load: {title: Load}\n")
	}
	return files
}

func TestSoundPracticeHasNoProblem(t *testing.T) {
	_, problems := check.Folder(folder(practised(t)), pack.DefaultLimits(), today)
	for _, p := range problems {
		t.Error(p)
	}
}

func TestPlantedFaultsOfPractice(t *testing.T) {
	const (
		crs, dsk, exc, sheet = "course.yaml", "desks/yard.yaml", "exercises/market.yaml", "worksheets/load.yaml"
		enDesk, ruDesk       = "text/en/desks/yard.yaml", "text/ru/desks/yard.yaml"
		enExc, ruExc         = "text/en/exercises/market.yaml", "text/ru/exercises/market.yaml"
	)
	for name, c := range map[string]struct {
		file, old, new string
		code, in, at   string // in: where the problem is told, if not in the file changed
	}{
		"unknown field":                  {dsk, "facts: [f1, f2]", "fact: [f1, f2]", "unknown-field", "", "fact: [f1"},
		"key that is not the file's":     {dsk, "key: yard", "key: gate", "key-and-name", "", "key: gate"},
		"desk of nothing":                {crs, "desk: yard", "desk: gate", "unknown-desk", "", "desk: gate"},
		"desk without pass mark":         {crs, "desk: yard, pass: 60", "desk: yard", "bad-pass", "", "{key: m2-file"},
		"activity without its desk":      {crs, "desk: yard, pass: 60", "pass: 60", "missing-field", "", "{key: m2-file"},
		"exercise with a desk":           {crs, "exercise: market", "exercise: market, desk: yard", "needless-field", "", "desk: yard}"},
		"exercise that is seen":          {crs, "minutes: 9, complete: submitted, required: false, exercise", "minutes: 9, complete: seen, required: false, exercise", "completion", "", "complete: seen, required: false, exercise"},
		"desk that nothing opens":        {crs, "desk: yard, pass: 60", "desk: none, pass: 60", "unused-desk", dsk, "key: yard"},
		"unknown kind of document":       {dsk, "kind: note", "kind: diary", "unknown-kind", "", "kind: diary"},
		"unknown fact":                   {dsk, "facts: [f3, f4]", "facts: [f3, f4, f9]", "unknown-fact", "", "f9"},
		"fact in two documents":          {dsk, "facts: [f3, f4]", "facts: [f3, f4, f1]", "fact-twice", "", "{key: note"},
		"fact in no document":            {dsk, "facts: [f3, f4]", "facts: [f3]", "never-shown", "", "{key: f4"},
		"fact that the text lacks":       {ruDesk, "[любит футбол](fact:f4)", "любит футбол", "fact-marks", "", "text: |\n      [Денег]"},
		"mark of another's fact":         {enDesk, "[likes football](fact:f4)", "[likes football](fact:f4) [x](fact:f1)", "fact-marks", "", "likes football](fact:f4) [x]"},
		"mark of an unknown fact":        {enDesk, "(fact:f3)", "(fact:f8)", "unknown-fact", "", "fact:f8"},
		"mark in a lesson":               {"text/en/lessons/m1-read.md", "He was told to stay.", "He was [told](fact:f1) to stay.", "bad-link", "", "fact:f1"},
		"document that cites":            {enDesk, "were paid.", "were paid [@palermo].", "document-form", "", "text: |\n      [No wages]"},
		"unknown element":                {dsk, "element: purpose", "element: aim", "unknown-element", "", "element: aim"},
		"means of a child":               {dsk, "key: yard", "key: yard\nchild: true", "child-means", "", "{key: f2, element"},
		"only facts that count":          {dsk, "element: none", "element: act", "all-facts-count", "", "key: yard"},
		"unknown weight":                 {dsk, "weight: strong", "weight: heavy", "unknown-weight", "", "weight: heavy"},
		"support from no fact":           {dsk, "weight: none", "weight: weak", "weight-and-facts", "", "{key: isolation"},
		"no right conclusion":            {dsk, "refer, right: true", "refer", "no-right-answer", "", "key: yard"},
		"right one that breaks a rule":   {dsk, "refer, right: true", "refer, right: true, source: palermo", "right-breaks-rule", "", "source: palermo}"},
		"rule of an unknown source":      {dsk, "source: palermo art. 3", "source: vienna", "unknown-source", "", "source: vienna"},
		"fact without feedback":          {ruDesk, ", feedback: Средство.", "", "missing-text", "", "f2: {"},
		"words of an unknown indicator":  {enDesk, "  isolation:", "  debt: {text: x}\n  isolation:", "extra-text", "", "debt: {"},
		"right conclusion is longest":    {enDesk, "Refer with consent", "Refer the person with full consent to somebody who can help with all of it", "right-is-longest", "", "refer: {"},
		"text of a desk missing":         {ruDesk, "", "", "missing-file", "", ""},
		"two parts":                      {exc, ", {key: ngo}", "", "parts", "", "key: market"},
		"part twice":                     {exc, "{key: ngo}", "{key: police}", "duplicate-key", "", "parts: ["},
		"choice with two right":          {exc, "{key: a, right: true}, {key: b}]}\n  - {key: share", "{key: a, right: true}, {key: b, right: true}]}\n  - {key: share", "no-right-answer", "", "{key: first"},
		"everything may be shared":       {exc, "kind: choices, options: [{key: a, right: true}, {key: b}]", "kind: choices, options: [{key: a, right: true}]", "no-right-answer", "", "{key: share"},
		"text with options":              {exc, "kind: text", "kind: text, options: [{key: a}]", "field-options", "", "{key: because"},
		"unknown kind of item":           {exc, "kind: text", "kind: number", "unknown-kind", "", "kind: number"},
		"option of an item without word": {ruExc, ", b: Рейд сегодня", "", "missing-text", "", "first: {"},
		"card missing":                   {ruExc, ", card: Вы знаете желание.", "", "missing-text", "", "ngo: {"},
		"card that cites nothing known":  {enExc, "address [@palermo]", "address [@vienna]", "unknown-source", "", "You know an address"},
		"unit of a table":                {sheet, "kind: table", "kind: table\n    unit: true", "needless-field", "", "unit: true\n    rows"},
		"number with rows":               {sheet, "unit: true}", "unit: true, rows: 3}", "needless-field", "", "{key: have"},
		"table without rows":             {sheet, "    rows: 12\n", "", "table-rows", "", "- key: cases"},
		"required table":                 {sheet, "rows: 12", "rows: 12\n    required: true", "needless-field", "", "required: true"},
		"sum of words":                   {sheet, "totals: [hours]", "totals: [label]", "unknown-column", "", "totals:"},
		"capacity that is no number":     {sheet, "capacity: have", "capacity: cases", "unknown-capacity", "", "capacity:"},
		"choice of nothing in a column":  {sheet, `, options: ["1", "2"]`, "", "field-options", "", "columns:"},
		"text in a column":               {sheet, "{key: label, kind: line}", "{key: label, kind: text}", "unknown-kind", "", "columns:"},
		"column without a word":          {"text/ru/worksheets/load.yaml", ", hours: Часы", "", "missing-text", "", "cases: {"},
		"unit without a word":            {"text/ru/worksheets/load.yaml", ", unit: часов в неделю", "", "missing-text", "", "have: {"},
		"no word for too much":           {"text/ru/worksheets/load.yaml", "over: Слишком много., ", "", "missing-text", "", "cases: {"},
	} {
		t.Run(name, func(t *testing.T) {
			files := practised(t)
			switch {
			case c.old == "":
				delete(files, c.file)
			case !strings.Contains(files[c.file], c.old):
				t.Fatalf("%q does not stand in %s", c.old, c.file)
			default:
				files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			}
			in := c.in
			if in == "" {
				in = c.file
			}
			line := lineOf(t, files[in], c.at)
			_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
			if !slices.ContainsFunc(problems, func(p courses.Problem) bool { return p.Code == c.code && p.Pos.File == in && p.Pos.Line == line }) {
				t.Errorf("no %s at %s:%d among\n%v", c.code, in, line, lines(problems))
			}
		})
	}
}

// Practice survives being kept as JSON, and being written as a zip and read again.
func TestPracticeRoundTrips(t *testing.T) {
	p, problems := pack.Read(folder(practised(t)), pack.DefaultLimits())
	if courses.HasErrors(problems) || p.Desks["yard"].Conclusions[2].Source != "palermo art. 3" || p.Exercises["market"].Parts[1].Card["ru"] != "Вы знаете о травме." ||
		p.Worksheets["load"].Fields[1].Columns[2].Options[1].Text["en"] != "Heavy" || p.Worksheets["load"].Fields[0].UnitWords["ru"] != "часов в неделю" {
		t.Fatalf("%+v %v", p.Desks["yard"], problems)
	}
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var kept pack.Package
	if err := json.Unmarshal(raw, &kept); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := kept.Write(&b, func(name string, _ pack.Asset) (io.ReadCloser, error) { return p.Files[name].Open() }); err != nil {
		t.Fatal(err)
	}
	again, problems := pack.ReadZip(bytes.NewReader(b.Bytes()), int64(b.Len()), pack.DefaultLimits())
	if courses.HasErrors(problems) || again.Digest() != p.Digest() {
		t.Errorf("another digest after the zip: %v", problems)
	}
}

// Whatever stands in a file of a desk, an exercise or a planner, reading and checking it ends, with every
// problem in a file.
func FuzzPractice(f *testing.F) {
	names := []string{"desks/yard.yaml", "text/en/desks/yard.yaml", "exercises/market.yaml", "text/ru/exercises/market.yaml", "worksheets/load.yaml", "text/en/worksheets/load.yaml"}
	base := practised(f)
	for i, name := range names {
		f.Add(uint8(i), []byte(base[name]))
	}
	f.Add(uint8(0), []byte("key: yard\nfacts: {f1: act}\ndocuments: [1]\n"))
	f.Add(uint8(1), []byte("documents: {contract: {title: x, text: '[a](fact:f1'}}"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		files := map[string]string{}
		for name, text := range base {
			files[name] = text
		}
		files[names[int(which)%len(names)]] = string(data)
		_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
		for _, p := range problems {
			if p.Pos.File == "" || p.Code == "" || p.Message == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}
