package lesson

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"mostik/courses"
)

// A sheet of A4 takes three rows of three cards of 63 by 88 mm, the size of playing cards.
const (
	cardColumns = 3
	cardRows    = 3
)

// cards prints a deck, a sheet at a time: the fronts, and on the next sheet the backs with each row
// turned round, so that a sheet printed on both sides has each back behind its front.
func (r *renderer) cards(c chunk) {
	pos := r.pos(c.line)
	r.lesson.Decks = append(r.lesson.Decks, Ref{c.text, pos})
	r.mark("cards", c.text, pos)
	deck, ok := r.o.Decks[c.text]
	switch {
	case r.o.Decks == nil:
		r.fail(pos, "cards-outside-paper", "cards are printed by papers only")
		return
	case !ok:
		r.fail(pos, "unknown-deck", "there is no deck %q", c.text)
		return
	}
	fmt.Fprintf(&r.out, "<section class=\"deck\" data-deck=\"%s\" aria-label=\"%s\">\n", html.EscapeString(deck.Key), html.EscapeString(deck.Title.In(r.o.Lang)))
	for sheet := range slices.Chunk(deck.Cards, cardColumns*cardRows) {
		r.out.WriteString("<div class=\"sheet\">")
		for i := range sheet {
			r.front(deck, &sheet[i])
		}
		r.out.WriteString("</div>\n")
		r.backs(sheet)
	}
	r.out.WriteString("</section>\n")
}

func (r *renderer) front(deck *courses.Deck, c *courses.Card) {
	fmt.Fprintf(&r.out, "<article class=\"card kind-%d\">", slices.Index(deck.KindKeys(), c.Kind)+1)
	if kind := deck.Kinds[c.Kind].In(r.o.Lang); kind != "" {
		fmt.Fprintf(&r.out, "<p class=\"card-kind\">%s</p>", html.EscapeString(kind))
	}
	fmt.Fprintf(&r.out, "<p class=\"card-title\">%s</p><p>%s</p></article>", html.EscapeString(c.Title.In(r.o.Lang)), r.cardText(c.Text))
}

func (r *renderer) backs(sheet []courses.Card) {
	if !slices.ContainsFunc(sheet, func(c courses.Card) bool { return len(c.Back) > 0 }) {
		return
	}
	r.out.WriteString("<div class=\"sheet backs\">")
	for row := range slices.Chunk(sheet, cardColumns) {
		for i := cardColumns - 1; i >= 0; i-- {
			if i >= len(row) {
				r.out.WriteString("<article class=\"card empty\"></article>")
				continue
			}
			fmt.Fprintf(&r.out, "<article class=\"card back\"><p class=\"card-title\">%s</p><p>%s</p></article>",
				html.EscapeString(row[i].Title.In(r.o.Lang)), r.cardText(row[i].Back))
		}
	}
	r.out.WriteString("</div>\n")
}

// cardText gives a card's words. Their problems are told by the check at their own place.
func (r *renderer) cardText(t courses.Text) string {
	if strings.TrimSpace(t.In(r.o.Lang)) == "" {
		return ""
	}
	o := r.o
	o.Decks = nil
	out, _, _ := Inline(t.In(r.o.Lang), o, nil)
	return out
}
