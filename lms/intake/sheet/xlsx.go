package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// inMemory is how much of one part of a workbook is kept in memory; larger parts are unzipped into a temporary file.
const inMemory = 2 << 20

func readXLSX(data []byte, limits Limits, g *gate) (info Info, err error) {
	info.Kind = XLSX
	if err := weigh(data, limits); err != nil {
		return info, err
	}
	// The library reads foreign XML by reflection; what it does not expect must not end the program.
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", ErrMalformed, cause)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: limits.Unzipped, UnzipXMLSizeLimit: inMemory,
	})
	if err != nil {
		if strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "encrypt") {
			return info, fmt.Errorf("%w: %w", ErrLocked, err)
		}
		return info, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		info.Date1904 = *props.Date1904
	}
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err == nil && !visible {
			continue
		}
		info.Sheet = name
		if err := readSheet(f, name, g); err != nil || g.rows > 0 {
			return info, err
		}
	}
	return info, nil
}

// maxHeld bounds what the library keeps in memory whole, however large: styles, pictures, drawings.
const maxHeld = 64 << 20

// streamed tells the parts that go to a temporary file where they are large, as the library does.
func streamed(part string) bool {
	part = strings.ToLower(strings.ReplaceAll(part, `\`, "/"))
	return part == "xl/sharedstrings.xml" || strings.HasPrefix(part, "xl/worksheets/sheet")
}

// weigh refuses an archive that unpacks into more than is taken, by what its directory says; archive/zip holds
// the entries to it.
func weigh(data []byte, limits Limits) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	const maxParts = 2000
	if len(z.File) > maxParts {
		return fmt.Errorf("%w: %d parts", ErrTooLarge, len(z.File))
	}
	var total, held uint64
	for _, f := range z.File {
		if !streamed(f.Name) {
			held += f.UncompressedSize64
		}
		if total += f.UncompressedSize64; total > uint64(limits.Unzipped) || f.UncompressedSize64 > uint64(limits.Unzipped) {
			return fmt.Errorf("%w: unpacked it has more than %d bytes", ErrTooLarge, limits.Unzipped)
		}
	}
	if held > maxHeld {
		return fmt.Errorf("%w: unpacked, what is not rows has more than %d bytes", ErrTooLarge, maxHeld)
	}
	const small = 4 << 20 // a small workbook of equal rows packs well
	if total > small && total > uint64(limits.Ratio)*uint64(len(data)) {
		return fmt.Errorf("%w: it unpacks into more than %d times its size", ErrTooLarge, limits.Ratio)
	}
	return nil
}

func readSheet(f *excelize.File, name string, g *gate) (err error) {
	rows, err := f.Rows(name)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	const maxLine = 1 << 20 // Excel's own last row
	for line := 1; rows.Next() && line <= maxLine; line++ {
		cells, err := rows.Columns()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		for i, c := range cells {
			cells[i] = written(c)
		}
		if err := g.row(line, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

var floating = regexp.MustCompile(`^-?[0-9]+\.?[0-9]*(E[+-]?[0-9]{1,3})?$`)

// written gives a number as a person would write it: XLSX keeps doubles, 77011234567 as 7.7011234567E10 and 0.1 as
// 0.10000000000000001. Fifteen digits are what Excel itself shows. Texts of digits, such as 007, stay.
func written(s string) string {
	if len(s) < 8 || !strings.ContainsAny(s, ".E") || !floating.MatchString(s) {
		return s
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(v) >= 1e15 {
		return s
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
