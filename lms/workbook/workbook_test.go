package workbook_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"mostik/lms/workbook"
)

var head = []workbook.Column{{"Head", 30}}

// written gives the rows as another program reads them.
func written(t *testing.T, name string, columns []workbook.Column, rows [][]string) [][]string {
	t.Helper()
	var b bytes.Buffer
	w, err := workbook.New(&b, name, columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	read, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestTextsComeBackAsTheyWere(t *testing.T) {
	rows := [][]string{
		{"Әсел Оспанова", "a & b < c > \"d\"", " spaces ", "two\nlines"},
		{"", "", "third only"},
		{"_x0041_", "=1+1", "007", "ends\r"},
		{"\U0001F600", "a_b_c", "bell\a", "\ufffe"},
	}
	got := written(t, "Люди & Co", []workbook.Column{{"Имя", 32}, {"B", 8.5}, {"C", 8}, {"D", 8}}, rows)
	if want := append([][]string{{"Имя", "B", "C", "D"}}, rows...); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestColumnsBeyondZ(t *testing.T) {
	row := make([]string, 60)
	for i := range row {
		row[i] = strconv.Itoa(i)
	}
	if got := written(t, "S", head, [][]string{row}); len(got) != 2 || !slices.Equal(got[1], row) {
		t.Errorf("%q", got)
	}
}

func TestHeadIsBoldAndStays(t *testing.T) {
	var b bytes.Buffer
	w, err := workbook.New(&b, "S", head)
	if err := errors.Join(err, w.Row([]string{"cell"}), w.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	bold := func(cell string) bool {
		n, err := f.GetCellStyle("S", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(n)
		return err == nil && style.Font != nil && style.Font.Bold
	}
	panes, err := f.GetPanes("S")
	width, err2 := f.GetColWidth("S", "A")
	if !bold("A1") || bold("A2") || err != nil || !panes.Freeze || panes.YSplit != 1 || err2 != nil || width != 30 {
		t.Errorf("bold %v and %v, panes %+v, width %v, %v", bold("A1"), bold("A2"), panes, width, errors.Join(err, err2))
	}
}

func TestWhatExcelDoesNotTakeIsRefused(t *testing.T) {
	for _, name := range []string{"", strings.Repeat("ж", 32), "a/b", "a:b", "[a]", "'a"} {
		if _, err := workbook.New(io.Discard, name, head); !errors.Is(err, workbook.ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	w, err := workbook.New(io.Discard, strings.Repeat("ж", 31), head)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row([]string{strings.Repeat("ж", 32767)}); err != nil {
		t.Errorf("the longest text: %v", err)
	}
	if err := w.Row([]string{strings.Repeat("\U0001F600", 16384)}); !errors.Is(err, workbook.ErrCell) {
		t.Errorf("a longer one: %v", err)
	}
	for err = nil; err == nil; err = w.Row(nil) {
	}
	if !errors.Is(err, workbook.ErrRows) {
		t.Error(err)
	}
}

// broken takes some bytes and then nothing more.
type broken struct{ left int }

var errBroken = errors.New("gone")

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestABrokenReaderEndsTheWriting(t *testing.T) {
	w, err := workbook.New(&broken{10_000}, "S", head)
	for i := 0; err == nil && i < workbook.MaxRows-2; i++ {
		err = w.Row([]string{strconv.Itoa(i * i)})
	}
	if !errors.Is(err, errBroken) {
		t.Error(err)
	}
}

// What is kept does not grow with the rows.
func TestRowsAreNotKept(t *testing.T) {
	row := []string{"Әсел Оспанова", "Assel Ospanova", "KZ", "Centre KZ 1", "Office KZ 21", "ngo", "lawyer", "person@example.org", "certified", "2026-11-22"}
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	w, err := workbook.New(io.Discard, "S", head)
	if err != nil {
		t.Fatal(err)
	}
	write := func(n int) {
		for range n {
			if err := w.Row(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(1000)
	before := held()
	write(50_000)
	if after := held(); after > before+1<<20 {
		t.Errorf("%d bytes were held after 1,000 rows, %d after 51,000", before, after)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{"", "a", "_x0000_", "_x005F_x0041_", "\x00\x1f", "<&>\"'", "\xff", "\u2028\ufeff", "]]>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || len(s) > 32767 || strings.TrimSpace(s) == "" || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > 0xfff0 && r <= 0xffff }) {
			return // what no cell of ours has, and readers differ on
		}
		if got := written(t, "S", head, [][]string{{s, "|"}}); len(got) != 2 || got[1][0] != s {
			t.Errorf("%q came back as %q", s, got)
		}
	})
}

func BenchmarkRows(b *testing.B) {
	row := []string{"Әсел Оспанова", "Assel Ospanova", "KZ", "Centre KZ 1", "Office KZ 21", "ngo", "lawyer", "person@example.org", "", "certified", "1/2", "", "2026-11-22", "2026-11-20"}
	w, err := workbook.New(io.Discard, "S", head)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := range b.N {
		if i%1_000_000 == 999_999 {
			b.StopTimer()
			w, _ = workbook.New(io.Discard, "S", head)
			b.StartTimer()
		}
		row[0] = "Әсел Оспанова " + strconv.Itoa(i)
		if err := w.Row(row); err != nil {
			b.Fatal(err)
		}
	}
}
