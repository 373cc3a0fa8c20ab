package pack

import (
	"reflect"

	"gopkg.in/yaml.v3"

	"mostik/courses"
	"mostik/courses/desk"
	"mostik/courses/exercise"
)

// practice reads the document desks and the multi-agency exercises.
func (r *reader) practice() {
	for _, name := range r.files("desks", ".yaml") {
		if d := r.yaml(name); d != nil {
			v := &desk.Desk{}
			d.into(v)
			r.named(name, v.Key)
			if r.p.Desks == nil {
				r.p.Desks = map[string]*desk.Desk{}
			}
			r.p.Desks[base(name)] = v
			r.asks(name, deskSegments(v))
		}
	}
	for _, name := range r.files("exercises", ".yaml") {
		if d := r.yaml(name); d != nil {
			v := &exercise.Exercise{}
			d.into(v)
			r.named(name, v.Key)
			if r.p.Exercises == nil {
				r.p.Exercises = map[string]*exercise.Exercise{}
			}
			r.p.Exercises[base(name)] = v
			r.asks(name, exerciseSegments(v))
		}
	}
}

func (p *Package) practiceNodes(nodes map[string]*yaml.Node, texts map[string][]segment) {
	for key, d := range p.Desks {
		name := "desks/" + key + ".yaml"
		nodes[name], texts[name] = encode(reflect.ValueOf(*d)), deskSegments(d)
	}
	for key, e := range p.Exercises {
		name := "exercises/" + key + ".yaml"
		nodes[name], texts[name] = encode(reflect.ValueOf(*e)), exerciseSegments(e)
	}
}

func deskSegments(d *desk.Desk) []segment {
	list := []segment{one("title", &d.Title), one("intro", &d.Intro), maybe("content_note", &d.ContentNote)}
	for i := range d.Documents {
		doc := &d.Documents[i]
		list = append(list, one("documents/"+doc.Key+"/title", &doc.Title), one("documents/"+doc.Key+"/text", &doc.Text))
	}
	pair := func(part, key string, text, feedback *courses.Text) {
		list = append(list, one(part+"/"+key+"/text", text), one(part+"/"+key+"/feedback", feedback))
	}
	for i := range d.Facts {
		pair("facts", d.Facts[i].Key, &d.Facts[i].Text, &d.Facts[i].Feedback)
	}
	for i := range d.Indicators {
		pair("indicators", d.Indicators[i].Key, &d.Indicators[i].Text, &d.Indicators[i].Feedback)
	}
	for i := range d.Conclusions {
		pair("conclusions", d.Conclusions[i].Key, &d.Conclusions[i].Text, &d.Conclusions[i].Feedback)
	}
	return list
}

func exerciseSegments(e *exercise.Exercise) []segment {
	list := []segment{one("title", &e.Title), one("intro", &e.Intro), maybe("content_note", &e.ContentNote), one("debrief", &e.Debrief)}
	for i := range e.Parts {
		p := &e.Parts[i]
		list = append(list, one("parts/"+p.Key+"/title", &p.Title), one("parts/"+p.Key+"/card", &p.Card))
	}
	for i := range e.Proposal {
		item := &e.Proposal[i]
		base := "proposal/" + item.Key
		list = append(list, one(base+"/label", &item.Label), maybe(base+"/help", &item.Help))
		for j := range item.Options {
			o := &item.Options[j]
			list = append(list, one(base+"/options/"+o.Key, &o.Text), one(base+"/feedback/"+o.Key, &o.Feedback))
		}
	}
	return list
}

// numberSegments are the words of a number's unit and of a table.
func numberSegments(base string, f *courses.Field) []segment {
	var list []segment
	if f.Unit {
		list = append(list, one(base+"/unit", &f.UnitWords))
	}
	for i := range f.Columns {
		c := &f.Columns[i]
		list = append(list, one(base+"/columns/"+c.Key, &c.Label))
		list = append(list, namedSegments(base+"/options/"+c.Key+"/", c.Options)...)
	}
	if f.Capacity != "" {
		list = append(list, one(base+"/over", &f.Over), one(base+"/within", &f.Within))
	}
	return list
}
