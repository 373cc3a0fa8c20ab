package intake

import (
	"bytes"
	"encoding/csv"
	"errors"

	"github.com/xuri/excelize/v2"

	"mostik/lms/intake/sheet"
)

// Sample gives an empty table with heads in a language and one row as an example.
func Sample(kind sheet.Kind, lang string) ([]byte, error) {
	var names, example []string
	for _, h := range heads {
		if h.field == FullName || h.field == Login {
			continue // the table has the parts of the name, and logins are made
		}
		names, example = append(names, h.field.In(lang)), append(example, h.example)
	}
	if kind == sheet.XLSX {
		return sampleBook(names, example)
	}
	var out bytes.Buffer
	out.WriteString("\ufeff") // without it Excel takes UTF-8 for something else
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = ';', true
	err := w.WriteAll([][]string{names, example})
	return out.Bytes(), err
}

func sampleBook(names, example []string) (_ []byte, err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	asText, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // "@": Excel leaves what is typed as it is
	if err != nil {
		return nil, err
	}
	const name = "Sheet1"
	last, err := excelize.ColumnNumberToName(len(names))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = errors.Join(f.SetColStyle(name, "A:"+last, asText), f.SetColWidth(name, "A", last, 22),
		f.SetSheetRow(name, "A1", &names), f.SetSheetRow(name, "A2", &example), f.SetRowStyle(name, 1, 1, bold), f.Write(&out))
	return out.Bytes(), err
}
