package exercise

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// MaxText is how many characters the words of one item may have.
const MaxText = 1000

// The faults of a proposal.
var (
	ErrUnknownKey = errors.New("the exercise has nothing under this key")
	ErrWrongForm  = errors.New("the item is filled in otherwise")
	ErrTooLong    = errors.New("the text is too long")
)

// Item finds an item of the proposal; nil if there is none.
func (e *Exercise) Item(key string) *Item {
	for i := range e.Proposal {
		if e.Proposal[i].Key == key {
			return &e.Proposal[i]
		}
	}
	return nil
}

// Part finds a part; nil if there is none.
func (e *Exercise) Part(key string) *Part {
	for i := range e.Parts {
		if e.Parts[i].Key == key {
			return &e.Parts[i]
		}
	}
	return nil
}

// Fits holds a proposal against the exercise: ErrUnknownKey, ErrWrongForm or ErrTooLong, each with the
// item's key. What is still open fits.
func (e *Exercise) Fits(p Proposal) error {
	for key, v := range p {
		item := e.Item(key)
		if item == nil {
			return fmt.Errorf("%w: item %q", ErrUnknownKey, key)
		}
		if err := item.fits(v); err != nil {
			return err
		}
	}
	return nil
}

func (i *Item) fits(v ItemValue) error {
	switch {
	case i.Kind == Text && len(v.Chosen) > 0, i.Kind != Text && v.Text != "", i.Kind == Choice && len(v.Chosen) > 1:
		return fmt.Errorf("%w: %q", ErrWrongForm, i.Key)
	case utf8.RuneCountInString(v.Text) > MaxText:
		return fmt.Errorf("%w: %q has more than %d characters", ErrTooLong, i.Key, MaxText)
	}
	for n, key := range v.Chosen {
		if !slices.ContainsFunc(i.Options, func(o Option) bool { return o.Key == key }) {
			return fmt.Errorf("%w: option %q of %q", ErrUnknownKey, key, i.Key)
		}
		if slices.Contains(v.Chosen[:n], key) {
			return fmt.Errorf("%w: option %q of %q stands twice", ErrWrongForm, key, i.Key)
		}
	}
	return nil
}

// Open lists the items that a proposal leaves open; it can be agreed to when there are none.
func (e *Exercise) Open(p Proposal) []string {
	var out []string
	for _, i := range e.Proposal {
		if v := p[i.Key]; len(v.Chosen) == 0 && v.Text == "" {
			out = append(out, i.Key)
		}
	}
	return out
}

// FreePart gives the first part that nobody holds; "" when the table is full.
func (e *Exercise) FreePart(taken []string) string {
	for _, p := range e.Parts {
		if !slices.Contains(taken, p.Key) {
			return p.Key
		}
	}
	return ""
}
