package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func all(t *testing.T, data []byte, o Options) (Info, [][]string, []int) {
	t.Helper()
	var rows [][]string
	var lines []int
	info, err := Read(data, o, func(line int, cells []string) error {
		rows, lines = append(rows, cells), append(lines, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return info, rows, lines
}

func TestEncodingsAreFoundOut(t *testing.T) {
	const cyrillic = "Фамилия;Имя\nСерикова;Айгерим\nIvanov;Ёлкин\n"
	const slovak = "Priezvisko;Meno\nKováčová;Ľubica\nŠťastný;Žigmund\n"
	encode := func(e Encoding, s string) []byte {
		b, err := e.decoder().NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	noMark := func(b []byte) []byte { return b[2:] }
	for _, c := range []struct {
		name, text string
		data       []byte
		want       Encoding
	}{
		{"utf-8", cyrillic, []byte(cyrillic), UTF8},
		{"utf-8 with a mark", cyrillic, []byte("\ufeff" + cyrillic), UTF8},
		{"utf-16le", cyrillic, encode(UTF16LE, cyrillic), UTF16LE},
		{"utf-16be", cyrillic, encode(UTF16BE, cyrillic), UTF16BE},
		{"utf-16le without a mark", slovak, noMark(encode(UTF16LE, slovak)), UTF16LE},
		{"windows-1251", cyrillic, encode(Windows1251, cyrillic), Windows1251},
		{"windows-1250", slovak, encode(Windows1250, slovak), Windows1250},
	} {
		t.Run(c.name, func(t *testing.T) {
			info, rows, _ := all(t, c.data, Options{})
			var got []string
			for _, r := range rows {
				got = append(got, strings.Join(r, ";"))
			}
			if info.Encoding != c.want || strings.Join(got, "\n")+"\n" != c.text {
				t.Errorf("got %s\n%s", info.Encoding, strings.Join(got, "\n"))
			}
		})
	}
}

func TestSeparatorsQuotesAndLines(t *testing.T) {
	for _, c := range []struct {
		name, text, sep string
		want            [][]string
		lines           []int
	}{
		{"semicolons, commas within", "a;b\n1,5;2,5\n", ";", [][]string{{"a", "b"}, {"1,5", "2,5"}}, []int{1, 2}},
		{"commas", "a,b,c\n1,2,3\n", ",", [][]string{{"a", "b", "c"}, {"1", "2", "3"}}, []int{1, 2}},
		{"tabs", "a\tb\r\n1\t2\r\n", "\t", [][]string{{"a", "b"}, {"1", "2"}}, []int{1, 2}},
		{"Excel's hint", "sep=|\na|b;c\n1|2;3\n", "|", [][]string{{"a", "b;c"}, {"1", "2;3"}}, []int{2, 3}},
		{"a separator and a line in quotes", "a;b\n\"x;y\";\"one\ntwo\"\nz;\n", ";", [][]string{{"a", "b"}, {"x;y", "one\ntwo"}, {"z"}}, []int{1, 2, 4}},
		{"a quotation mark inside a name", "a;b\nООО \"Дом\";2\n", ";", [][]string{{"a", "b"}, {`ООО "Дом"`, "2"}}, []int{1, 2}},
		{"empty rows and columns", "a;b;;;\n;;;;\n1;2;;;\n\u00a0; ;;;\n", ";", [][]string{{"a", "b"}, {"1", "2"}}, []int{1, 3}},
		{"one column", "a\nb\n", ",", [][]string{{"a"}, {"b"}}, []int{1, 2}},
		{"lines of old Macintoshes", "a;b\r1;2\r", ";", [][]string{{"a", "b"}, {"1", "2"}}, []int{1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			info, rows, lines := all(t, []byte(c.text), Options{})
			if info.Separator != c.sep || fmt.Sprint(rows) != fmt.Sprint(c.want) || !slices.Equal(lines, c.lines) {
				t.Errorf("got %q %q %v", info.Separator, rows, lines)
			}
		})
	}
}

func book(t testing.TB, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func set(t testing.TB, f *excelize.File, name, cell string, v any) {
	t.Helper()
	if err := f.SetCellValue(name, cell, v); err != nil {
		t.Fatal(err)
	}
}

func TestWorkbook(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		if _, err := f.NewSheet("Люди"); err != nil {
			t.Fatal(err)
		}
		for cell, v := range map[string]any{
			"A1": "Имя", "B1": "Телефон", "C1": "Дата", "A3": "Айгерим", "B3": 77011234567.0, "C3": 45356, "D3": "007", "E3": 0.1 + 0.2,
		} {
			set(t, f, "Люди", cell, v)
		}
	})
	info, rows, lines := all(t, data, Options{})
	want := [][]string{{"Имя", "Телефон", "Дата"}, {"Айгерим", "77011234567", "45356", "007", "0.3"}}
	if info.Kind != XLSX || info.Sheet != "Люди" || fmt.Sprint(rows) != fmt.Sprint(want) || !slices.Equal(lines, []int{1, 3}) {
		t.Errorf("got %+v %q %v", info, rows, lines)
	}
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	bomb := func(size int) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		w, err := z.Create("xl/worksheets/sheet1.xml")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	// Pictures are held whole: noise makes the archive large enough for many zeros.
	album := func(size int) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		noise := make([]byte, size/100)
		for i, rng := 0, rand.New(rand.NewPCG(1, 2)); i < len(noise); i++ {
			noise[i] = byte(rng.Uint32())
		}
		for name, part := range map[string][]byte{"xl/media/noise.bin": noise, "xl/media/zeros.bin": make([]byte, size)} {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	long := "a;b\n\"" + strings.Repeat("x;y\n", maxLines+2)
	for _, c := range []struct {
		name   string
		data   []byte
		limits Limits
		want   error
	}{
		{"nothing", nil, Limits{}, ErrEmpty},
		{"only separators", []byte(";;\n;;\n"), Limits{}, ErrEmpty},
		{"old Excel", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), Limits{}, ErrOld},
		{"a picture", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"), Limits{}, ErrMalformed},
		{"a zip without a workbook", bomb(10), Limits{}, ErrMalformed},
		{"a bomb", bomb(32 << 20), Limits{}, ErrTooLarge},
		{"pictures that fill the memory", album(80 << 20), Limits{}, ErrTooLarge},
		{"half a zip", bomb(10)[:20], Limits{}, ErrMalformed},
		{"an open quotation mark", []byte(long), Limits{}, ErrQuote},
		{"too many rows", []byte("a;b\n1;2\n3;4\n"), Limits{Bytes: 100, Rows: 2, Columns: 5, CellBytes: 10}, ErrTooLarge},
		{"too many columns", []byte("a;b;c\n"), Limits{Bytes: 100, Rows: 2, Columns: 2, CellBytes: 10}, ErrTooLarge},
		{"too long a cell", []byte("a;bbbbbbbbbbbb\n"), Limits{Bytes: 100, Rows: 2, Columns: 2, CellBytes: 10}, ErrTooLarge},
		{"too many bytes", []byte("a;b\n"), Limits{Bytes: 2, Rows: 2, Columns: 2, CellBytes: 10}, ErrTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(c.data, Options{Limits: c.limits}, func(int, []string) error { return nil })
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Фамилия;Имя\nСерикова;\"Айгерим\"\n"))
	f.Add([]byte("sep=,\na,b\n\"\n"))
	f.Add([]byte("\xff\xfea\x00;\x00"))
	f.Add(book(f, func(b *excelize.File) { set(f, b, "Sheet1", "B2", 1.5e10) }))
	limits := Limits{Bytes: 1 << 20, Unzipped: 4 << 20, Ratio: 100, Rows: 100, Columns: 20, CellBytes: 1000}
	f.Fuzz(func(t *testing.T, data []byte) {
		last, rows := 0, 0
		info, err := Read(data, Options{Limits: limits}, func(line int, cells []string) error {
			if line <= last || len(cells) == 0 || len(cells) > limits.Columns || blank(cells[len(cells)-1]) {
				t.Fatalf("line %d after %d: %q", line, last, cells)
			}
			last = line
			rows++
			return nil
		})
		if err == nil && (rows == 0 || info.Rows != rows || rows > limits.Rows) {
			t.Fatalf("%d rows, told %+v", rows, info)
		}
	})
}

// sharedTexts is a workbook of so many rows of four texts, which lie in a part of their own, as Excel writes it.
func sharedTexts(t *testing.T, rows int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	part := func(name string, write func(io.Writer)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		buffered := bufio.NewWriter(w)
		write(buffered)
		if err := buffered.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	text := func(s string) func(io.Writer) { return func(w io.Writer) { fmt.Fprint(w, s) } }
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const packed = "http://schemas.openxmlformats.org/package/2006/"
	const sheetML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	part("[Content_Types].xml", text(`<Types xmlns="`+packed+`content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="`+kind+`sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="`+kind+`worksheet+xml"/>`+
		`<Override PartName="/xl/sharedStrings.xml" ContentType="`+kind+`sharedStrings+xml"/></Types>`))
	part("_rels/.rels", text(`<Relationships xmlns="`+packed+`relationships"><Relationship Id="r1" Type="`+office+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`))
	part("xl/workbook.xml", text(`<workbook xmlns="`+sheetML+`" xmlns:r="`+office+`"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`))
	part("xl/_rels/workbook.xml.rels", text(`<Relationships xmlns="`+packed+`relationships"><Relationship Id="r1" Type="`+office+`/worksheet" Target="worksheets/sheet1.xml"/>`+
		`<Relationship Id="r2" Type="`+office+`/sharedStrings" Target="sharedStrings.xml"/></Relationships>`))
	part("xl/sharedStrings.xml", func(w io.Writer) {
		fmt.Fprintf(w, `<sst xmlns="%s">`, sheetML)
		for i := range rows * 4 {
			fmt.Fprintf(w, `<si><t>Әсел Оспанова Серікқызы %d</t></si>`, i)
		}
		fmt.Fprint(w, `</sst>`)
	})
	part("xl/worksheets/sheet1.xml", func(w io.Writer) {
		fmt.Fprintf(w, `<worksheet xmlns="%s"><sheetData>`, sheetML)
		for r := range rows {
			fmt.Fprintf(w, `<row r="%[1]d"><c r="A%[1]d" t="s"><v>%[2]d</v></c><c r="B%[1]d" t="s"><v>%[3]d</v></c><c r="C%[1]d" t="s"><v>%[4]d</v></c><c r="D%[1]d" t="s"><v>%[5]d</v></c></row>`,
				r+1, 4*r, 4*r+1, 4*r+2, 4*r+3)
		}
		fmt.Fprint(w, `</sheetData></worksheet>`)
	})
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A workbook of 20,000 rows is read from temporary files: what is held is a part of what it unpacks into.
func TestALargeWorkbookIsNotHeld(t *testing.T) {
	const rows = 20_000
	data := sharedTexts(t, rows)
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most, last := held(), uint64(0), ""
	info, err := Read(data, Options{}, func(line int, cells []string) error {
		if line%4000 == 0 {
			most = max(most, held())
		}
		last = cells[3]
		return nil
	})
	if err != nil || info.Rows != rows || last != fmt.Sprintf("Әсел Оспанова Серікқызы %d", rows*4-1) {
		t.Fatalf("%d rows, the last ends with %q, %v", info.Rows, last, err)
	}
	if most > before+4<<20 {
		t.Errorf("%d MB were held", (most-before)>>20)
	}
	t.Logf("%d kB were held, of %d kB packed", (most-min(before, most))>>10, len(data)>>10)
}
