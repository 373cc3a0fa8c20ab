package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"mostik/lms/account"
	"mostik/lms/db/dbtest"
)

// typing runs a command with a line on its standard input.
func (s site) typing(line string, args ...string) (string, bool) {
	s.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString(line + "\n"); err != nil {
		s.t.Fatal(err)
	}
	w.Close()
	var out bytes.Buffer
	code := runWith(context.Background(), args, s.vars, r, &out, &out)
	return out.String(), code == 0
}

var codeWord = regexp.MustCompile(`with the code (\S+), once`)

// TestStoryOfAccounts goes through what an operator does at the machine.
func TestStoryOfAccounts(t *testing.T) {
	s := newSite(t, dbtest.URL(t))
	if out, ok := s.run("user", "list"); ok || !strings.Contains(out, "begin with 'mostik user add --role admin") {
		t.Errorf("without an administrator: %s", out)
	}
	admin := []string{"user", "add", "--role", "admin", "--given", "Айгерім", "--family", "Садықова", "--email", "aigerim@example.org"}
	if out, ok := s.typing("short", admin...); ok {
		t.Errorf("a weak password was taken: %s", out)
	}
	if out, ok := s.typing("a long enough phrase", admin...); !ok {
		t.Fatalf("the first administrator: %s", out)
	}

	if _, err := testDatabase(t, s.vars["DATABASE_URL"]).DB.DB.Exec(`INSERT INTO countries VALUES ('KZ') ON CONFLICT DO NOTHING`); err != nil {
		t.Fatal(err)
	}
	out := s.must("user", "add", "--given", "Олег", "--family", "Ким", "--login", "oleg", "--role", "trainee", "--role", "coordinator:country:KZ")
	if !codeWord.MatchString(out) {
		t.Fatalf("no code is printed: %s", out)
	}
	if out, ok := s.run("user", "add", "--given", "Олег", "--family", "Ким", "--login", "OLEG"); ok {
		t.Errorf("the same login twice: %s", out)
	}
	list := s.must("user", "list", "ким")
	if !strings.Contains(list, "oleg") || !strings.Contains(list, "coordinator,trainee") || strings.Contains(list, "aigerim") {
		t.Errorf("the list: %s", list)
	}

	code := codeWord.FindStringSubmatch(s.must("user", "code", "oleg"))
	if code == nil {
		t.Fatal("no second code")
	}
	slices, err := newServices(t.Context(), s.config(), testDatabase(t, s.vars["DATABASE_URL"]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := slices.accounts.RedeemCode(t.Context(), "oleg", code[1], "words that only Oleg knows", account.From{}); err != nil {
		t.Errorf("the printed code: %v", err)
	}
	if out, ok := s.typing("another long phrase", "user", "password", "oleg"); !ok {
		t.Errorf("setting a password: %s", out)
	}
	if _, err := slices.accounts.SignIn(t.Context(), "oleg", "another long phrase", account.From{}); err != nil {
		t.Errorf("the password that was set: %v", err)
	}

	s.must("user", "role", "oleg", "trainer")
	s.must("user", "role", "--take", "oleg", "coordinator:country:KZ")
	if list := s.must("user", "list", "oleg"); !strings.Contains(list, "trainee,trainer") {
		t.Errorf("after the roles changed: %s", list)
	}
	for name, args := range map[string][]string{
		"a role not held":        {"user", "role", "--take", "oleg", "author"},
		"a role that is none":    {"user", "role", "oleg", "emperor"},
		"nobody":                 {"user", "code", "nobody"},
		"the last administrator": {"user", "role", "--take", "aigerim@example.org", "admin"},
		"in a trainee's name":    {"user", "list", "--as", "oleg"},
	} {
		if out, ok := s.run(args...); ok {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// TestDeskIsCheckedAndMended spoils what the desk keeps, as somebody with psql would.
func TestDeskIsCheckedAndMended(t *testing.T) {
	s := newSite(t, dbtest.URL(t))
	d := testDatabase(t, s.vars["DATABASE_URL"]).DB.DB
	if _, err := d.Exec(`INSERT INTO persons (id, given_name, family_name, created_at) VALUES (gen_random_uuid(), 'Олег', 'Ким', now())`); err != nil {
		t.Fatal(err)
	}
	if out := s.must("desk", "check"); !strings.Contains(out, "1 people were looked at") || !strings.Contains(out, "counts right") {
		t.Errorf("as the program left it: %s", out)
	}
	if _, err := d.Exec(`DELETE FROM desk_changes`); err != nil {
		t.Fatal(err)
	}
	if out, ok := s.run("desk", "check"); ok || !strings.Contains(out, "4 sums are not") {
		t.Errorf("a change was taken away: %s", out)
	}
	s.must("desk", "check", "--mend")
	if out := s.must("desk", "check"); !strings.Contains(out, "counts right") {
		t.Errorf("after it was mended: %s", out)
	}
}

func TestCourseCheckNamesFileAndLine(t *testing.T) {
	s := newSite(t, "")
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/course.yaml", []byte("format: 1\nkey: Not A Key\nnonsense: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, ok := s.run("course", "check", dir)
	if ok || !regexp.MustCompile(`(?m)/course\.yaml:\d+(:\d+)?: error: `).MatchString(out) {
		t.Errorf("ok %v: %s", ok, out)
	}
}

func TestCoursesGoInAndOut(t *testing.T) {
	const folder = "../../courses/content/burnout"
	s := newSite(t, dbtest.URL(t))
	if out := s.must("course", "import", "--open", folder); !strings.Contains(out, "published burnout, version 1") {
		t.Errorf("the first time: %s", out)
	}
	if out := s.must("course", "import", folder); !strings.Contains(out, "burnout is version 1 already") {
		t.Errorf("the second time: %s", out)
	}
	zip := t.TempDir() + "/burnout.zip"
	s.must("course", "export", "burnout", zip)
	s.must("course", "check", zip)
	if out := s.must("course", "import", zip); !strings.Contains(out, "burnout is version 1 already") {
		t.Errorf("what was exported is another course: %s", out)
	}
	if out, ok := s.run("course", "export", "unknown", zip); ok {
		t.Errorf("an unknown course: %s", out)
	}
}
