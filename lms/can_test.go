package lms_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mostik/lms"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	me      = lms.NewID[lms.Person]()
	other   = lms.NewID[lms.Person]()
	centre  = lms.NewID[lms.Centre]()
	course  = lms.NewID[lms.Course]()
	cohort  = lms.NewID[lms.Cohort]()
	grounds = []lms.Ground{
		lms.AllGround(), lms.CountryGround("KZ"), lms.CourseGround(course), lms.CohortGround(cohort),
		lms.CentreGround(centre),
	}
	inside = lms.Facts{
		Owner: other, Country: "KZ", Centre: centre, Course: course, Cohort: cohort,
		Role: lms.Trainee, // the least that GrantRole can be asked about
	}
)

func outside() lms.Facts {
	return lms.Facts{
		Owner: other, Country: "SK", Centre: lms.NewID[lms.Centre](), Course: lms.NewID[lms.Course](),
		Cohort: lms.NewID[lms.Cohort](), Role: lms.Trainee,
	}
}

func actor(grants ...lms.Grant) lms.Actor { return lms.Actor{Person: me, Grants: grants} }

func word(err error) string {
	switch {
	case err == nil:
		return "yes"
	case lms.KindOf(err) == lms.Forbidden:
		return "forbidden"
	case lms.KindOf(err) == lms.NotFound:
		return "not found"
	case lms.KindOf(err) == lms.Unauthorized:
		return "sign in"
	}
	return err.Error()
}

// TestMatrix draws every action by role, ground and relation, so that a change of rights is a diff.
func TestMatrix(t *testing.T) {
	var b strings.Builder
	for _, action := range lms.Actions() {
		fmt.Fprintf(&b, "%s\n", action)
		own := inside
		own.Owner = me
		fmt.Fprintf(&b, "  %-12s %-8s %s\n", "stranger", "", word(lms.Actor{}.Can(action, own)))
		fmt.Fprintf(&b, "  %-12s %-8s own: %s, another's: %s\n", "no role", "",
			word(actor().Can(action, own)), word(actor().Can(action, inside)))
		for _, role := range lms.Roles() {
			for _, ground := range grounds {
				a := actor(lms.Grant{Role: role, Scope: ground})
				out := outside()
				ownOut := out
				ownOut.Owner = me
				fmt.Fprintf(&b, "  %-12s %-8s own: %s, inside: %s, outside: %s\n", role, ground.Kind,
					word(a.Can(action, ownOut)), word(a.Can(action, inside)), word(a.Can(action, out)))
			}
		}
	}
	golden(t, "can.golden", b.String())
}

// TestGivingRoles draws who may give which role, where the ground is covered and where it is not.
func TestGivingRoles(t *testing.T) {
	var b strings.Builder
	for _, giver := range lms.Roles() {
		for _, ground := range grounds {
			a := actor(lms.Grant{Role: giver, Scope: ground})
			var can []string
			for _, role := range lms.Roles() {
				in, out := inside, outside()
				in.Role, out.Role = role, role
				if a.Can(lms.GrantRole, in) == nil {
					can = append(can, string(role)+" inside")
				}
				if a.Can(lms.GrantRole, out) == nil {
					can = append(can, string(role)+" outside")
				}
				if a.Can(lms.GrantRole, lms.Facts{Role: role}) == nil {
					can = append(can, string(role)+" everywhere")
				}
			}
			fmt.Fprintf(&b, "%-12s %-8s %s\n", giver, ground.Kind, strings.Join(can, ", "))
		}
	}
	golden(t, "give.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at the change of rights, then run the test with -update.\n%s", path, got)
	}
}

// A code for somebody's account is that account: whoever could not have given its roles must not get it.
func TestNoPowerOverThoseWhoHoldMore(t *testing.T) {
	coordinator := actor(lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")})
	for name, c := range map[string]struct {
		holds []lms.Holding
		want  string
	}{
		"nothing":            {nil, "yes"},
		"trainee everywhere": {[]lms.Holding{{Role: lms.Trainee, Everywhere: true}}, "yes"},
		"trainer inside":     {[]lms.Holding{{Role: lms.Trainer, Cohort: cohort, Country: "KZ"}}, "yes"},
		"trainer outside":    {[]lms.Holding{{Role: lms.Trainer, Cohort: cohort, Country: "SK"}}, "forbidden"},
		"trainer everywhere": {[]lms.Holding{{Role: lms.Trainer, Everywhere: true}}, "forbidden"},
		"coordinator inside": {[]lms.Holding{{Role: lms.Coordinator, Country: "KZ"}}, "forbidden"},
		"admin":              {[]lms.Holding{{Role: lms.Admin, Everywhere: true}}, "forbidden"},
		"one too many": {[]lms.Holding{
			{Role: lms.Trainer, Country: "KZ", Cohort: cohort}, {Role: lms.Admin, Everywhere: true},
		}, "forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			f := inside
			f.Holds = c.holds
			for _, action := range []lms.Action{
				lms.IssueCode, lms.EditPerson, lms.BlockPerson, lms.ErasePerson, lms.ExportPerson,
			} {
				if got := word(coordinator.Can(action, f)); got != c.want {
					t.Errorf("%s: %s, want %s", action, got, c.want)
				}
			}
		})
	}
}

