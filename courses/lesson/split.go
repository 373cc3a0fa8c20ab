package lesson

import (
	"regexp"
	"strings"
)

// A chunk is a run of lines that one rule renders.
type chunk struct {
	kind  chunkKind
	line  int    // of the first line, from 1
	text  string // Markdown, or the key
	part  *sensitivePart
	fault string // a code of the problem with the chunk itself
}

type chunkKind int

const (
	chunkMarkdown chunkKind = iota
	chunkOverlay
	chunkFigure
	chunkMedia
	chunkSensitive
	chunkCards
)

// sensitivePart is a part that one may skip.
type sensitivePart struct {
	key, note, summary string
	body               string
	bodyLine           int
}

var (
	overlayLine   = regexp.MustCompile(`^::overlay\[([^\]]*)\]\s*$`)
	cardsLine     = regexp.MustCompile(`^::cards\[([^\]]*)\]\s*$`)
	imageLine     = regexp.MustCompile(`^!\[[^\]]*\]\((figure|media):([^)]*)\)\s*$`)
	sensitiveLine = regexp.MustCompile(`^:::\s*sensitive\s*(?:\{#([^}]*)\})?\s*$`)
	colonLine     = regexp.MustCompile(`^:::`)
	fenceLine     = regexp.MustCompile("^ {0,3}(```|~~~)")
)

// split cuts a text into chunks; what is not one of ours is Markdown.
func split(text string, firstLine int) []chunk {
	lines := strings.Split(text, "\n")
	var out []chunk
	start, fenced := 0, false
	flush := func(end int) {
		md := strings.Join(lines[start:end], "\n")
		if strings.TrimSpace(md) != "" {
			out = append(out, chunk{kind: chunkMarkdown, line: firstLine + start, text: md})
		}
	}
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], "\r")
		if fenceLine.MatchString(line) {
			fenced = !fenced
		}
		if fenced {
			continue
		}
		c, next := special(lines, i, line, firstLine)
		if c == nil {
			continue
		}
		flush(i)
		out = append(out, *c)
		i, start = next-1, next
	}
	if start < len(lines) {
		flush(len(lines))
	}
	return out
}

// special recognises a line that is ours and tells where the text goes on; nil if it is Markdown.
func special(lines []string, i int, line string, firstLine int) (*chunk, int) {
	at := firstLine + i
	if m := overlayLine.FindStringSubmatch(line); m != nil {
		return &chunk{kind: chunkOverlay, line: at, text: m[1]}, i + 1
	}
	if m := cardsLine.FindStringSubmatch(line); m != nil {
		return &chunk{kind: chunkCards, line: at, text: m[1]}, i + 1
	}
	if m := imageLine.FindStringSubmatch(line); m != nil {
		kind := chunkFigure
		if m[1] == "media" {
			kind = chunkMedia
		}
		return &chunk{kind: kind, line: at, text: m[2]}, i + 1
	}
	if m := sensitiveLine.FindStringSubmatch(line); m != nil {
		return sensitive(lines, i, m[1], firstLine)
	}
	if colonLine.MatchString(line) {
		return &chunk{kind: chunkSensitive, line: at, fault: "unknown-container"}, i + 1
	}
	return nil, 0
}

// sensitive reads from the opening line to the closing one.
func sensitive(lines []string, open int, key string, firstLine int) (*chunk, int) {
	part := &sensitivePart{key: key}
	c := &chunk{kind: chunkSensitive, line: firstLine + open, part: part}
	i, current := open+1, (*string)(nil)
	for ; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if line == "---" || line == ":::" {
			break
		}
		if rest, ok := strings.CutPrefix(line, "note:"); ok {
			current, line = &part.note, rest
		} else if rest, ok := strings.CutPrefix(line, "summary:"); ok {
			current, line = &part.summary, rest
		}
		if current != nil {
			*current = strings.TrimSpace(*current + " " + strings.TrimSpace(line))
		} else if line != "" {
			c.fault = "sensitive-head"
		}
	}
	if i == len(lines) || strings.TrimSpace(lines[i]) == ":::" {
		c.fault = "sensitive-body"
		return c, min(i+1, len(lines))
	}
	i++
	body := i
	for ; i < len(lines); i++ {
		if strings.TrimSpace(lines[i]) == ":::" {
			part.body, part.bodyLine = strings.Join(lines[body:i], "\n"), firstLine+body
			return c, i + 1
		}
	}
	part.body, part.bodyLine = strings.Join(lines[body:], "\n"), firstLine+body
	c.fault = "sensitive-open"
	return c, len(lines)
}
