package pack

import (
	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/quiz"
	"mostik/courses/scale"
	"mostik/courses/scenario"
)

// segment is one place of a text file: its path there, and the value it fills.
type segment struct {
	path     string
	optional bool
	list     bool
	get      func(courses.Lang) []string
	set      func(courses.Lang, []string)
}

func one(path string, t *courses.Text) segment {
	return segment{
		path: path,
		get: func(l courses.Lang) []string {
			if s, ok := (*t)[l]; ok {
				return []string{s}
			}
			return nil
		},
		set: func(l courses.Lang, v []string) {
			if *t == nil {
				*t = courses.Text{}
			}
			(*t)[l] = v[0]
		},
	}
}

func maybe(path string, t *courses.Text) segment {
	s := one(path, t)
	s.optional = true
	return s
}

func many(path string, t *courses.Texts) segment {
	return segment{
		path: path, list: true,
		get: func(l courses.Lang) []string { return (*t)[l] },
		set: func(l courses.Lang, v []string) {
			if *t == nil {
				*t = courses.Texts{}
			}
			(*t)[l] = v
		},
	}
}

// in fills an entry of a map of texts.
func in(path string, m *map[string]courses.Text, key string) segment {
	return segment{
		path: path,
		get: func(l courses.Lang) []string {
			if s, ok := (*m)[key][l]; ok {
				return []string{s}
			}
			return nil
		},
		set: func(l courses.Lang, v []string) {
			if *m == nil {
				*m = map[string]courses.Text{}
			}
			if (*m)[key] == nil {
				(*m)[key] = courses.Text{}
			}
			(*m)[key][l] = v[0]
		},
	}
}

func manyIn(path string, m *map[string]courses.Texts, key string) segment {
	return segment{
		path: path, list: true,
		get: func(l courses.Lang) []string { return (*m)[key][l] },
		set: func(l courses.Lang, v []string) {
			if *m == nil {
				*m = map[string]courses.Texts{}
			}
			if (*m)[key] == nil {
				(*m)[key] = courses.Texts{}
			}
			(*m)[key][l] = v
		},
	}
}

func courseSegments(c *courses.Course) []segment {
	list := []segment{one("title", &c.Title), one("summary", &c.Summary), one("audience", &c.Audience), many("outcomes", &c.Outcomes)}
	for i := range c.Modules {
		m := &c.Modules[i]
		list = append(list, one("modules/"+m.Key+"/title", &m.Title), maybe("modules/"+m.Key+"/summary", &m.Summary))
		for j := range m.Activities {
			list = append(list, activitySegments(&m.Activities[j])...)
		}
	}
	for i := range c.Papers {
		list = append(list, one("papers/"+c.Papers[i].Key+"/title", &c.Papers[i].Title))
	}
	return list
}

func activitySegments(a *courses.Activity) []segment {
	prompt := one("activities/"+a.Key+"/prompt", &a.Prompt)
	prompt.optional = a.Kind != courses.Reflection && a.Kind != courses.Discussion
	list := []segment{one("activities/"+a.Key+"/title", &a.Title), prompt}
	for i := range a.Rubric {
		c := &a.Rubric[i]
		base := "rubrics/" + a.Key + "/" + c.Key
		list = append(list, one(base+"/title", &c.Title), many(base+"/levels", &c.Levels))
	}
	return list
}

func questionSegments(q *quiz.Question) []segment {
	var list []segment
	for _, s := range q.Segments() {
		path := q.Key + "/" + s.Path
		seg := in(path, &q.Words, s.Path)
		if s.List {
			seg = manyIn(path, &q.Accepted, s.Path)
		}
		seg.optional = s.Optional
		list = append(list, seg)
	}
	return list
}

func personSegments(p *scenario.Person, optional bool) []segment {
	name, about := one("person/name", &p.Name), one("person/about", &p.About)
	name.optional, about.optional = optional, optional
	return []segment{name, about}
}

func scenarioSegments(s *scenario.Scenario) []segment {
	list := append([]segment{one("title", &s.Title)}, personSegments(&s.Person, false)...)
	list = append(list, one("intro", &s.Intro), maybe("content_note", &s.ContentNote))
	for i := range s.Roles {
		r := &s.Roles[i]
		list = append(list, one("roles/"+r.Key+"/title", &r.Title), one("roles/"+r.Key+"/task", &r.Task))
	}
	for i := range s.Indicators {
		list = append(list, one("indicators/"+s.Indicators[i].Key, &s.Indicators[i].Text))
	}
	for key := range s.Principles {
		list = append(list, principleSegment(s, key))
	}
	for i := range s.Facts {
		list = append(list, one("facts/"+s.Facts[i].Key, &s.Facts[i].Text))
	}
	for _, step := range steps(s) {
		list = append(list, in("steps/"+step, &s.Steps, step))
	}
	for i := range s.Nodes {
		list = append(list, nodeSegments(&s.Nodes[i])...)
	}
	return list
}

