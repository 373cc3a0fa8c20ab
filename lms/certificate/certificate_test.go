package certificate

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// testKey is the same in every run, so that a seal of the first release can be kept in this file.
func testKey() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
}

func testClaim() Claim {
	expires, law := mustDate("2029-11-21"), mustDate("2026-11-01")
	return Claim{
		Serial: "7F4K-M2XP-9QWT3", Holder: "Әйгерім Қуанышқызы Ғабитова", HolderLatin: "Aigerim Gabitova",
		Course: "Выявление торговли людьми", CourseKey: "trafficking", Version: 1, Hours: "4",
		IssuedOn: mustDate("2026-11-21"), ExpiresOn: &expires, LawAsOf: &law, Issuer: "Mostik", Language: "ru",
	}
}

func mustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestSerial(t *testing.T) {
	for range 2000 {
		s := NewSerial()
		if got, err := ParseSerial(s); err != nil || got != s {
			t.Fatalf("ParseSerial(%q) = %q, %v", s, got, err)
		}
	}
}

func TestSerialNoticesEverySlip(t *testing.T) {
	plain := strings.ReplaceAll(NewSerial(), "-", "")
	for i := range plain {
		for _, r := range alphabet {
			if byte(r) == plain[i] {
				continue
			}
			if _, err := ParseSerial(plain[:i] + string(r) + plain[i+1:]); !errors.Is(err, ErrSerial) {
				t.Fatalf("%s with %c at %d passed", plain, r, i)
			}
		}
		if i > 0 && plain[i] != plain[i-1] {
			swapped := plain[:i-1] + string(plain[i]) + string(plain[i-1]) + plain[i+1:]
			if _, err := ParseSerial(swapped); !errors.Is(err, ErrSerial) {
				t.Fatalf("%s passed for %s", swapped, plain)
			}
		}
	}
}

func TestSerialForgivesHands(t *testing.T) {
	base := "ABEK-MHPC-TYX2"
	sign := string(checkSign(strings.ReplaceAll(base, "-", "")))
	want := base + sign
	for _, typed := range []string{
		want, strings.ToLower(want), strings.ReplaceAll(want, "-", ""), strings.ReplaceAll(want, "-", " "),
		"АВЕК–МНРС–ТУХ2" + sign, // Cyrillic letters, long hyphens
	} {
		if got, err := ParseSerial(typed); err != nil || got != want {
			t.Errorf("ParseSerial(%q) = %q, %v; want %q", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "-", want + "2", "ABEK", "ABEK-MHPC-TYX2ж", strings.Repeat("A", 10000)} {
		if _, err := ParseSerial(typed); !errors.Is(err, ErrSerial) {
			t.Errorf("ParseSerial(%.20q) passed", typed)
		}
	}
}

func TestSealRoundTrip(t *testing.T) {
	keys := NewKeys(testKey())
	sealed, err := Seal(testClaim(), testKey())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(sealed.String(), keys.Public)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(testClaim())
	if !bytes.Equal(a, b) {
		t.Errorf("opened %s, sealed %s", a, b)
	}
}

// A forged byte anywhere is refused.
func TestSealNoticesEveryByte(t *testing.T) {
	keys := NewKeys(testKey()).Public
	sealed, err := Seal(testClaim(), testKey())
	if err != nil {
		t.Fatal(err)
	}
	whole := sealed.String()
	for i := range whole {
		forged := []byte(whole)
		forged[i] = 'A' + (forged[i]+1)%26
		if string(forged) == whole {
			continue
		}
		if _, err := Open(string(forged), keys); err == nil {
			t.Fatalf("a changed byte at %d passed", i)
		}
	}
	if _, err := Open(whole, nil); !errors.Is(err, ErrSealUnknownKey) {
		t.Errorf("without keys: %v", err)
	}
}

// The seal of the first release verifies for ever: testdata/first.seal is never renewed.
func TestFirstSealVerifiesForEver(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "first.seal"))
	if err != nil {
		t.Fatal(err)
	}
	claim, err := Open(strings.TrimSpace(string(b)), NewKeys(testKey()).Public)
	if err != nil {
		t.Fatal(err)
	}
	if claim.Holder != testClaim().Holder || claim.ExpiresOn.String() != "2029-11-21" {
		t.Errorf("opened %+v", claim)
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-11-21", 36, "2029-11-21"}, {"2026-11-30", 3, "2027-02-28"}, {"2027-11-30", 3, "2028-02-29"}, {"2024-02-29", 12, "2025-02-28"},
	} {
		if got := addMonths(mustDate(c.from), c.months); got.String() != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

func TestPDF(t *testing.T) {
	sealed, err := Seal(testClaim(), testKey())
	if err != nil {
		t.Fatal(err)
	}
	first, err := Render(testClaim(), sealed, "https://mostik.example", "ru")
	if err != nil {
		t.Fatal(err)
	}
	second, err := Render(testClaim(), sealed, "https://mostik.example", "ru")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the same claim gave two different files")
	}
	got := pdfText(t, first)
	for _, want := range []string{
		"Әйгерім Қуанышқызы Ғабитова", "Aigerim Gabitova", "Выявление торговли людьми", "21 ноября 2026 г.",
		"21 ноября 2029 г.", "7F4K-M2XP-9QWT3", "https://mostik.example/verify/7F4K-M2XP-9QWT3",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the paper does not say %q:\n%s", want, got)
		}
	}
}

