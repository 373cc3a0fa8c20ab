package report

import (
	"strconv"
	"strings"
	"time"

	"mostik/lms/indicator"
	"mostik/lms/text"
)

// Words says in a sentence what an indicator counts. Components are named by the titles given, else by their keys.
func Words(d *indicator.Definition, lang string, titles map[string]string) string {
	w := text.DonorIn(lang)
	s := capital(phrase(&d.Count, w, titles))
	for _, u := range d.Units {
		if u == indicator.Persons && d.Count.Act != indicator.Total {
			s += "; " + w.PersonOnce
		} else if u == indicator.Attendances {
			s += "; " + strings.ToLower(w.Attendances) + ": " + w.EachTime
		}
	}
	if d.Of != nil {
		s += "; " + w.ShareOf + ": " + phrase(d.Of, w, titles)
	}
	return ended(s)
}

// ended puts a full stop to a sentence that has none: a date may end with one ("2026 г.").
func ended(s string) string { return strings.TrimSuffix(s, ".") + "." }

func phrase(c *indicator.Counted, w *text.Donor, titles map[string]string) string {
	if c.Act == indicator.Total {
		return w.Totals // which of them, the indicator's own name says
	}
	parts := []string{w.Acts[string(c.Act)]}
	if len(c.Components) > 0 {
		var names []string
		for _, k := range c.Components {
			if t := titles[k]; t != "" {
				k = t
			}
			names = append(names, k)
		}
		parts = append(parts, fill(w.Components, strings.Join(names, ", ")))
	}
	if c.Share > 0 {
		parts = append(parts, fill(w.Share, strconv.Itoa(c.Share)))
	}
	return strings.Join(parts, "; ")
}

// fill puts words in the places of "{}", in order.
func fill(s string, words ...string) string {
	for _, w := range words {
		s = strings.Replace(s, "{}", w, 1)
	}
	return s
}

func capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// label says a category of a dimension.
func (p *programme) label(dim, cat, lang string) string {
	w := text.DonorIn(lang)
	from := map[string]map[string]string{indicator.BySex: w.Sexes, indicator.ByOrganisation: w.Kinds, indicator.ByJob: w.Jobs, indicator.ByDisability: w.YesNo}[dim]
	switch {
	case from != nil && from[cat] != "":
		return from[cat]
	case dim == indicator.ByAge:
		return w.AgeBand(cat)
	case cat == "" || cat == notStated:
		return w.NotStated
	case dim == indicator.ByCountry:
		return text.Country(lang, cat)
	}
	for _, c := range p.Categories {
		for _, o := range c.Options {
			if indicator.ByCategory+c.Key == dim && o.Key == cat {
				return in(o.Title, lang, cat)
			}
		}
	}
	return cat
}

// dimension says what a table is broken down by.
func (p *programme) dimension(dim, lang string) string {
	if name := text.DonorIn(lang).Dimensions[dim]; name != "" {
		return name
	}
	for _, c := range p.Categories {
		if indicator.ByCategory+c.Key == dim {
			return in(c.Title, lang, c.Key)
		}
	}
	return strings.TrimPrefix(dim, indicator.ByCategory)
}

// titles names the programme's components.
func (p *programme) titles(lang string) map[string]string {
	all := map[string]string{}
	for _, c := range p.Components {
		all[c.Key] = in(c.Title, lang, c.Key)
	}
	return all
}

// period says the days of a number.
func period(c *indicator.Counted, from, to time.Time, lang string) string {
	w := text.DonorIn(lang)
	if c.Period == indicator.ToDate {
		return fill(w.Until, text.Date(lang, to))
	}
	return fill(w.Between, text.Date(lang, from), text.Date(lang, to))
}
