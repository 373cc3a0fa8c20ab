package sheet

import (
	"bytes"
	"errors"
	"fmt"
)

// What can be wrong with a file as a whole.
var (
	ErrEmpty     = errors.New("sheet: there is no row in the file")
	ErrTooLarge  = errors.New("sheet: the file holds more than is taken")
	ErrMalformed = errors.New("sheet: the file is no table that can be read")
	// ErrOld is Excel's format before 2007, which has to be saved anew.
	ErrOld = errors.New("sheet: this is the old format of Excel (.xls)")
	// ErrLocked is a workbook with a password.
	ErrLocked = errors.New("sheet: the workbook has a password")
	// ErrQuote is a quotation mark that opens and does not close: what follows it is one endless cell.
	ErrQuote = errors.New("sheet: a quotation mark is not closed")
)

// Limits bound what is read. What lies beyond is ErrTooLarge.
type Limits struct {
	Bytes     int64 // of the file
	Unzipped  int64 // of everything in an XLSX together
	Ratio     int64 // of an XLSX's unzipped bytes to its zipped ones
	Rows      int   // that are not empty
	Columns   int
	CellBytes int
}

// DefaultLimits take any table that a person can have typed.
var DefaultLimits = Limits{Bytes: 16 << 20, Unzipped: 256 << 20, Ratio: 200, Rows: 50_000, Columns: 200, CellBytes: 8 << 10}

// Kind is the format of a file.
type Kind string

// The formats that are read.
const (
	CSV  Kind = "csv"
	XLSX Kind = "xlsx"
)

// Info is what was found out about a file.
type Info struct {
	Kind      Kind
	Encoding  Encoding // of CSV
	Separator string   // of CSV
	Sheet     string   // of XLSX: the first that holds anything
	Rows      int      // that are not empty
	// Date1904 tells a workbook that counts days from 1904, as Excel for Macintosh did.
	Date1904 bool
}

// Options tell what the reader knows better than the file.
type Options struct {
	Limits   Limits
	Encoding Encoding // "" finds it out
}

// Read hands over the rows that are not empty, with their line numbers from 1 and without empty cells at the
// end. The visitor may keep the cells. An error of the visitor ends the reading.
func Read(data []byte, o Options, visit func(line int, cells []string) error) (Info, error) {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits
	}
	if int64(len(data)) > o.Limits.Bytes {
		return Info{}, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(data))
	}
	g := &gate{limits: o.Limits, visit: visit}
	info, err := read(data, o, g)
	info.Rows = g.rows
	if err == nil && g.rows == 0 {
		err = ErrEmpty
	}
	return info, err
}

func read(data []byte, o Options, g *gate) (Info, error) {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readXLSX(data, o.Limits, g)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		// The container of old Excel, and of a new one's encrypted bytes, whose entry's name stands in UTF-16.
		if bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")) {
			return Info{}, ErrLocked
		}
		return Info{}, ErrOld
	}
	return readCSV(data, o, g)
}

// gate lets rows through that are not empty, and counts them.
type gate struct {
	limits Limits
	rows   int
	visit  func(int, []string) error
}

func (g *gate) row(line int, cells []string) error {
	n := len(cells)
	for n > 0 && blank(cells[n-1]) {
		n--
	}
	if n == 0 {
		return nil
	}
	if n > g.limits.Columns {
		return fmt.Errorf("%w: %d columns in line %d", ErrTooLarge, n, line)
	}
	for _, c := range cells[:n] {
		if len(c) > g.limits.CellBytes {
			return fmt.Errorf("%w: a cell of %d bytes in line %d", ErrTooLarge, len(c), line)
		}
	}
	if g.rows++; g.rows > g.limits.Rows {
		return fmt.Errorf("%w: more than %d rows", ErrTooLarge, g.limits.Rows)
	}
	return g.visit(line, cells[:n:n])
}
