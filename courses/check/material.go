package check

import (
	"fmt"
	"maps"
	"slices"

	"mostik/courses"
	"mostik/courses/lesson"
	"mostik/courses/scale"
)

func (c *checker) surveys() {
	for _, key := range slices.Sorted(maps.Keys(c.p.Surveys)) {
		s := c.p.Surveys[key]
		if s.Kind != scale.KindSurvey && s.Kind != scale.KindSelfCheck {
			c.fail(c.p.Near(s.Pos, "kind"), "unknown-kind", "a survey is survey or selfcheck, not %q", s.Kind)
		}
		items := c.keys("item")
		for _, i := range s.Items {
			items.add(i.Key, i.Pos)
			c.surveyItem(s, i)
		}
		scales := c.keys("scale")
		for _, sub := range s.Scales {
			scales.add(sub.Key, sub.Pos)
			for i, item := range sub.Items {
				if !items.has(item) {
					c.fail(c.p.Near(sub.Pos, fmt.Sprintf("items/%d", i)), "unknown-item", "the scale %q counts %q, which is no item", sub.Key, item)
				}
			}
			if sub.MinAnswered < 1 || sub.MinAnswered > len(sub.Items) {
				c.fail(sub.Pos, "bad-number", "min_answered of %q is from 1 to the number of its items", sub.Key)
			}
		}
		c.frames(s)
	}
}

func (c *checker) surveyItem(s *scale.Survey, i scale.Item) {
	switch {
	case i.Frame != "":
		if len(s.Frames[i.Frame]) == 0 {
			c.fail(i.Pos, "unknown-frame", "the item %q answers on %q, which is no frame", i.Key, i.Frame)
		}
	case i.Kind == scale.Scale:
		if i.From >= i.To {
			c.fail(i.Pos, "bad-number", "the scale of %q goes from less to more", i.Key)
		}
	case i.Kind == scale.Single || i.Kind == scale.Multiple:
		options := c.keys("option")
		for _, o := range i.Options {
			options.add(o.Key, o.Pos)
		}
		if len(i.Options) < 2 {
			c.fail(i.Pos, "too-few-parts", "%q has at least two options", i.Key)
		}
	case i.Kind != scale.Text:
		c.fail(i.Pos, "unknown-kind", "an item is scale, single, multiple or text, or has a frame; %q is %q", i.Key, i.Kind)
	}
}

func (c *checker) frames(s *scale.Survey) {
	for name, values := range s.Frames {
		for _, lang := range c.p.Course.AllLanguages() {
			if words := s.FrameWords[name][lang]; len(words) > 0 && len(words) != len(values) {
				c.fail(c.p.Place(textFile(lang, s.Pos.File), "frames/"+name), "list-length", "the frame %q has %d values and %d answers in %s", name, len(values), len(words), lang)
			}
		}
	}
}

func (c *checker) worksheets() {
	for _, key := range slices.Sorted(maps.Keys(c.p.Worksheets)) {
		w := c.p.Worksheets[key]
		fields := c.keys("field")
		for _, f := range w.Fields {
			fields.add(f.Key, f.Pos)
			if !slices.Contains([]courses.FieldKind{courses.Line, courses.Area, courses.Choice, courses.Check, courses.Date, courses.Number, courses.Table}, f.Kind) {
				c.fail(f.Pos, "unknown-kind", "a field is line, text, choice, check, date, number or table, not %q", f.Kind)
			}
			c.numberField(w, &f)
			if (f.Kind == courses.Choice) != (len(f.Options) > 0) {
				c.fail(f.Pos, "field-options", "a choice has options and nothing else has (%q)", f.Key)
			}
		}
		if len(w.Fields) == 0 {
			c.fail(w.Pos, "missing-field", "the worksheet %q needs fields", key)
		}
	}
}

func (c *checker) overlayFiles() {
	for i, country := range c.p.Course.Countries {
		if _, ok := c.p.Overlays[country]; !ok {
			c.fail(c.p.Place(courseFile, fmt.Sprintf("countries/%d", i)), "missing-overlay", "there is no overlay for %s", country)
		}
	}
	var first *courses.Overlay
	for _, country := range slices.Sorted(maps.Keys(c.p.Overlays)) {
		o := c.p.Overlays[country]
		if !slices.Contains(c.p.Course.Countries, country) {
			c.warn(o.Pos, "unlisted-country", "%s is not among the countries in course.yaml", country)
		}
		if o.Owner == "" {
			c.fail(o.Pos, "no-owner", "the overlay of %s names no function that keeps it up to date", country)
		}
		c.blocks(&o)
		if first == nil {
			first = &o
		} else {
			c.sameBlocks(first, &o)
		}
	}
}

