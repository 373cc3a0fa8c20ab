package catalog

import (
	"fmt"
	"slices"

	"mostik/courses"
	"mostik/courses/lesson"
)

// Page is a lesson in one language, ready to be sent.
type Page struct {
	HTML     string           `json:"html"`
	Sources  []PageSource     `json:"sources"`
	Terms    map[string]Term  `json:"terms"`
	Overlays []PageOverlay    `json:"overlays"`
	Media    []PageMedia      `json:"media"`
	Headings []lesson.Heading `json:"headings"`
}

// PageSource is a source with its number on the page.
type PageSource struct {
	N       int    `json:"n"`
	Key     string `json:"key"`
	Title   string `json:"title"`
	By      string `json:"by,omitempty"`
	Year    int    `json:"year,omitempty"`
	URL     string `json:"url,omitempty"`
	Locator string `json:"locator,omitempty"`
}

// Term is an entry of the glossary in one language; the definition is safe inline HTML.
type Term struct {
	Term       string `json:"term"`
	Definition string `json:"definition"`
}

// PageOverlay is a country's block at one place of the page.
type PageOverlay struct {
	Key       string        `json:"key"`
	Countries []PageCountry `json:"countries"`
}

// PageCountry is the block of one country.
type PageCountry struct {
	Country string `json:"country"`
	Kind    string `json:"kind"`
	HTML    string `json:"html"`
	// Language is that of the words where they do not stand in the page's.
	Language courses.Lang `json:"language,omitempty"`
	AsOf     string       `json:"as_of,omitempty"`
	ReviewBy string       `json:"review_by,omitempty"`
	Status   string       `json:"status"` // confirmed, unconfirmed
	Open     bool         `json:"open"`
	Sources  []PageSource `json:"sources"`
	// Later is set where the words are not sent with the page.
	Later bool `json:"later,omitempty"`
}

// PageMedia is a sound or a film with its captions by language.
type PageMedia struct {
	Key        string            `json:"key"`
	URL        string            `json:"url"`
	Type       string            `json:"type"`
	Captions   map[string]string `json:"captions"`
	Transcript bool              `json:"transcript"`
}

type pageKey struct {
	lang     courses.Lang
	activity string
}