// Lists and single checks must tell the same: Scope.Covers is Can, for every action without power.
func TestScopeAgreesWithCan(t *testing.T) {
	own := outside()
	own.Owner = me
	for _, action := range lms.Actions() {
		for _, role := range lms.Roles() {
			for _, ground := range grounds {
				a := actor(lms.Grant{Role: role, Scope: ground})
				for name, f := range map[string]lms.Facts{"own": own, "inside": inside, "outside": outside(), "none": {Role: lms.Trainee}} {
					can := a.Can(action, f) == nil
					if covers := a.Scope(action).Covers(f); covers != can {
						t.Errorf("%s, %s on %s, %s: the list says %v, the check %v", action, role, ground.Kind, name, covers, can)
					}
				}
				if got, want := a.May(action) == nil, !a.Scope(action).Empty(); got != want {
					t.Errorf("%s, %s on %s: May says %v", action, role, ground.Kind, got)
				}
			}
		}
	}
}

// Pages of the desk and of reports are filtered and opened live, so numbers of few people are told there: whoever has
// them may see each of those people by name. Nobody has numbers alone.
func TestWhoeverSeesNumbersMaySeeTheirPeople(t *testing.T) {
	for _, action := range []lms.Action{lms.ReadDesk, lms.ReadReports} {
		seen := 0
		for _, role := range lms.Roles() {
			for _, ground := range grounds {
				for _, f := range []lms.Facts{inside, outside(), {}, {Country: "KZ"}, {Centre: centre}, {Cohort: cohort}} {
					if a := actor(lms.Grant{Role: role, Scope: ground}); a.Scope(action).Covers(f) {
						seen++
						if !a.Scope(lms.ReadPerson).Covers(f) {
							t.Errorf("%s on %s may %s of %+v and see nobody there", role, ground.Kind, action, f)
						}
					}
				}
			}
		}
		if seen == 0 {
			t.Errorf("nobody may %s", action)
		}
	}
}

func TestUnknownActionIsDenied(t *testing.T) {
	a := actor(lms.Grant{Role: lms.Admin, Scope: lms.AllGround()})
	if err := a.Can("invented", inside); lms.KindOf(err) != lms.NotFound {
		t.Errorf("an action that is not in the table: %v", err)
	}
	if err := a.May("invented"); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("a list of an action that is not in the table: %v", err)
	}
}

func TestGrantText(t *testing.T) {
	for _, role := range lms.Roles() {
		for _, ground := range grounds {
			g := lms.Grant{Role: role, Scope: ground}
			back, err := lms.ParseGrant(g.String())
			if err != nil || back != g {
				t.Errorf("%s reads back as %v, %v", g, back, err)
			}
		}
	}
	for _, bad := range []string{
		"", "admin", "king:all", "admin:all:x", "trainer:cohort", "trainer:cohort:1", "coordinator:country", "author:moon:x",
	} {
		if g, err := lms.ParseGrant(bad); err == nil {
			t.Errorf("%q was read as %v", bad, g)
		}
	}
}

func TestGrantCheck(t *testing.T) {
	for g, want := range map[lms.Grant]string{
		{Role: lms.Admin, Scope: lms.AllGround()}:                              "",
		{Role: lms.Admin, Scope: lms.CountryGround("KZ")}:                      "scope-unfit",
		{Role: lms.Facilitator, Scope: lms.CentreGround(centre)}:               "",
		{Role: lms.Facilitator, Scope: lms.AllGround()}:                        "scope-unfit",
		{Role: lms.Coordinator, Scope: lms.Ground{Kind: "moon"}}:               "scope-malformed",
		{Role: "king", Scope: lms.AllGround()}:                                 "role-unknown",
		{Role: lms.Author, Scope: lms.Ground{Kind: lms.InCourse}}:              "scope-malformed",
		{Role: lms.Trainer, Scope: lms.CohortGround(cohort)}:                   "",
		{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")}:                "",
		{Role: lms.Coordinator, Scope: lms.Ground{Kind: "all", Country: "KZ"}}: "scope-malformed",
	} {
		err := g.Check()
		var e *lms.Error
		code := ""
		if errors.As(err, &e) {
			code = e.Code
		}
		if code != want {
			t.Errorf("%s: %q, want %q", g, code, want)
		}
	}
}