// Every letter of the six languages comes out of the paper as it went in.
func TestPDFLetters(t *testing.T) {
	claim := testClaim()
	claim.Holder = "ӘәҒғҚқҢңӨөҰұҮүҺһІі ӢӣӮӯҲҳҶҷЁё"
	claim.HolderLatin = "Ľubomíra Šťastná-Ďurčeková Žiak"
	sealed, err := Seal(claim, testKey())
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := Render(claim, sealed, "https://mostik.example", "kk")
	if err != nil {
		t.Fatal(err)
	}
	got := pdfText(t, pdf)
	for _, want := range []string{claim.Holder, claim.HolderLatin, "2026 ж. 21 қараша"} {
		if !strings.Contains(got, want) {
			t.Errorf("the paper does not say %q:\n%s", want, got)
		}
	}
}

func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (Debian: poppler-utils) reads the paper back, and is not installed")
	}
	cmd := exec.Command(tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestExpiresAfterItsLastDayEverywhere(t *testing.T) {
	claim := testClaim()
	sealed, err := Seal(claim, testKey())
	if err != nil {
		t.Fatal(err)
	}
	at := func(now time.Time) State {
		row, err := scan(storedRow{sealed, claim.ExpiresOn.Time}, now)
		if err != nil {
			t.Fatal(err)
		}
		return row.State
	}
	end := claim.ExpiresOn.Time
	if got := at(end.Add(30 * time.Hour)); got != Valid {
		t.Errorf("while the last day goes on in the west: %s", got)
	}
	if got := at(end.Add(37 * time.Hour)); got != Expired {
		t.Errorf("after the last day: %s", got)
	}
}

// storedRow answers Scan as a row of the table would.
type storedRow struct {
	sealed  Sealed
	expires time.Time
}

func (r storedRow) Scan(into ...any) error {
	*into[6].(*string) = string(r.sealed.Claim)
	*into[7].(*[]byte), *into[8].(*string) = r.sealed.Seal, r.sealed.KeyID
	*into[9].(*State) = Valid
	return into[12].(interface{ Scan(any) error }).Scan(r.expires)
}

func FuzzOpen(f *testing.F) {
	keys := NewKeys(testKey()).Public
	sealed, err := Seal(testClaim(), testKey())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed.String())
	f.Add("..")
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, s string) {
		claim, err := Open(s, keys)
		if err != nil {
			return
		}
		// Whatever opens was sealed by the key over these very bytes, and there is one such claim here.
		if s != sealed.String() {
			t.Errorf("%q opened as %+v", s, claim)
		}
	})
}

func FuzzParseSerial(f *testing.F) {
	f.Add("7F4K-M2XP-9QWT3")
	f.Add("авек")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseSerial(s)
		if err != nil {
			return
		}
		if again, err := ParseSerial(got); err != nil || again != got {
			t.Errorf("%q became %q, which becomes %q, %v", s, got, again, err)
		}
	})
}