// Page gives a lesson in a language of the course. It is rendered when it is first asked for and kept.
func (l *Loaded) Page(lang courses.Lang, activity string) (*Page, bool) {
	key := pageKey{lang, activity}
	l.mu.RLock()
	page, ok := l.pages[key]
	l.mu.RUnlock()
	if ok {
		return page, true
	}
	if page, ok = l.render(lang, activity); !ok {
		return nil, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	// Two who came at once rendered the same; one is kept. There are as many pages as languages and lessons.
	l.pages[key] = page
	return page, true
}

func (l *Loaded) render(lang courses.Lang, activity string) (*Page, bool) {
	text, ok := l.Package.Lessons[lang][activity]
	if !ok {
		return nil, false
	}
	o := l.options(lang, activity)
	rendered, _ := lesson.Render(text, o) // the check reported its problems before it was published
	page := &Page{
		HTML: rendered.HTML, Sources: sourcesOf(rendered.Sources), Terms: map[string]Term{},
		Overlays: []PageOverlay{}, Media: []PageMedia{}, Headings: rendered.Headings,
	}
	for _, ref := range rendered.Terms {
		l.addTerm(page.Terms, ref.Key, lang, o)
	}
	for _, ref := range rendered.Overlays {
		page.Overlays = append(page.Overlays, l.overlay(ref.Key, lang, o, page.Terms))
	}
	for _, ref := range rendered.Media {
		if m, ok := o.Media[ref.Key]; ok {
			page.Media = append(page.Media, l.media(m))
		}
	}
	return page, true
}

func (l *Loaded) options(lang courses.Lang, activity string) lesson.Options {
	o := l.Package.LessonOptions(lang, activity)
	o.MediaURL = l.FileURL
	return o
}

// FileURL is the address of a file of the package.
func (l *Loaded) FileURL(file string) string {
	return fmt.Sprintf("/api/v1/versions/%s/%s", l.ID, file)
}

func (l *Loaded) addTerm(to map[string]Term, key string, lang courses.Lang, o lesson.Options) {
	if t, ok := l.Package.Glossary[key]; ok {
		definition, _, _ := lesson.Inline(t.Definition.In(lang), o, nil)
		to[key] = Term{Term: t.Term.In(lang), Definition: definition}
	}
}

func (l *Loaded) overlay(key string, lang courses.Lang, o lesson.Options, terms map[string]Term) PageOverlay {
	place := PageOverlay{Key: key, Countries: []PageCountry{}}
	for _, country := range l.Package.Course.Countries {
		for _, block := range l.Package.Overlays[country].Blocks {
			if block.Key != key {
				continue
			}
			own, words := l.blockWords(block.Text, lang)
			rendered, _ := lesson.Render(words, o)
			for _, ref := range rendered.Terms {
				l.addTerm(terms, ref.Key, lang, o)
			}
			status := "confirmed"
			if block.Status == courses.Unconfirmed {
				status = string(courses.Unconfirmed)
			}
			cited := append(sourcesOf(lesson.Cite(block.Sources, l.Package.Sources)), sourcesOf(rendered.Sources)...)
			place.Countries = append(place.Countries, PageCountry{
				Country: country, Kind: string(block.Kind), HTML: rendered.HTML, Language: own, AsOf: block.AsOf,
				ReviewBy: block.ReviewBy, Status: status, Sources: numbered(cited),
			})
		}
	}
	return place
}

// blockWords gives a country's words, which a partial language may lack, and their language where it is another.
func (l *Loaded) blockWords(t courses.Text, lang courses.Lang) (other courses.Lang, words string) {
	if t[lang] != "" {
		return "", t[lang]
	}
	for _, next := range l.Course().Fallbacks(lang) {
		if t[next] != "" {
			return next, t[next]
		}
	}
	return "", t.In(lang)
}

// numbered counts the sources of a block anew and drops repeats.
func numbered(list []PageSource) []PageSource {
	out := []PageSource{}
	for _, s := range list {
		if slices.ContainsFunc(out, func(have PageSource) bool { return have.Key == s.Key && have.Locator == s.Locator }) {
			continue
		}
		s.N = len(out) + 1
		out = append(out, s)
	}
	return out
}

func sourcesOf(cited []lesson.Cited) []PageSource {
	list := make([]PageSource, 0, len(cited))
	for _, c := range cited {
		s := SourceOf(c.Source)
		s.N = c.Number
		for i, where := range c.Locators {
			if i > 0 {
				s.Locator += "; "
			}
			s.Locator += where
		}
		list = append(list, s)
	}
	return list
}

// SourceOf is a source as it is shown, without a number.
func SourceOf(s courses.Source) PageSource {
	return PageSource{Key: s.Key, Title: s.Title, By: s.By, Year: s.Year, URL: s.URL}
}

// Cite gives what a citation of the package points to.
func (l *Loaded) Cite(c courses.Citation) PageSource {
	source, ok := l.Package.Sources[c.Source]
	if !ok {
		source = courses.Source{Key: c.Source, Title: c.Source}
	}
	s := SourceOf(source)
	s.Locator = c.Locator
	return s
}

func (l *Loaded) media(m courses.Media) PageMedia {
	out := PageMedia{
		Key: m.Key, URL: l.FileURL(m.File), Type: l.Package.Files[m.File].Type,
		Captions: map[string]string{}, Transcript: m.Transcript,
	}
	for lang, file := range m.Captions {
		out.Captions[string(lang)] = l.FileURL(file)
	}
	return out
}

// OpenFor gives the overlays of a page with the reader's countries first and open, in the reader's order.
// The page itself stays as it is.
func (p *Page) OpenFor(countries []string) []PageOverlay {
	out := make([]PageOverlay, len(p.Overlays))
	for i, place := range p.Overlays {
		list := slices.Clone(place.Countries)
		slices.SortStableFunc(list, func(a, b PageCountry) int { return rank(a, countries) - rank(b, countries) })
		for j := range list {
			list[j].Open = slices.Contains(countries, list[j].Country)
		}
		out[i] = PageOverlay{Key: place.Key, Countries: list}
	}
	return out
}

// Shown gives the overlays as OpenFor does, with the words of the reader's countries alone: what else there is
// is named, and read when it is opened, for with six countries the law weighs more than the lesson.
func (p *Page) Shown(countries []string) []PageOverlay {
	out := p.OpenFor(countries)
	for _, place := range out {
		for j := range place.Countries {
			if c := &place.Countries[j]; !c.Open {
				c.HTML, c.Sources, c.Later = "", []PageSource{}, true
			}
		}
	}
	return out
}

// CountryBlock is what a country has to say at one place of a page.
type CountryBlock struct {
	Key string `json:"key"`
	PageCountry
}

// BlocksOf gives the blocks of one country in the order of the page; none when it has no word to say there.
func (p *Page) BlocksOf(country string) []CountryBlock {
	list := []CountryBlock{}
	for _, place := range p.Overlays {
		for _, block := range place.Countries {
			if block.Country == country {
				list = append(list, CountryBlock{place.Key, block})
			}
		}
	}
	return list
}

func rank(c PageCountry, countries []string) int {
	if i := slices.Index(countries, c.Country); i >= 0 {
		return i
	}
	return len(countries)
}

// Cited is a numbered source as it is shown.
func Cited(c lesson.Cited) PageSource { return sourcesOf([]lesson.Cited{c})[0] }

// Contacts gives the blocks of help contacts of every country, the reader's own first and open. They are
// rendered once a language and kept as a page is.
func (l *Loaded) Contacts(lang courses.Lang, countries []string) []PageCountry {
	const activity = "" // no activity has this key
	key := pageKey{lang, activity}
	l.mu.RLock()
	page, ok := l.pages[key]
	l.mu.RUnlock()
	if !ok {
		page = &Page{Terms: map[string]Term{}}
		o := l.options(lang, activity)
		for _, block := range l.contactKeys() {
			page.Overlays = append(page.Overlays, l.overlay(block, lang, o, page.Terms))
		}
		l.mu.Lock()
		l.pages[key] = page
		l.mu.Unlock()
	}
	list := []PageCountry{}
	for _, place := range page.OpenFor(countries) {
		list = append(list, place.Countries...)
	}
	for i := range list {
		list[i].Sources = []PageSource{} // a number to call is shown without the page that it was taken from
	}
	return list
}

// contactKeys lists the keys of blocks with contacts, each once, in the order of the first country that
// has them.
func (l *Loaded) contactKeys() []string {
	var keys []string
	for _, country := range l.Package.Course.Countries {
		for _, block := range l.Package.Overlays[country].Blocks {
			if block.Kind == courses.Contacts && !slices.Contains(keys, block.Key) {
				keys = append(keys, block.Key)
			}
		}
	}
	return keys
}
