package check_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"mostik/courses"
	"mostik/courses/check"
	"mostik/courses/pack"
)

var today = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// sample gives the sound course of testdata as files. Its lessons are filled up to their due length.
func sample(t testing.TB) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/sample.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range txtar.Parse(data).Files {
		files[f.Name] = strings.Replace(string(f.Data), "WORDS", strings.Repeat("So many words fill a page well. ", fill(f.Name)), 1)
	}
	return files
}

// fill is how many sentences of seven words make a text of its kind long enough.
func fill(name string) int {
	if strings.Contains(name, "/papers/") {
		return 28
	}
	return 75
}

func folder(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, data := range files {
		m[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return m
}

func TestSoundCourseHasNoProblem(t *testing.T) {
	_, problems := check.Folder(folder(sample(t)), pack.DefaultLimits(), today)
	for _, p := range problems {
		t.Error(p)
	}
}

// lineOf gives the line on which a text stands for the first time, from 1; 0 for "".
func lineOf(t *testing.T, content, text string) int {
	t.Helper()
	if text == "" {
		return 0
	}
	i := strings.Index(content, text)
	if i < 0 {
		t.Fatalf("%q stands nowhere", text)
	}
	return 1 + strings.Count(content[:i], "\n")
}

// Each fault is planted alone by replacing old by new in a file (an empty
// old removes the file, or adds it with new in it). The
// check names the file and the line on which the text at stands; with at empty, the file as a whole.
func TestPlantedFaults(t *testing.T) {
	const (
		crs, bank, talk, desk = "course.yaml", "bank/all.yaml", "scenarios/cleaner.yaml", "scenarios/desk.yaml"
		enBank, ruBank        = "text/en/bank/all.yaml", "text/ru/bank/all.yaml"
		enRead, ruRead        = "text/en/lessons/m1-read.md", "text/ru/lessons/m1-read.md"
	)
	for name, c := range map[string]struct {
		file, old, new string
		code           string
		in, at         string // in: where the problem is told, if not in the file changed
	}{
		"syntax of YAML":                    {bank, "kind: truefalse", "kind: [truefalse", "yaml-syntax", "", "kind: [truefalse"},
		"alias":                             {bank, "tags: [m1]\n  sources: [palermo art. 3]", "tags: &t [m1]\n  sources: [palermo art. 3]", "yaml-alias", "", "tags: &t"},
		"unknown field":                     {crs, "    requires: [m1]\n", "    require: [m1]\n", "unknown-field", "", "require: [m1]"},
		"field twice":                       {crs, "hours: 1\n", "hours: 1\nhours: 2\n", "duplicate-key", "", "hours: 2"},
		"no number":                         {crs, "revision: 1\n        minutes: 14", "revision: one\n        minutes: 14", "wrong-value", "", "revision: one"},
		"activity key twice":                {crs, "key: m2-survey", "key: m2-sheet", "duplicate-key", "", "key: m2-sheet, kind: survey"},
		"key with capitals":                 {crs, "- key: final", "- key: Final", "bad-key", "", "- key: Final"},
		"unknown kind of activity":          {crs, "kind: encounter, rev", "kind: meeting, rev", "unknown-kind", "", "kind: meeting"},
		"self-check that counts":            {crs, "complete: none, required: false", "complete: seen", "completion", "", "complete: seen, survey"},
		"requirement of nothing":            {crs, "requires: [m1-read]", "requires: [m1-red]", "unknown-requirement", "", "m1-red"},
		"requirements in a circle":          {crs, "complete: score, scenario: cleaner", "complete: score, requires: [m2], scenario: cleaner", "requirement-cycle", "", "requires: [m2]"},
		"unknown scenario":                  {crs, "scenario: desk", "scenario: office", "unknown-scenario", "", "scenario: office"},
		"unknown question":                  {crs, "items: [q-one, q-two]", "items: [q-one, q-six]", "unknown-question", "", "q-six"},
		"pre and post with other items":     {crs, "items: [q-two, q-one]", "items: [q-two, q-true]", "pair-items", "", "items: [q-two, q-true]"},
		"pre without post":                  {crs, "purpose: post", "purpose: practice", "pair", "", "pair: baseline"},
		"draw that the bank cannot fill":    {crs, "{tags: [m2], count: 2}", "{tags: [m2], count: 9}", "draw-too-large", "", "count: 9"},
		"draw at a level that nothing has":  {crs, "level: 1, count: 1", "level: 3, count: 1", "draw-too-large", "", "level: 3"},
		"draw at no level":                  {crs, "level: 1, count: 1", "level: 4, count: 1", "bad-draw", "", "level: 4"},
		"draw from a thin bank":             {crs, "{tags: [m2], count: 2}", "{tags: [m2], count: 3}", "thin-draw", "", "count: 3"},
		"partial language that is complete": {crs, "partial: {kk: [m1]}", "partial: {kk: [m1], ru: [m1]}", "partial-and-complete", "", "partial:"},
		"partial language of no module":     {crs, "partial: {kk: [m1]}", "partial: {kk: [m7]}", "unknown-module", "", "partial:"},
		"partial language without modules":  {crs, "partial: {kk: [m1]}", "partial: {kk: []}", "empty-partial", "", "partial:"},
		"partial language lacks a lesson":   {"text/kk/lessons/m1-read.md", "", "", "missing-file", "", ""},
		"partial language lacks an item":    {"text/kk/bank/all.yaml", "  stem: Мұның қайсысы — құрал?\n", "", "missing-text", "", "q-two:"},
		"partial language lacks a talk":     {"text/kk/scenarios/desk.yaml", "", "", "missing-file", "", ""},
		"partial language lacks a figure":   {"text/kk/figures.yaml", "", "", "missing-file", "", ""},
		"partial language lacks a title":    {"text/kk/course.yaml", "  m1-meet: {title: Кездесу}\n", "", "missing-text", "", "activities:"},
		"partial language lacks the terms":  {"text/kk/glossary.yaml", "", "", "missing-file", "", ""},
		"paper of a partial language":       {"text/kk/course.yaml", "papers: {m1-handout: {title: Жадынама}}\n", "", "missing-text", "", ""},
		"other order in a partial language": {"text/kk/lessons/m1-read.md", "> [!KEY] Запомните", "> [!CARE] Запомните", "skeleton", "", "> [!CARE]"},
		"review of an unknown language":     {crs, "reviewed: [en]", "reviewed: [en, sk]", "unknown-language", "", "reviewed:"},
		"paper of an unknown kind":          {crs, "kind: game}", "kind: play}", "unknown-kind", "", "kind: play"},
		"handout of an unknown module":      {crs, "module: m1}", "module: m9}", "unknown-module", "", "module: m9"},
		"handout of no module":              {crs, ", module: m1}", "}", "missing-field", "", "{key: m1-handout"},
		"paper twice":                       {crs, "key: game", "key: m1-handout", "duplicate-key", "", "key: m1-handout, kind: game"},
		"paper missing in a language":       {"text/ru/papers/game.md", "", "", "missing-file", "", ""},
		"paper with other headings":         {"text/ru/papers/game.md", "{#rules}", "{#rule}", "skeleton", "", "## Правила"},
		"handout too long for a page":       {"text/en/papers/m1-handout.md", "Consent settles nothing", strings.Repeat("Consent settles nothing. ", 60), "handout-length", "", "## Remember"},
		"unknown deck":                      {"text/en/papers/game.md", "::cards[cases]", "::cards[case]", "unknown-deck", "", "::cards[case]"},
		"cards in a lesson":                 {enRead, "![](media:welcome)", "![](media:welcome)\n\n::cards[cases]\n", "cards-outside-paper", "", "::cards[cases]"},
		"deck that no paper prints":         {"decks/spare.yaml", "", "key: spare\ncards: [{key: c1, kind: help}]\n", "unused-deck", "", "key: spare"},
		"card of no kind":                   {"decks/cases.yaml", "{key: c2, kind: help}", "{key: c2, kind: Help-1}", "bad-kind", "", "kind: Help-1"},
		"card without words":                {"text/ru/decks/cases.yaml", ", text: Она приходит вместе.", "", "missing-text", "", "cards:"},
		"card with too many words":          {"text/en/decks/cases.yaml", "Nobody reads it.", strings.Repeat("Nobody reads it. ", 16), "card-length", "", "cards:"},
		"card without its back":             {"text/ru/decks/cases.yaml", ", back: Сначала спросите.", "", "missing-text", "", "cards:"},
		"card that cites":                   {"text/en/decks/cases.yaml", "Nobody reads it.", "'Nobody reads it [@palermo].'", "card-cites", "", "cards:"},
		"score without pass mark":           {crs, "          pass: 75\n", "", "bad-pass", "", "quiz:\n          purpose: final"},
		"hours and minutes":                 {crs, "hours: 1\n", "hours: 9\n", "hours-and-minutes", "", "hours: 9"},
		"country without overlay":           {crs, "countries: [KZ, TJ]", "countries: [KZ, TJ, SK]", "missing-overlay", "", "countries:"},
		"film without captions":             {crs, ", ru: media/welcome.ru.vtt", "", "no-captions", "", "{key: welcome"},
		"film without transcript":           {crs, ", transcript: true", "", "no-transcript", "", "{key: welcome"},
		"film that is not there":            {crs, "file: media/welcome.webm", "file: media/hello.webm", "missing-file", "", "media/hello.webm"},
		"question key twice":                {bank, "key: q-true", "key: q-two", "duplicate-key", "", "key: q-two\n  kind: truefalse"},
		"question without source":           {bank, "  sources: [palermo art. 3]\n", "", "no-source", "", "- key: q-one"},
		"question with unknown source":      {bank, "[palermo art. 3]", "[vienna art. 3]", "unknown-source", "", "vienna"},
		"no right option":                   {bank, "{key: b, right: true}, {key: c}]", "{key: b}, {key: c}]", "no-right-answer", "", "- key: q-one"},
		"two right options":                 {bank, "options: [{key: a}, {key: b, right", "options: [{key: a, right: true}, {key: b, right", "no-right-answer", "", "- key: q-one"},
		"item in no category":               {bank, "in: means", "in: purpose", "no-right-answer", "", "in: purpose"},
		"gap without right option":          {bank, "{key: a, right: true}, {key: b}]}", "{key: a}, {key: b}]}", "no-right-answer", "", "{key: g1"},
		"question that nothing asks":        {bank, "key: q-true\n  kind: truefalse\n  level: 1\n  tags: [m1]", "key: q-true\n  kind: truefalse\n  level: 1\n  tags: [m9]", "unused-question", "", "- key: q-true"},
		"option without feedback":           {enBank, "    c: Neither.\n", "", "missing-text", "", "feedback:\n    a: A means."},
		"missing translation of a segment":  {ruBank, "  stem: Соедините.\n", "", "missing-text", "", "q-match:"},
		"empty translation":                 {ruBank, "stem: Соедините.", "stem: ''", "empty-text", "", "stem: ''"},
		"segment too many":                  {ruBank, "    c: Ни то, ни другое.\n", "    c: Ни то, ни другое.\n    d: Лишнее.\n", "extra-text", "", "d: Лишнее."},
		"words for an unknown question":     {ruBank, "q-order: {", "q-nine: {stem: Лишний}\nq-order: {", "extra-text", "", "q-nine"},
		"all of the above":                  {enBank, "c: Debt}", "c: All of the above}", "all-of-the-above", "", "All of the above"},
		"all of the above in Russian":       {ruBank, "c: Долг}", "c: Всё перечисленное}", "all-of-the-above", "", "Всё перечисленное"},
		"right option is longest":           {enBank, "b: Harbouring", "b: Harbouring a person in a house or a flat that nobody else may enter", "right-is-longest", "", "b: Harbouring"},
		"gap that the text lacks":           {ruBank, "{{g2}} не", "Средства не", "cloze-gaps", "", "Средства не"},
		"mark that the translation changed": {ruBank, "stem: Рассортируйте.", "stem: Рассортируйте {{all}}.", "placeholder", "", "{{all}}"},
		"unknown source in feedback":        {enBank, "Yes [@palermo].", "Yes [@vienna].", "unknown-source", "", "[@vienna]"},
		"raw HTML in a stem":                {enBank, "stem: Match.", "stem: Match <b>these</b>.", "raw-html", "", "<b>these"},
		"translation file missing":          {"text/ru/worksheets/map.yaml", "", "", "missing-file", "", ""},
		"lesson missing in a language":      {ruRead, "", "", "missing-file", "", ""},
		"lesson without heading's anchor":   {enRead, " {#three-elements}", "", "heading-anchor", "", "## Three"},
		"order of blocks differs":           {ruRead, "::overlay[definition]\n\n::overlay[contacts]", "::overlay[contacts]\n\n::overlay[definition]", "skeleton", "", "::overlay[contacts]"},
		"callout of another kind":           {ruRead, "[!KEY]", "[!CARE]", "skeleton", "", "[!CARE]"},
		"unknown source in a lesson":        {enRead, "[@palermo art. 3(a)]", "[@vienna]", "unknown-source", "", "[@vienna]"},
		"unknown term":                      {ruRead, "(term:debt)", "(term:dept)", "unknown-term", "", "term:dept"},
		"unknown figure":                    {enRead, "figure:three", "figure:four", "unknown-figure", "", "figure:four"},
		"unknown overlay":                   {enRead, "::overlay[contacts]", "::overlay[shelters]", "unknown-overlay", "", "::overlay[shelters]"},
		"raw HTML":                          {enRead, "He was told", "He was <i>told", "raw-html", "", "<i>told"},
		"part left open":                    {enRead, "stay.\n:::", "stay.\n", "sensitive-open", "", "::: sensitive"},
		"long sentence":                     {enRead, "He was told to stay.", "He was told to stay and " + strings.Repeat("not to go and ", 8) + "to wait.", "long-sentence", "", "He was told"},
		"short lesson":                      {enRead, strings.Repeat("So many words fill a page well. ", 60), "", "lesson-length", "", "## Three"},
		"part without a note on the page":   {crs, ", sensitive: true", "", "not-marked-sensitive", "", "key: m1-read"},
		"page that takes longer":            {crs, "minutes: 4, complete: seen", "minutes: 1, complete: seen", "reading-minutes", ruRead, "## Три"},
		"unknown node":                      {talk, "{key: b, to: n4}", "{key: b, to: n8}", "unknown-node", "", "to: n8"},
		"node without a way on":             {talk, "  - key: n4\n    end: left\n", "  - key: n4\n", "dead-end", "", "- key: n4"},
		"node that nobody comes to":         {talk, "{key: b, to: n2, trust", "{key: b, to: n2, trust: 0}\n  - key: n7\n    choices:\n      - {key: a, to: n2, trust", "unreachable-node", "", "- key: n7"},
		"end that nobody comes to":          {talk, "  - key: n4\n    end: left\n", "  - key: n4\n    end: left\n  - key: n5\n    end: harmed\n", "unreachable-end", "", "- key: n5"},
		"condition that never holds":        {talk, "trust_at_least: 40", "trust_at_least: 90", "unreachable-branch", "", "trust_at_least: 90"},
		"no passing path":                   {talk, "does: [made-safe]}", "does: [made-safe], faults: [{principle: no-promises, weight: 3}]}", "no-passing-path", "", "{key: notices"},
		"fault without principle":           {talk, "principle: no-promises, weight", "principle: be-kind, weight", "unknown-principle", "", "be-kind"},
		"principle without source":          {talk, "{source: who principle 3}", "{source: ''}", "no-source", "", "no-promises: {source: ''}"},
		"fault of weight 4":                 {talk, "weight: 2", "weight: 4", "bad-weight", "", "weight: 4"},
		"owed step that no choice does":     {talk, "owes: [made-safe, referred]", "owes: [made-safe, consent]", "unknown-step", "", "consent"},
		"unknown indicator":                 {talk, "shows: [wages]", "shows: [debts]", "unknown-indicator", "", "debts"},
		"means of a child":                  {talk, "kind: interview\n", "kind: interview\nchild: true\n", "child-means", "", "f-means, element"},
		"encounter in a circle":             {desk, "{key: b, choices: [{key: x, to: c}]}", "{key: b, choices: [{key: x, to: b}]}", "dead-end", "", "{key: b"},
		"overlay without source":            {"overlays/kz.yaml", "sources: [law art. 1], ", "", "no-source", "", "key: definition"},
		"overlay without review date":       {"overlays/kz.yaml", ", review_by: 2027-07-01", "", "no-review-date", "", "key: definition"},
		"overlay past its review date":      {"overlays/kz.yaml", "review_by: 2027-07-01", "review_by: 2026-07-01", "review-overdue", "", "2026-07-01"},
		"no date":                           {"overlays/kz.yaml", "as_of: 2024-07-05", "as_of: 5 July 2024", "bad-date", "", "5 July"},
		"countries with other blocks":       {"overlays/tj.yaml", "key: contacts, kind", "key: helpers, kind", "blocks-differ", "", "blocks:"},
		"script in a drawing":               {"figures/three.svg", "</svg>", "<script>x</script></svg>", "svg-forbidden", "", "<script>"},
		"colour in a drawing":               {"figures/three.svg", "class=\"paper\"", "fill=\"#fff\"", "svg-colour", "", "#fff"},
		"drawing's label missing":           {"text/ru/figures.yaml", ", labels: {act: Действие}", "", "missing-text", "", "three:"},
		"scale of an unknown item":          {"surveys/strain.yaml", "items: [p1, p2], min", "items: [p1, p3], min", "unknown-item", "", "p3"},
		"frame with too few answers":        {"text/ru/surveys/strain.yaml", "[Всегда, Иногда, Никогда]", "[Всегда, Никогда]", "list-length", "", "frames:"},
		"choice without options":            {"worksheets/map.yaml", ", options: [x, y]", "", "field-options", "", "key: how"},
		"source that nothing cites":         {"sources.yaml", "law:\n", "spare: {title: Spare}\nlaw:\n", "unused-source", "", "spare:"},
		"glossary term not translated":      {"text/ru/glossary.yaml", "debt:", "dept:", "extra-text", "", "dept:"},
		"stray file":                        {"bank/notes.doc", "", "notes", "stray-file", "", ""},
		"film in an unknown form":           {"media/welcome.avi", "", "bytes", "media-type", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			files := sample(t)
			switch {
			case c.old == "" && c.new == "":
				delete(files, c.file)
			case c.old == "":
				files[c.file] = c.new
			default:
				if !strings.Contains(files[c.file], c.old) {
					t.Fatalf("%q does not stand in %s", c.old, c.file)
				}
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

func lines(problems []courses.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func TestUncitedLesson(t *testing.T) {
	files := sample(t)
	const file = "text/en/lessons/m1-read.md"
	files[file] = "## Three elements {#three-elements}\n\n" + strings.Repeat("Nobody says where this comes from. ", 90)
	_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
	if !slices.ContainsFunc(problems, func(p courses.Problem) bool {
		return p.Code == "uncited-lesson" && p.Pos.File == file && p.Pos.Line == 1
	}) {
		t.Errorf("not told:\n%s", lines(problems))
	}
}

func TestKeysNotSpread(t *testing.T) {
	files := sample(t)
	for i := range 9 {
		files["bank/all.yaml"] += fmt.Sprintf("- {key: q-more-%d, kind: single, tags: [m1], sources: [palermo], options: [{key: a}, {key: b, right: true}, {key: c}]}\n", i)
	}
	_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
	if !slices.ContainsFunc(problems, func(p courses.Problem) bool { return p.Code == "keys-not-spread" && p.Pos.File == "bank" }) {
		t.Errorf("not told:\n%s", lines(problems))
	}
}

// A package that was kept as JSON is checked alike; it only cannot say where.
func TestCheckAfterJSON(t *testing.T) {
	files := sample(t)
	files["overlays/kz.yaml"] = strings.Replace(files["overlays/kz.yaml"], "2027-07-01", "2020-07-01", 1)
	p, _ := check.Folder(folder(files), pack.DefaultLimits(), today)
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var kept pack.Package
	if err := json.Unmarshal(data, &kept); err != nil {
		t.Fatal(err)
	}
	problems := check.Check(&kept, today)
	if len(problems) != 1 || problems[0].Code != "review-overdue" {
		t.Errorf("got\n%s", lines(problems))
	}
}
