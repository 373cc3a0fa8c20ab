package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"

	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/quiz"
)

// Digest names the content: SHA-256, in hexadecimal, over the package's JSON, in which map keys are
// sorted. It is the same before and after the package was kept as JSON.
func (p *Package) Digest() string {
	data, err := json.Marshal(p)
	if err != nil {
		// Every field is a string, a number, a truth value, or a list or map of those.
		panic(fmt.Sprintf("pack: a package that is no JSON: %v", err))
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// LessonOptions gives what a text of the package may refer to. File places its problems.
func (p *Package) LessonOptions(lang courses.Lang, file string) lesson.Options {
	media := make(map[string]courses.Media, len(p.Course.Media))
	for _, m := range p.Course.Media {
		media[m.Key] = m
	}
	return lesson.Options{Lang: lang, File: file, Sources: p.Sources, Terms: p.Glossary, Figures: p.Figures, Media: media}
}

// Lesson renders a lesson in a language, or in the source language where it is missing there; false if
// there is no such lesson. Rendering costs: keep the result with the version. mediaURL may be nil.
func (p *Package) Lesson(lang courses.Lang, activity string, mediaURL func(file string) string) (lesson.Lesson, bool) {
	text, ok := p.Lessons[lang][activity]
	if !ok && len(p.Course.Languages) > 0 {
		lang = p.Course.Languages[0]
		text, ok = p.Lessons[lang][activity]
	}
	if !ok {
		return lesson.Lesson{}, false
	}
	o := p.LessonOptions(lang, LessonFile(lang, activity))
	o.MediaURL = mediaURL
	l, _ := lesson.Render(text, o)
	return l, true
}

// PaperOptions gives what a paper may refer to: what a lesson may, and decks of cards.
func (p *Package) PaperOptions(lang courses.Lang, file string) lesson.Options {
	o := p.LessonOptions(lang, file)
	o.Decks = p.Decks
	if o.Decks == nil {
		o.Decks = map[string]*courses.Deck{}
	}
	return o
}

// LessonFile is where a lesson's text lies in the package.
func LessonFile(lang courses.Lang, activity string) string {
	return "text/" + string(lang) + "/lessons/" + activity + ".md"
}

// documents gives every text of the package as a file.
func (p *Package) documents() (map[string][]byte, error) {
	files := map[string][]byte{}
	texts := map[string][]segment{}
	put := func(name string, n *yaml.Node) error {
		var b bytes.Buffer
		enc := yaml.NewEncoder(&b)
		enc.SetIndent(2)
		if err := enc.Encode(n); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		files[name] = b.Bytes()
		return nil
	}
	nodes := map[string]*yaml.Node{"course.yaml": encode(reflect.ValueOf(p.Course))}
	texts["course.yaml"] = courseSegments(&p.Course)
	if len(p.Sources) > 0 {
		nodes["sources.yaml"] = withoutKeys(encode(reflect.ValueOf(p.Sources)))
	}
	p.bankNodes(nodes, texts)
	for key, s := range p.Scenarios {
		name := "scenarios/" + key + ".yaml"
		nodes[name], texts[name] = withKind(encode(reflect.ValueOf(*s)), courses.Interview), scenarioSegments(s)
	}
	for key, e := range p.Encounters {
		name := "scenarios/" + key + ".yaml"
		nodes[name], texts[name] = withKind(encode(reflect.ValueOf(*e)), courses.Encounter), encounterSegments(e)
	}
	for key, s := range p.Surveys {
		name := "surveys/" + key + ".yaml"
		nodes[name], texts[name] = encode(reflect.ValueOf(*s)), surveySegments(s)
	}
	for key, w := range p.Worksheets {
		name := "worksheets/" + key + ".yaml"
		nodes[name], texts[name] = encode(reflect.ValueOf(*w)), worksheetSegments(w)
	}
	for key, d := range p.Decks {
		name := "decks/" + key + ".yaml"
		nodes[name], texts[name] = encode(reflect.ValueOf(*d)), deckSegments(d)
	}
	p.practiceNodes(nodes, texts)
	for country, o := range p.Overlays {
		name := "overlays/" + strings.ToLower(country) + ".yaml"
		nodes[name], texts[name] = encode(reflect.ValueOf(o)), overlaySegments(&o)
	}
	for _, key := range sorted(p.Figures) {
		f := p.Figures[key]
		files["figures/"+key+".svg"] = []byte(f.SVG)
		texts["figures.yaml"] = append(texts["figures.yaml"], figureSegments(&f)...)
	}
	for _, key := range sorted(p.Glossary) {
		t := p.Glossary[key]
		texts["glossary.yaml"] = append(texts["glossary.yaml"], termSegments(&t)...)
	}
	for name, n := range nodes {
		if err := put(name, n); err != nil {
			return nil, err
		}
	}
	for _, lang := range p.Course.AllLanguages() {
		for name, segments := range texts {
			if tree := textTree(segments, lang); len(tree.Content) > 0 {
				if err := put("text/"+string(lang)+"/"+name, tree); err != nil {
					return nil, err
				}
			}
		}
		for activity, text := range p.Lessons[lang] {
			files[LessonFile(lang, activity)] = []byte(text)
		}
		for paper, text := range p.Papers[lang] {
			files[PaperFile(lang, paper)] = []byte(text)
		}
	}
	return files, nil
}

// bankNodes keeps questions in the files they came from, or in one.
func (p *Package) bankNodes(nodes map[string]*yaml.Node, texts map[string][]segment) {
	groups := map[string][]quiz.Question{}
	for i := range p.Bank {
		name := p.Bank[i].Pos.File
		if !strings.HasPrefix(name, "bank/") {
			name = "bank/questions.yaml"
		}
		groups[name] = append(groups[name], p.Bank[i])
		texts[name] = append(texts[name], questionSegments(&p.Bank[i])...)
	}
	for name, list := range groups {
		nodes[name] = encode(reflect.ValueOf(list))
	}
}

func withKind(n *yaml.Node, kind courses.Kind) *yaml.Node {
	n.Content = append([]*yaml.Node{scalar("kind"), scalar(string(kind))}, n.Content...)
	return n
}

// withoutKeys leaves out the key field of entries that stand under their key.
func withoutKeys(n *yaml.Node) *yaml.Node {
	for i := 1; i < len(n.Content); i += 2 {
		entry := n.Content[i]
		for j := 0; j+1 < len(entry.Content); j += 2 {
			if entry.Content[j].Value == "key" {
				entry.Content = append(entry.Content[:j], entry.Content[j+2:]...)
				break
			}
		}
	}
	return n
}

// textTree builds the nested form of a text file from paths.
func textTree(segments []segment, lang courses.Lang) *yaml.Node {
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, s := range segments {
		words := s.get(lang)
		if len(words) == 0 {
			continue
		}
		value := scalar(words[0])
		if s.list {
			value = &yaml.Node{Kind: yaml.SequenceNode}
			for _, w := range words {
				value.Content = append(value.Content, scalar(w))
			}
		}
		parts := strings.Split(s.path, "/")
		n := root
		for _, part := range parts[:len(parts)-1] {
			n = child(n, part)
		}
		n.Content = append(n.Content, scalar(parts[len(parts)-1]), value)
	}
	return root
}

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	c := &yaml.Node{Kind: yaml.MappingNode}
	n.Content = append(n.Content, scalar(key), c)
	return c
}
