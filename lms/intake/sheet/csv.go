package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// separators are tried in this order; of two that fit alike the earlier one wins.
const separators = ";\t,|"

// maxLines is how many lines one cell may have before its quotation mark is taken for one that was forgotten.
const maxLines = 60

func readCSV(data []byte, o Options, g *gate) (Info, error) {
	text, enc := decode(data, o.Encoding)
	info := Info{Kind: CSV, Encoding: enc}
	if strings.IndexByte(text[:min(len(text), 4096)], 0) >= 0 {
		return info, fmt.Errorf("%w: it holds zeros", ErrMalformed)
	}
	skipped := 0
	// Excel's own word on the separator, in a line of its own.
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) > 1 && strings.ContainsRune("\r\n", rune(rest[1])) {
		info.Separator = rest[:1]
		if _, after, found := strings.Cut(rest, "\n"); found {
			text, skipped = after, 1
		}
	}
	if !strings.Contains(separators, info.Separator) || info.Separator == "" {
		info.Separator = separatorOf(text)
	}
	// encoding/csv knows \n and \r\n; a lone \r is a line's end of old Macintoshes.
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	r := newReader(text, rune(info.Separator[0]))
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return info, nil
		}
		if err != nil {
			return info, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		line, _ := r.FieldPos(0)
		line += skipped
		for _, c := range cells {
			if strings.Count(c, "\n") > maxLines {
				return info, fmt.Errorf("%w in line %d", ErrQuote, line)
			}
		}
		if err := g.row(line, cells); err != nil {
			return info, err
		}
	}
}

func newReader(text string, comma rune) *csv.Reader {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	return r
}

// separatorOf takes the character that cuts the first rows into the most even number of cells.
func separatorOf(text string) string {
	best, most := ",", 0
	for _, sep := range separators {
		if n := evenness(text, sep); n > most {
			best, most = string(sep), n
		}
	}
	return best
}

// evenness counts, among the first rows, those with the commonest number of cells, times that number; 0 where
// the character does not separate anything.
func evenness(text string, sep rune) int {
	const look = 30
	r := newReader(text[:min(len(text), 64<<10)], sep)
	widths := map[int]int{}
	for range look {
		cells, err := r.Read()
		if err != nil {
			break
		}
		if len(cells) > 1 {
			widths[len(cells)]++
		}
	}
	best := 0
	for width, rows := range widths {
		best = max(best, width*rows)
	}
	return best
}
