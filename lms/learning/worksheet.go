package learning

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"mostik/courses"
	"mostik/lms"
)

// maxCell bounds a line in a table of a worksheet, in bytes.
const maxCell = 500

func worksheetField(f courses.Field, lang courses.Lang) WorksheetField {
	view := WorksheetField{
		Key: f.Key, Kind: f.Kind, Label: f.Label.In(lang), Help: f.Help.In(lang), Required: f.Required,
		Options: named(f.Options, lang), Unit: f.UnitWords.In(lang),
		Rows: f.Rows, Totals: f.Totals, Capacity: f.Capacity, Over: f.Over.In(lang), Within: f.Within.In(lang),
	}
	for _, c := range f.Columns {
		view.Columns = append(view.Columns, WorksheetField{Key: c.Key, Kind: c.Kind, Label: c.Label.In(lang), Options: named(c.Options, lang)})
	}
	return view
}

// isNumber tells whether the value is a number that a person may write: no more than a thousand million.
func isNumber(raw json.RawMessage) bool {
	var n float64
	return json.Unmarshal(raw, &n) == nil && math.Abs(n) <= 1e9
}

// checkTable refuses a table with too many rows, unknown columns or values that do not fit their column.
func checkTable(f courses.Field, raw json.RawMessage) error {
	malformed := lms.ErrInvalid("fields/"+f.Key, "wrong-type", "the value does not fit the field")
	var rows []map[string]json.RawMessage
	if json.Unmarshal(raw, &rows) != nil {
		return malformed
	}
	if len(rows) > f.Rows {
		return lms.ErrInvalid("fields/"+f.Key, "too-long", "the table has no more rows")
	}
	for _, row := range rows {
		for key, value := range row {
			i := slices.IndexFunc(f.Columns, func(c courses.Column) bool { return c.Key == key })
			if i < 0 || !cellFits(f.Columns[i], value) {
				return malformed
			}
		}
	}
	return nil
}

func cellFits(c courses.Column, raw json.RawMessage) bool {
	if string(raw) == "null" || string(raw) == `""` {
		return true
	}
	if c.Kind == courses.Number {
		return isNumber(raw)
	}
	var text string
	if json.Unmarshal(raw, &text) != nil || len(text) > maxCell || strings.ContainsRune(text, 0) {
		return false
	}
	return c.Kind != courses.Choice || slices.ContainsFunc(c.Options, func(o courses.Named) bool { return o.Key == text })
}

// numbersWord writes a number with its unit, or a table a row a line, for whoever reads what was handed in.
func numbersWord(f courses.Field, raw json.RawMessage, lang courses.Lang) string {
	if f.Kind == courses.Number {
		return strings.TrimSpace(string(raw) + " " + f.UnitWords.In(lang))
	}
	var rows []map[string]json.RawMessage
	if json.Unmarshal(raw, &rows) != nil {
		return string(raw)
	}
	var lines []string
	for _, row := range rows {
		var cells []string
		for _, c := range f.Columns {
			value := string(row[c.Key])
			var words string
			if json.Unmarshal(row[c.Key], &words) == nil {
				value = optionWord(courses.Field{Options: c.Options}, words, lang)
			}
			if value != "" && value != "null" {
				cells = append(cells, c.Label.In(lang)+": "+value)
			}
		}
		if len(cells) > 0 {
			lines = append(lines, strings.Join(cells, "; "))
		}
	}
	return strings.Join(lines, "\n")
}
