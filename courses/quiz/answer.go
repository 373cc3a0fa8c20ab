package quiz

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrAnswer is returned, wrapped with the reason, for an answer that does not fit its question.
var ErrAnswer = errors.New("the answer does not fit the question")

// Limits of an answer from a browser: bytes of JSON, and characters of the texts in it.
const (
	maxAnswer = 64 << 10
	maxShort  = 500
	maxOpen   = 20000
)

func misfit(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrAnswer, fmt.Sprintf(format, args...))
}

// ParseAnswer reads an answer from the browser that was shown q under seed, and turns its handles into
// keys. Unknown fields, fields of other kinds, unknown keys, repeats and oversize are ErrAnswer. An
// incomplete answer is taken as it is: it is saved at each tap.
func ParseAnswer(q *Question, seed Seed, raw []byte) (Answer, error) {
	var a Answer
	if len(raw) > maxAnswer {
		return a, misfit("more than %d bytes", maxAnswer)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return Answer{}, misfit("%v", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Answer{}, misfit("something follows it")
	}
	if err := onlyField(q.Kind, &a); err != nil {
		return Answer{}, err
	}
	s := order(q, seed)
	byHandle := func(keys []string) map[string]string {
		m := make(map[string]string, len(keys))
		for i, k := range keys {
			m[handle(i)] = k
		}
		return m
	}
	right, items := byHandle(s.right), byHandle(s.items)
	var err error
	switch q.Kind {
	case Single:
		err = oneOf(a.Choice, s.options)
	case Multiple:
		err = choices(a.Choices, s.options)
	case Matching:
		a.Pairs, err = pairs(q, a.Pairs, right)
	case Ordering:
		a.Order, err = sequence(a.Order, items)
	case Categorise:
		a.Groups, err = groups(q, a.Groups, items)
	case Numeric:
		a.Number, err = number(a.Number)
	case Short:
		a.Text, err = limited(a.Text, maxShort)
	case Open:
		a.Text, err = limited(a.Text, maxOpen)
	case Cloze:
		err = gaps(q, a.Gaps)
	}
	if err != nil {
		return Answer{}, err
	}
	return a, nil
}

// onlyField refuses an answer that speaks of another kind of question.
func onlyField(kind Kind, a *Answer) error {
	for field, set := range map[string]bool{
		"choice": a.Choice != "", "choices": a.Choices != nil, "value": a.Value != nil, "pairs": a.Pairs != nil,
		"order": a.Order != nil, "groups": a.Groups != nil, "number": a.Number != "", "text": a.Text != "", "gaps": a.Gaps != nil,
	} {
		if set && field != fieldOf[kind] {
			return misfit("%s does not belong to a question of the kind %s", field, kind)
		}
	}
	return nil
}

var fieldOf = map[Kind]string{
	Single: "choice", Multiple: "choices", TrueFalse: "value", Matching: "pairs", Ordering: "order",
	Categorise: "groups", Numeric: "number", Short: "text", Open: "text", Cloze: "gaps",
}

func oneOf(key string, keys []string) error {
	if key == "" || has(keys, key) {
		return nil
	}
	return misfit("there is no option %q", key)
}

func has(keys []string, key string) bool {
	for _, k := range keys {
		if k == key {
			return true
		}
	}
	return false
}

func choices(chosen, keys []string) error {
	seen := map[string]bool{}
	for _, c := range chosen {
		if !has(keys, c) || seen[c] {
			return misfit("option %q is unknown or chosen twice", c)
		}
		seen[c] = true
	}
	return nil
}

func pairs(q *Question, given, right map[string]string) (map[string]string, error) {
	left := map[string]bool{}
	for _, p := range q.Pairs {
		left[p.Left] = true
	}
	var out map[string]string
	for l, h := range given {
		r, ok := right[h]
		if !left[l] || !ok {
			return nil, misfit("the pair %q, %q is unknown", l, h)
		}
		if out == nil {
			out = map[string]string{}
		}
		out[l] = r
	}
	return out, nil
}

func sequence(given []string, items map[string]string) ([]string, error) {
	seen := map[string]bool{}
	var out []string
	for _, h := range given {
		k, ok := items[h]
		if !ok || seen[k] {
			return nil, misfit("the item %q is unknown or stands twice", h)
		}
		seen[k] = true
		out = append(out, k)
	}
	return out, nil
}

func groups(q *Question, given, items map[string]string) (map[string]string, error) {
	var out map[string]string
	for h, c := range given {
		k, ok := items[h]
		if !ok || !has(q.Categories, c) {
			return nil, misfit("item %q under %q is unknown", h, c)
		}
		if out == nil {
			out = map[string]string{}
		}
		out[k] = c
	}
	return out, nil
}

// number reads a decimal number with a point or a comma and gives it back with a point. Spaces that
// group digits are left out.
func number(s string) (string, error) {
	if len(s) > 40 {
		return "", misfit("the number is too long")
	}
	s = strings.Map(func(c rune) rune {
		switch c {
		case ' ', '\t', '\u00a0', '\u202f':
			return -1
		case ',':
			return '.'
		case '−':
			return '-'
		}
		return c
	}, s)
	if s == "" {
		return "", nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(s, "xXpP_") {
		return "", misfit("%q is not a number", s)
	}
	return s, nil
}

func limited(s string, most int) (string, error) {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || utf8.RuneCountInString(s) > most {
		return "", misfit("the text has more than %d characters or some that cannot be kept", most)
	}
	return s, nil
}

func gaps(q *Question, given map[string]string) error {
	known := map[string]Gap{}
	for _, g := range q.Gaps {
		known[g.Key] = g
	}
	for k, v := range given {
		g, ok := known[k]
		if !ok {
			return misfit("there is no gap %q", k)
		}
		if g.Kind == GapChoice {
			if err := oneOf(v, optionKeys(g.Options)); err != nil {
				return err
			}
			continue
		}
		if _, err := limited(v, maxShort); err != nil {
			return err
		}
	}
	return nil
}

// ShowAnswer turns a kept answer into what the browser, shown q under seed, had sent.
func ShowAnswer(q *Question, seed Seed, a Answer) Answer {
	s := order(q, seed)
	right, items := handles(s.right), handles(s.items)
	switch q.Kind {
	case Matching:
		a.Pairs = mapValues(a.Pairs, right)
	case Ordering:
		shown := make([]string, 0, len(a.Order))
		for _, k := range a.Order {
			shown = append(shown, items[k])
		}
		a.Order = shown
		if len(shown) == 0 {
			a.Order = nil
		}
	case Categorise:
		var out map[string]string
		for k, c := range a.Groups {
			if out == nil {
				out = map[string]string{}
			}
			out[items[k]] = c
		}
		a.Groups = out
	}
	return a
}

func mapValues(m, names map[string]string) map[string]string {
	if m == nil {
		return nil
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[k] = names[v]
	}
	return out
}

// RightAnswer gives the answer that earns all points, with keys. It is empty for an open question.
func RightAnswer(q *Question) Answer {
	var a Answer
	switch q.Kind {
	case Single:
		for _, o := range q.Options {
			if o.Right {
				a.Choice = o.Key
			}
		}
	case Multiple:
		for _, o := range q.Options {
			if o.Right {
				a.Choices = append(a.Choices, o.Key)
			}
		}
	case TrueFalse:
		a.Value = q.Right
	case Matching:
		a.Pairs = map[string]string{}
		for _, p := range q.Pairs {
			a.Pairs[p.Left] = p.Right
		}
	case Ordering:
		for _, i := range q.Items {
			a.Order = append(a.Order, i.Key)
		}
	case Categorise:
		a.Groups = map[string]string{}
		for _, i := range q.Items {
			a.Groups[i.Key] = i.In
		}
	case Numeric:
		if q.Answer != nil {
			a.Number = strconv.FormatFloat(*q.Answer, 'f', -1, 64)
		}
	case Short:
		a.Text = firstVariant(q, "accepted")
	case Cloze:
		a.Gaps = map[string]string{}
		for _, g := range q.Gaps {
			a.Gaps[g.Key] = rightGap(q, g)
		}
	}
	return a
}

func rightGap(q *Question, g Gap) string {
	for _, o := range g.Options {
		if o.Right {
			return o.Key
		}
	}
	return firstVariant(q, "gaps/"+g.Key)
}

func firstVariant(q *Question, path string) string {
	if v := q.Accepted[path].In("en"); len(v) > 0 {
		return v[0]
	}
	for _, v := range q.Accepted[path] {
		if len(v) > 0 {
			return v[0]
		}
	}
	return ""
}