func (c *checker) blocks(o *courses.Overlay) {
	blocks := c.keys("block")
	for _, b := range o.Blocks {
		blocks.add(b.Key, b.Pos)
		if b.Kind != courses.Law && b.Kind != courses.Contacts {
			c.fail(b.Pos, "unknown-kind", "a block is law or contacts, not %q", b.Kind)
		}
		if b.Status != "" && b.Status != courses.Unconfirmed {
			c.fail(b.Pos, "bad-status", "the status is unconfirmed or left out, not %q", b.Status)
		}
		if len(b.Sources) == 0 && b.Status != courses.Unconfirmed {
			c.fail(b.Pos, "no-source", "the block %q of %s cites no source and is not marked as unconfirmed", b.Key, o.Country)
		}
		for _, s := range b.Sources {
			c.cites(s, c.p.Near(b.Pos, "sources"))
		}
		c.date(b.AsOf, c.p.Near(b.Pos, "as_of"))
		if b.Kind == courses.Law && b.AsOf == "" && b.Status != courses.Unconfirmed {
			c.fail(b.Pos, "no-date", "the law in %q of %s has no as_of", b.Key, o.Country)
		}
		switch due, ok := c.date(b.ReviewBy, c.p.Near(b.Pos, "review_by")); {
		case b.ReviewBy == "":
			c.fail(b.Pos, "no-review-date", "the block %q of %s has no review_by", b.Key, o.Country)
		case ok && due.Before(c.now):
			c.warn(c.p.Near(b.Pos, "review_by"), "review-overdue", "the block %q of %s was to be reviewed by %s", b.Key, o.Country, b.ReviewBy)
		}
		c.blockText(o, b)
	}
}

func (c *checker) blockText(o *courses.Overlay, b courses.Block) {
	for _, lang := range c.p.Course.AllLanguages() {
		text, ok := b.Text[lang]
		if !ok {
			continue
		}
		file := textFile(lang, o.Pos.File)
		options := c.p.LessonOptions(lang, file)
		options.Line = c.p.Place(file, b.Key).Line + 1 // the words begin under the key
		l, problems := lesson.Render(text, options)
		c.problems = append(c.problems, problems...)
		c.uses(l)
		c.placeholders(b.Text, lang, c.p.Place(file, b.Key))
	}
}

func (c *checker) sameBlocks(first, o *courses.Overlay) {
	keysOf := func(o *courses.Overlay) []string {
		var out []string
		for _, b := range o.Blocks {
			out = append(out, b.Key)
		}
		slices.Sort(out)
		return out
	}
	if a, b := keysOf(first), keysOf(o); !slices.Equal(a, b) {
		c.fail(c.p.Near(o.Pos, "blocks"), "blocks-differ", "%s has the blocks %v, %s has %v", o.Country, b, first.Country, a)
	}
}

func (c *checker) drawings() {
	for _, key := range slices.Sorted(maps.Keys(c.p.Figures)) {
		for _, lang := range c.p.Course.AllLanguages() {
			_, problems := lesson.SVG(c.p.Figures[key], lang)
			c.problems = append(c.problems, problems...)
		}
	}
}

func (c *checker) soundAndFilm() {
	keys := c.keys("sound or film")
	for _, m := range c.p.Course.Media {
		keys.add(m.Key, m.Pos)
		if _, ok := c.p.Files[m.File]; !ok {
			c.fail(c.p.Near(m.Pos, "file"), "missing-file", "there is no file %q", m.File)
		}
		for _, lang := range c.p.Course.Languages {
			file, ok := m.Captions[lang]
			if !ok {
				c.fail(m.Pos, "no-captions", "%q has no captions in %s", m.Key, lang)
			} else if _, there := c.p.Files[file]; !there {
				c.fail(c.p.Near(m.Pos, "captions/"+string(lang)), "missing-file", "there is no file %q", file)
			}
		}
		if !m.Transcript {
			c.fail(m.Pos, "no-transcript", "%q has no transcript", m.Key)
		}
		if !c.media[m.Key] {
			c.warn(m.Pos, "unused-media", "no lesson plays %q", m.Key)
		}
	}
}