// principleSegment writes back into the map, whose entries are values.
func principleSegment(s *scenario.Scenario, key string) segment {
	seg := one("principles/"+key, nil)
	seg.get = func(l courses.Lang) []string {
		if t, ok := s.Principles[key].Text[l]; ok {
			return []string{t}
		}
		return nil
	}
	seg.set = func(l courses.Lang, v []string) {
		p := s.Principles[key]
		if p.Text == nil {
			p.Text = courses.Text{}
		}
		p.Text[l] = v[0]
		s.Principles[key] = p
	}
	return seg
}

// steps lists what choices do and roles owe, in the order written.
func steps(s *scenario.Scenario) []string {
	seen := map[string]bool{}
	var out []string
	add := func(keys []string) {
		for _, k := range keys {
			if !seen[k] {
				seen[k] = true
				out = append(out, k)
			}
		}
	}
	for _, r := range s.Roles {
		add(r.Owes)
	}
	for _, n := range s.Nodes {
		for _, c := range n.Choices {
			add(c.Does)
		}
	}
	return out
}

func nodeSegments(n *scenario.Node) []segment {
	base := "nodes/" + n.Key
	says, ending := one(base+"/says", &n.Says), one(base+"/ending", &n.Ending)
	says.optional, ending.optional = n.End != "", n.End == ""
	list := []segment{maybe(base+"/scene", &n.Scene), says, ending}
	for i := range n.Choices {
		c := &n.Choices[i]
		list = append(list, one(base+"/choices/"+c.Key+"/say", &c.Say), one(base+"/choices/"+c.Key+"/comment", &c.Comment))
	}
	return list
}

func encounterSegments(e *scenario.Encounter) []segment {
	list := append([]segment{one("title", &e.Title)}, personSegments(&e.Person, true)...)
	list = append(list, maybe("intro", &e.Intro), maybe("content_note", &e.ContentNote))
	for i := range e.Nodes {
		n := &e.Nodes[i]
		base := "nodes/" + n.Key
		list = append(list, maybe(base+"/scene", &n.Scene), maybe(base+"/says", &n.Says), maybe(base+"/ending", &n.Ending))
		for j := range n.Choices {
			c := &n.Choices[j]
			list = append(list, one(base+"/choices/"+c.Key+"/say", &c.Say), maybe(base+"/choices/"+c.Key+"/comment", &c.Comment))
		}
	}
	return list
}

func surveySegments(s *scale.Survey) []segment {
	list := []segment{one("title", &s.Title), one("intro", &s.Intro)}
	source := one("source", &s.Source)
	source.optional = s.Instrument == ""
	list = append(list, source)
	for i := range s.Items {
		item := &s.Items[i]
		base := "items/" + item.Key
		low, high := one(base+"/low", &item.Low), one(base+"/high", &item.High)
		low.optional, high.optional = item.Kind != scale.Scale, item.Kind != scale.Scale
		list = append(list, one(base+"/stem", &item.Stem), low, high)
		list = append(list, namedSegments(base+"/options/", item.Options)...)
	}
	for _, key := range sorted(s.Frames) {
		list = append(list, manyIn("frames/"+key, &s.FrameWords, key))
	}
	for i := range s.Scales {
		sub := &s.Scales[i]
		list = append(list, one("scales/"+sub.Key+"/title", &sub.Title), maybe("scales/"+sub.Key+"/about", &sub.About))
	}
	return list
}

func namedSegments(base string, named []courses.Named) []segment {
	var list []segment
	for i := range named {
		list = append(list, one(base+named[i].Key, &named[i].Text))
	}
	return list
}

func worksheetSegments(w *courses.WorksheetDoc) []segment {
	list := []segment{one("title", &w.Title), maybe("intro", &w.Intro)}
	for i := range w.Fields {
		f := &w.Fields[i]
		base := "fields/" + f.Key
		list = append(list, one(base+"/label", &f.Label), maybe(base+"/help", &f.Help))
		list = append(list, namedSegments(base+"/options/", f.Options)...)
		list = append(list, numberSegments(base, f)...)
	}
	return list
}

func overlaySegments(o *courses.Overlay) []segment {
	var list []segment
	for i := range o.Blocks {
		list = append(list, one(o.Blocks[i].Key, &o.Blocks[i].Text))
	}
	return list
}

func termSegments(t *courses.Term) []segment {
	return []segment{one(t.Key+"/term", &t.Term), one(t.Key+"/definition", &t.Definition)}
}

func figureSegments(f *courses.Figure) []segment {
	list := []segment{one(f.Key+"/title", &f.Title), one(f.Key+"/description", &f.Description)}
	for _, label := range lesson.Labels(f.SVG) {
		list = append(list, in(f.Key+"/labels/"+label, &f.Labels, label))
	}
	return list
}
