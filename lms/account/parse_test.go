package account

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mostik/lms"
)

var update = flag.Bool("update", false, "write the golden files anew")

func testKeys(t testing.TB) Keys {
	t.Helper()
	k, err := KeysFromSeed(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func FuzzParseRefresh(f *testing.F) {
	k := testKeys(f)
	id := lms.ID[lms.Session]{15: 1} // the same in every process of the fuzzer
	f.Add(k.refreshToken(id, time.Unix(1_700_000_000, 0)))
	f.Add("")
	f.Add(strings.Repeat("A", 75))
	f.Fuzz(func(t *testing.T, token string) {
		got, ok := k.parseRefresh(token)
		if ok && got != id {
			t.Fatalf("a token that nobody made was taken: %s", token)
		}
	})
}

func FuzzParseDevice(f *testing.F) {
	f.Add("")
	f.Add((&device{id: make([]byte, 16), marks: [][]byte{make([]byte, 8)}}).String())
	f.Fuzz(func(t *testing.T, cookie string) {
		d := parseDevice(cookie)
		if d == nil {
			return
		}
		if len(d.id) != deviceIDLength || len(d.marks) == 0 || len(d.marks) > maxMarks {
			t.Fatalf("%+v", d)
		}
		if again := parseDevice(d.String()); again == nil || again.String() != d.String() {
			t.Fatal("it does not read back")
		}
		if testKeys(t).knows(d, lms.ID[lms.Person]{1}) {
			t.Fatal("a device that nobody marked is known")
		}
	})
}

func FuzzParsePHC(f *testing.F) {
	f.Add(phc(make([]byte, saltLength), make([]byte, hashLength)))
	f.Add("$argon2id$v=19$m=99999999,t=2,p=1$AAAA$AAAA")
	f.Add("$argon2id$v=19$m=1,t=0,p=0$$")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err == nil && (p.memory > 1<<20 || p.passes == 0 || p.lanes == 0 || len(p.key) == 0) {
			t.Fatalf("%+v was taken", p)
		}
	})
}

func TestCodeForms(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		code, err := newCode()
		if err != nil {
			t.Fatal(err)
		}
		if len(code) != codeLength+1 || code[5] != '-' || strings.ContainsAny(code, "01OIL") {
			t.Fatalf("made %s", code)
		}
		if seen[code] {
			t.Fatalf("%s twice", code)
		}
		seen[code] = true
		if got := normalCode(strings.ToLower(code) + " "); got != strings.ReplaceAll(code, "-", "") {
			t.Errorf("%s is read as %s", code, got)
		}
	}
	if got := normalCode("авек–МНРст ух"); got != "ABEKMHPCTYX" {
		t.Errorf("Cyrillic letters are read as %s", got)
	}
}

func TestWaits(t *testing.T) {
	for failures, want := range map[int]time.Duration{
		0: 0, 4: 0, 5: 4 * time.Second, 6: 8 * time.Second, 7: 16 * time.Second, 12: 512 * time.Second, 13: maxWait, 1000: maxWait,
	} {
		if got := waitAfter(failures); got != want {
			t.Errorf("after %d failures %s, want %s", failures, got, want)
		}
	}
}

func TestNetworksAreBounded(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	l := newNetLimiter(func() time.Time { return now })
	for i := range maxNets + 500 {
		addr := network(lmsAddr(i))
		l.failed(addr)
	}
	if len(l.nets) > maxNets {
		t.Errorf("%d networks are kept", len(l.nets))
	}
}

// TestPeopleSQL keeps what the composed query really says, for a reviewer.
func TestPeopleSQL(t *testing.T) {
	id := func(n byte) (u [16]byte) { u[15] = n; return u }
	scopes := []struct {
		name  string
		scope lms.Scope
		query PeopleQuery
	}{
		{"all", lms.Scope{All: true}, PeopleQuery{}},
		{"two countries, searched", lms.Scope{Countries: []string{"KZ", "KG"}}, PeopleQuery{Text: "a b", Role: "trainer", Page: 3}},
		{"everything", lms.Scope{
			Countries: []string{"KZ"}, Centres: []lms.ID[lms.Centre]{id(1)}, Courses: []lms.ID[lms.Course]{id(2)}, Cohorts: []lms.ID[lms.Cohort]{id(3)},
		}, PeopleQuery{Country: "KZ", Centre: id(4)}},
		{"nothing", lms.Scope{}, PeopleQuery{}},
	}
	var b strings.Builder
	for _, s := range scopes {
		sql, args := peopleSQL(s.scope, s.query)
		b.WriteString("-- " + s.name + "\n" + sql + "\n-- " + strings.TrimSpace(formatArgs(args)) + "\n\n")
	}
	path := filepath.Join("testdata", "people.golden.sql")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the query changed; look, then run with -update\n%s", b.String())
	}
}

func lmsAddr(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

func formatArgs(args []any) string {
	var b strings.Builder
	for i, a := range args {
		fmt.Fprintf(&b, "$%d = %v  ", i+1, a)
	}
	return b.String()
}
