package check_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mostik/courses"
	"mostik/courses/check"
	"mostik/courses/pack"
)

func read(t *testing.T, files map[string]string) *pack.Package {
	t.Helper()
	p, problems := pack.Read(folder(files), pack.DefaultLimits())
	if courses.HasErrors(problems) {
		t.Fatal(lines(problems))
	}
	return p
}

func codes(problems []courses.Problem) []string {
	var list []string
	for _, p := range problems {
		list = append(list, p.Code)
	}
	return list
}

func TestReadings(t *testing.T) {
	got := check.Readings(read(t, sample(t)))
	if len(got) != 3 || got[0].Lang != "en" || got[1].Lang != "ru" || got[2].Lang != "kk" {
		t.Fatalf("one lesson in three languages: %+v", got)
	}
	for _, r := range got {
		if r.Words < 500 || r.Minutes < 3 || r.Sentences < 75 || r.Mean < 5 || r.Mean > 8 || r.Longest < 7 || r.Level != "A2" {
			t.Errorf("%+v", r)
		}
	}
}

func TestALessonThatReadsHard(t *testing.T) {
	files := sample(t)
	const file = "text/en/lessons/m1-read.md"
	hard := "International organisations systematically distinguish exploitation from irregular employment arrangements, notwithstanding overlapping characteristics. "
	files[file] = strings.Replace(files[file], strings.Repeat("So many words fill a page well. ", 75), strings.Repeat(hard, 38), 1)
	_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
	if !slices.Contains(codes(problems), "reads-hard") {
		t.Errorf("not told:\n%s", lines(problems))
	}
}

// Ten questions whose right option is the longest in English and the shortest in Russian.
func TestTheRightOptionIsToldByItsLength(t *testing.T) {
	files := sample(t)
	for i := range 10 {
		files["bank/all.yaml"] += fmt.Sprintf("- {key: q-more-%d, kind: single, tags: [m1], sources: [palermo], options: [{key: a}, {key: b, right: true}, {key: c}]}\n", i)
		files["text/en/bank/all.yaml"] += fmt.Sprintf("q-more-%d: {stem: Which, options: {a: short, b: longest, c: longer}, feedback: {a: No, b: Yes, c: No}}\n", i)
		files["text/ru/bank/all.yaml"] += fmt.Sprintf("q-more-%d: {stem: Что, options: {a: длинный, b: мал, c: длиннее}, feedback: {a: Нет, b: Да, c: Нет}}\n", i)
	}
	_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
	for code, file := range map[string]string{"longest-often-right": "text/en/bank", "shortest-often-right": "text/ru/bank"} {
		at := slices.IndexFunc(problems, func(p courses.Problem) bool { return p.Code == code })
		if at < 0 || problems[at].Pos.File != file {
			t.Errorf("%s is not told of %s:\n%s", code, file, lines(problems))
		}
	}
}

func TestOptionsUnlike(t *testing.T) {
	files := sample(t)
	files["text/ru/bank/all.yaml"] = strings.Replace(files["text/ru/bank/all.yaml"], "c: Сила}", "c: Сила и всё то остальное чем человека держат}", 1)
	_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
	if got := codes(problems); len(got) != 1 || got[0] != "options-unlike" {
		t.Errorf("got\n%s", lines(problems))
	}
}

func TestTickingEveryBoxPays(t *testing.T) {
	files := sample(t)
	files["bank/all.yaml"] = strings.Replace(files["bank/all.yaml"], "{key: c, right: true}]", "{key: c, right: true}, {key: d, right: true}]", 1)
	for _, lang := range []string{"en", "ru", "kk"} {
		name := "text/" + lang + "/bank/all.yaml"
		second := strings.Index(files[name], "q-two:")
		rest := strings.Replace(files[name][second:], "}\n  feedback: {", ", d: Same}\n  feedback: {d: Yes., ", 1)
		files[name] = files[name][:second] + rest
	}
	_, problems := check.Folder(folder(files), pack.DefaultLimits(), today)
	if got := codes(problems); len(got) != 1 || got[0] != "mostly-right" {
		t.Errorf("got\n%s", lines(problems))
	}
}

func TestOneTermOneWord(t *testing.T) {
	first, second := sample(t), sample(t)
	second["course.yaml"] = strings.Replace(second["course.yaml"], "key: sample", "key: other", 1)
	a := read(t, first)
	if found := check.Together([]*pack.Package{a, read(t, second)}); len(found) != 0 {
		t.Errorf("alike, and yet %v", found)
	}
	second["text/ru/glossary.yaml"] = strings.Replace(second["text/ru/glossary.yaml"], "долговая кабала", "долговая зависимость", 1)
	found := check.Together([]*pack.Package{a, read(t, second)})["other"]
	if len(found) != 1 || found[0].Code != "term-differs" || found[0].Pos.File != "text/ru/glossary.yaml" || found[0].Pos.Line != 1 {
		t.Errorf("got %v", found)
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	if err := check.Table(&b, []*pack.Package{read(t, sample(t))}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"| Sample | 2 | 11 | 1 | 7 | 2 | 1 | 3 | en ru | kk |",
		"| Questions | m1 | m2 | all |", "| single | 1 | 0 | 1 |", "| level 1 | 2 | 0 | 2 |", "| in kk | 2 | 0 | 2 |", "| all | 3 | 4 | 7 |",
		"Activities: 1 lesson, 3 quiz, 1 interview, 1 encounter, 1 survey, 1 selfcheck, 1 reflection, 1 worksheet, 1 file.",
	} {
		if !strings.Contains(b.String(), line+"\n") {
			t.Errorf("the table lacks %q:\n%s", line, b.String())
		}
	}
	if !strings.Contains(b.String(), "the deck `cases` of 2 cards") {
		t.Error("the table lacks the deck")
	}
}
