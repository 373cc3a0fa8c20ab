package account_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/db"
	"mostik/lms/lmstest"
)

const password = "a long enough password"

// house is a world with the service and a clock that the test moves.
type house struct {
	*lmstest.World
	*account.Service
	hash  string
	mu    sync.Mutex
	time  time.Time
	files []string
	// forgetRooms hears of who is taken out of rooms.
	forgetRooms func(account string, keys map[string][]string) error
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.time
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.time = h.time.Add(d)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{World: lmstest.New(t)}
	h.time = h.Start
	keys, err := account.KeysFromSeed(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	h.Service, err = account.New(t.Context(), h.DB, account.Config{ForgetRooms: func(account string, keys map[string][]string) error {
		if h.forgetRooms == nil {
			return nil
		}
		return h.forgetRooms(account, keys)
	}, ForgetFile: func(sha string) error {
		h.files = append(h.files, sha)
		return nil
	}}, keys, h.now)
	if err != nil {
		t.Fatal(err)
	}
	if h.hash, err = h.HashPassword(t.Context(), password); err != nil {
		t.Fatal(err)
	}
	return h
}

var (
	home     = account.From{Address: netip.MustParseAddr("192.0.2.1")}
	stranger = account.From{Address: netip.MustParseAddr("198.51.100.7")}
)

func code(err error) string {
	if e, ok := errors.AsType[*lms.Error](err); ok {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func (h *house) must(err error) {
	h.T.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

func (h *house) signIn(login string, from account.From) account.Tokens {
	h.T.Helper()
	tokens, err := h.SignIn(h.T.Context(), login, password, from)
	h.must(err)
	return tokens
}

func (h *house) actor(tokens account.Tokens) lms.Actor {
	h.T.Helper()
	a, err := h.Authenticate(tokens.Access)
	h.must(err)
	return a
}

// as gives the actor that a person would be after signing in.
func (h *house) as(person lms.ID[lms.Person], grants ...lms.Grant) lms.Actor {
	return lms.Actor{Person: person, Session: lms.NewID[lms.Session](), Grants: grants, Language: "en"}
}

func TestSignIn(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "Айгүл", PasswordHash: h.hash, Country: "KZ", Grants: []lms.Grant{{Role: lms.Trainer, Scope: lms.AllGround()}}})
	h.Person(lmstest.PersonSpec{Email: "Who@Example.org", PasswordHash: h.hash})
	h.Person(lmstest.PersonSpec{Login: "no-password"})
	blocked := h.Person(lmstest.PersonSpec{Login: "blocked", PasswordHash: h.hash})
	h.Exec(`UPDATE persons SET state = 'blocked' WHERE id = $1`, blocked)

	for name, c := range map[string]struct{ login, password, want string }{
		"login":                {"айгүл", password, ""},
		"e-mail in other case": {"who@example.ORG", password, ""},
		"spaces around":        {"  айгүл ", password, ""},
		"wrong password":       {"айгүл", password + "x", "sign-in-failed"},
		"unknown":              {"nobody", password, "sign-in-failed"},
		"no password yet":      {"no-password", "", "sign-in-failed"},
		"empty login":          {"", password, "sign-in-failed"},
		"blocked":              {"blocked", password, "account-blocked"},
		"blocked, wrong":       {"blocked", "x", "sign-in-failed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.SignIn(t.Context(), c.login, c.password, home)
			if code(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	a := h.actor(h.signIn("айгүл", home))
	if len(a.Grants) != 1 || a.Grants[0].Role != lms.Trainer || a.Session.IsZero() {
		t.Errorf("the token says %+v", a)
	}
}

func TestAccessTokens(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "me", PasswordHash: h.hash})
	tokens := h.signIn("me", home)
	h.actor(tokens)
	parts := strings.Split(tokens.Access, ".")
	none := "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
	for name, token := range map[string]string{
		"empty": "", "half": parts[0] + "." + parts[1], "other seal": parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"no algorithm": none + "." + parts[1] + ".",
	} {
		if _, err := h.Authenticate(token); code(err) != "sign-in-needed" {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.pass(10 * time.Minute)
	if _, err := h.Authenticate(tokens.Access); code(err) != "token-expired" {
		t.Errorf("after its time: %v", err)
	}
}

// A stranger who guesses waits longer and longer, and the owner signs in meanwhile: from another network,
// and on a known device from the stranger's network too.
func TestStrangerCannotLockOut(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "owner", PasswordHash: h.hash})
	known := h.signIn("owner", home).Device
	waits := 0
	for range 40 {
		_, err := h.SignIn(t.Context(), "owner", "guess guess", stranger)
		if code(err) == "too-many" {
			if e, _ := errors.AsType[*lms.Error](err); e.RetryAfter <= 0 {
				t.Fatalf("no time to wait: %v", err)
			}
			waits++
			h.pass(time.Second)
		}
	}
	if waits == 0 {
		t.Fatal("forty guesses and no wait")
	}
	if _, err := h.SignIn(t.Context(), "owner", password, stranger); code(err) != "too-many" {
		t.Errorf("the stranger's network is not waiting: %v", err)
	}
	h.signIn("owner", home)
	h.signIn("owner", account.From{Address: stranger.Address, Device: known})

	// A device of somebody else is no key to the owner's budget.
	h.Person(lmstest.PersonSpec{Login: "neighbour", PasswordHash: h.hash})
	other := h.signIn("neighbour", account.From{Address: netip.MustParseAddr("203.0.113.9")}).Device
	if _, err := h.SignIn(t.Context(), "owner", password, account.From{Address: stranger.Address, Device: other}); code(err) != "too-many" {
		t.Errorf("a foreign device got in: %v", err)
	}
	// A wait ends.
	h.pass(20 * time.Minute)
	h.signIn("owner", stranger)
}

// Whoever has the device is slowed down all the same.
func TestKnownDeviceHasABudgetToo(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "owner", PasswordHash: h.hash})
	from := account.From{Address: home.Address, Device: h.signIn("owner", home).Device}
	var last error
	for range 8 {
		_, last = h.SignIn(t.Context(), "owner", "guess guess", from)
	}
	if code(last) != "too-many" {
		t.Errorf("eight guesses on a device: %v", last)
	}
}

// One network that tries many logins is slowed down in all.
func TestManyLoginsFromOneNetwork(t *testing.T) {
	h := newHouse(t)
	var last error
	for i := range 70 {
		_, last = h.SignIn(t.Context(), "nobody-"+string(rune('a'+i%26))+strings.Repeat("x", i/26), "guess", stranger)
	}
	if code(last) != "too-many" {
		t.Errorf("seventy logins from one network: %v", last)
	}
	if _, err := h.SignIn(t.Context(), "nobody", "guess", home); code(err) != "sign-in-failed" {
		t.Errorf("another network waits too: %v", err)
	}
}

func TestManyGuessesAtOnceAreCounted(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "owner", PasswordHash: h.hash})
	var wg sync.WaitGroup
	refused := make(chan string, 20)
	for range 20 {
		wg.Go(func() {
			_, err := h.SignIn(context.WithoutCancel(t.Context()), "owner", "guess guess", stranger)
			refused <- code(err)
		})
	}
	wg.Wait()
	close(refused)
	tried := 0
	for c := range refused {
		if c == "sign-in-failed" {
			tried++
		}
	}
	if tried > 6 {
		t.Errorf("%d of 20 guesses at once were looked at", tried)
	}
}

func TestRefresh(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "me", PasswordHash: h.hash})
	first := h.signIn("me", home)
	h.pass(9 * time.Minute)
	second, err := h.Refresh(t.Context(), first.Refresh)
	h.must(err)
	if second.Refresh == first.Refresh || h.actor(second).Session != h.actor(first).Session {
		t.Error("the token did not change, or the session did")
	}

	t.Run("two tabs with the same token stay signed in", func(t *testing.T) {
		h.pass(29 * time.Second)
		again, err := h.Refresh(t.Context(), first.Refresh)
		if err != nil || again.Refresh != second.Refresh {
			t.Fatalf("the second tab got %v, %v", again.Refresh == second.Refresh, err)
		}
		third, err := h.Refresh(t.Context(), again.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		second = third
	})
	t.Run("an old token ends the session and all its tokens", func(t *testing.T) {
		h.pass(31 * time.Second)
		if _, err := h.Refresh(t.Context(), first.Refresh); code(err) != "session-reused" {
			t.Fatalf("reuse: %v", err)
		}
		if _, err := h.Refresh(t.Context(), second.Refresh); code(err) != "session-ended" {
			t.Errorf("the newest refresh token: %v", err)
		}
		if _, err := h.Authenticate(second.Access); code(err) != "token-expired" {
			t.Errorf("the newest access token: %v", err)
		}
		if n := h.Int(`SELECT count(*) FROM audit_events WHERE action = 'session.reused'`); n != 1 {
			t.Errorf("%d lines in the record", n)
		}
	})
	t.Run("guesses end nothing", func(t *testing.T) {
		tokens := h.signIn("me", home)
		for _, guess := range []string{"", "x", strings.Repeat("A", len(tokens.Refresh)), tokens.Refresh[:len(tokens.Refresh)-2] + "AA"} {
			if _, err := h.Refresh(t.Context(), guess); code(err) != "session-ended" {
				t.Errorf("%q: %v", guess, err)
			}
		}
		if _, err := h.Refresh(t.Context(), tokens.Refresh); err != nil {
			t.Error(err)
		}
	})
	t.Run("a session that nobody used ends", func(t *testing.T) {
		tokens := h.signIn("me", home)
		h.pass(31 * 24 * time.Hour)
		if _, err := h.Refresh(t.Context(), tokens.Refresh); code(err) != "session-ended" {
			t.Error(err)
		}
	})
}

// The previous token two minutes later is reuse even when nobody used the newest.
func TestPreviousTokenAfterTheGrace(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "me", PasswordHash: h.hash})
	first := h.signIn("me", home)
	h.pass(time.Minute)
	_, err := h.Refresh(t.Context(), first.Refresh)
	h.must(err)
	h.pass(2 * time.Minute)
	if _, err := h.Refresh(t.Context(), first.Refresh); code(err) != "session-reused" {
		t.Error(err)
	}
}

func TestManyTabsAtOnce(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "me", PasswordHash: h.hash})
	first := h.signIn("me", home)
	var wg sync.WaitGroup
	got := make(chan string, 8)
	for range 8 {
		wg.Go(func() {
			tokens, err := h.Refresh(context.WithoutCancel(t.Context()), first.Refresh)
			if err != nil {
				t.Error(err)
			}
			got <- tokens.Refresh
		})
	}
	wg.Wait()
	close(got)
	newest := map[string]bool{}
	for token := range got {
		newest[token] = true
	}
	if len(newest) != 1 {
		t.Errorf("eight tabs got %d tokens", len(newest))
	}
}

func TestSigningOut(t *testing.T) {
	h := newHouse(t)
	me := h.Person(lmstest.PersonSpec{Login: "me", PasswordHash: h.hash})
	one, two := h.signIn("me", home), h.signIn("me", stranger)
	h.must(h.SignOut(t.Context(), h.actor(one), one.Refresh))
	if _, err := h.Authenticate(one.Access); code(err) != "token-expired" {
		t.Errorf("signed out: %v", err)
	}
	h.actor(two)
	three := h.signIn("me", home)
	h.must(h.SignOutEverywhere(t.Context(), h.actor(two)))
	for _, tokens := range []account.Tokens{two, three} {
		if _, err := h.Authenticate(tokens.Access); code(err) != "token-expired" {
			t.Errorf("signed out everywhere: %v", err)
		}
		if _, err := h.Refresh(t.Context(), tokens.Refresh); code(err) != "session-ended" {
			t.Errorf("signed out everywhere: %v", err)
		}
	}
	four := h.signIn("me", home)
	h.actor(four)
	// A restart remembers: the tokens of sessions that ended stay void.
	keys, err := account.KeysFromSeed(make([]byte, 32))
	h.must(err)
	again, err := account.New(t.Context(), h.DB, account.Config{}, keys, h.now)
	h.must(err)
	if _, err := again.Authenticate(three.Access); code(err) != "token-expired" {
		t.Errorf("after a restart: %v", err)
	}
	if a, err := again.Authenticate(four.Access); err != nil || a.Person != me {
		t.Errorf("after a restart: %v", err)
	}
}

func TestARoleThatWasTakenStaysTakenOverARestart(t *testing.T) {
	h := newHouse(t)
	boss := admin(h)
	me := h.Person(lmstest.PersonSpec{Login: "me", PasswordHash: h.hash})
	other := h.Person(lmstest.PersonSpec{Login: "other", PasswordHash: h.hash})
	role, err := h.GrantRole(t.Context(), boss, me, lms.Grant{Role: lms.Author, Scope: lms.AllGround()})
	h.must(err)
	h.pass(time.Minute)
	mine, others := h.signIn("me", home), h.signIn("other", home)
	h.pass(time.Second)
	h.must(h.TakeRole(t.Context(), boss, me, role))
	h.must(h.ErasePerson(t.Context(), boss, other))
	keys, err := account.KeysFromSeed(make([]byte, 32))
	h.must(err)
	again, err := account.New(t.Context(), h.DB, account.Config{}, keys, h.now)
	h.must(err)
	for _, tokens := range []account.Tokens{mine, others} {
		if a, err := again.Authenticate(tokens.Access); code(err) != "token-expired" {
			t.Errorf("a token from before: %v, %v", a.Grants, err)
		}
	}
}

func TestSigningInRightAfterARoleIsGiven(t *testing.T) {
	h := newHouse(t)
	me := h.Person(lmstest.PersonSpec{Login: "me", PasswordHash: h.hash})
	before := h.signIn("me", home)
	h.pass(100 * time.Microsecond)
	_, err := h.GrantRole(t.Context(), admin(h), me, lms.Grant{Role: lms.Author, Scope: lms.AllGround()})
	h.must(err)
	if _, err := h.Authenticate(before.Access); code(err) != "token-expired" {
		t.Errorf("a token from before: %v", err)
	}
	h.pass(100 * time.Microsecond) // within the same millisecond
	if a := h.actor(h.signIn("me", home)); len(a.Grants) != 1 {
		t.Errorf("the new token has %v", a.Grants)
	}
}

func admin(h *house) lms.Actor {
	all := lms.Grant{Role: lms.Admin, Scope: lms.AllGround()}
	return h.as(h.Person(lmstest.PersonSpec{Grants: []lms.Grant{all}}), all)
}

func TestCodes(t *testing.T) {
	h := newHouse(t)
	boss := admin(h)
	person := h.Person(lmstest.PersonSpec{Login: "new-one", Country: "KZ"})
	issue := func() string {
		t.Helper()
		codes, err := h.IssueCodes(t.Context(), boss, []lms.ID[lms.Person]{person})
		h.must(err)
		return codes[0].Code
	}
	first := issue()
	second := issue()
	if _, err := h.RedeemCode(t.Context(), "", first, password, home); code(err) != "code-unknown" {
		t.Errorf("a code that a newer one replaced: %v", err)
	}
	if _, err := h.RedeemCode(t.Context(), "somebody", second, password, home); code(err) != "code-unknown" {
		t.Errorf("with another's login: %v", err)
	}
	if _, err := h.RedeemCode(t.Context(), "NEW-one", second, "short", home); code(err) != "password-too-short" {
		t.Errorf("a weak password: %v", err)
	}
	// As people type it: lower case, spaces, and letters of a Cyrillic keyboard.
	typed := strings.NewReplacer("A", "А", "E", "Е", "K", "К", "M", "М", "H", "Н", "P", "Р", "C", "С", "T", "Т", "Y", "У", "X", "Х", "-", " ").
		Replace(second)
	tokens, err := h.RedeemCode(t.Context(), "", strings.ToLower(typed), password, home)
	h.must(err)
	if h.actor(tokens).Person != person {
		t.Error("another person was signed in")
	}
	if _, err := h.RedeemCode(t.Context(), "", second, password, home); code(err) != "code-used" {
		t.Errorf("twice: %v", err)
	}
	// A forgotten password: the new one ends the sessions from before.
	third := issue()
	h.pass(time.Minute)
	_, err = h.RedeemCode(t.Context(), "", third, password+"2", stranger)
	h.must(err)
	if _, err := h.Authenticate(tokens.Access); code(err) != "token-expired" {
		t.Errorf("the session from before: %v", err)
	}
	fourth := issue()
	h.pass(15 * 24 * time.Hour)
	if _, err := h.RedeemCode(t.Context(), "", fourth, password, home); code(err) != "code-expired" {
		t.Errorf("after 14 days: %v", err)
	}
}

func TestOneCodeLetsOneIn(t *testing.T) {
	h := newHouse(t)
	codes, err := h.IssueCodes(t.Context(), admin(h), []lms.ID[lms.Person]{h.Person(lmstest.PersonSpec{})})
	h.must(err)
	var wg sync.WaitGroup
	in := make(chan bool, 6)
	for range 6 {
		wg.Go(func() {
			_, err := h.RedeemCode(context.WithoutCancel(t.Context()), "", codes[0].Code, password, home)
			in <- err == nil
		})
	}
	wg.Wait()
	close(in)
	n := 0
	for ok := range in {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d got in", n)
	}
}

func TestPassword(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Login: "longer-login", PasswordHash: h.hash})
	here, there := h.signIn("longer-login", home), h.signIn("longer-login", stranger)
	for _, c := range []struct{ current, password, want string }{
		{"wrong", "another password", "password-wrong"},
		{password, "short", "password-too-short"},
		{password, "LONGER-login", "password-is-login"},
		{password, "qwertyuiop", "password-too-easy"},
		{password, "aaaaaaaaaaaa", "password-too-easy"},
		{password, "другой пароль", ""},
	} {
		if err := h.ChangePassword(t.Context(), h.actor(here), c.current, c.password); code(err) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
	}
	h.actor(here)
	if _, err := h.Authenticate(there.Access); code(err) != "token-expired" {
		t.Errorf("the other session: %v", err)
	}
	if _, err := h.SignIn(t.Context(), "longer-login", "другой пароль", home); err != nil {
		t.Error(err)
	}
}

func TestBlockAndRolesBiteAtOnce(t *testing.T) {
	h := newHouse(t)
	boss := admin(h)
	person := h.Person(lmstest.PersonSpec{Login: "me", PasswordHash: h.hash})
	tokens := h.signIn("me", home)
	h.pass(time.Second)
	id, err := h.GrantRole(t.Context(), boss, person, lms.Grant{Role: lms.Trainer, Scope: lms.AllGround()})
	h.must(err)
	if _, err := h.Authenticate(tokens.Access); code(err) != "token-expired" {
		t.Errorf("a token without the new role: %v", err)
	}
	h.pass(time.Second)
	if tokens, err = h.Refresh(t.Context(), tokens.Refresh); err != nil || len(h.actor(tokens).Grants) != 1 {
		t.Fatalf("after refreshing: %v", err)
	}
	h.pass(time.Second)
	h.must(h.TakeRole(t.Context(), boss, person, id))
	if _, err := h.Authenticate(tokens.Access); code(err) != "token-expired" {
		t.Errorf("a token with the role that was taken: %v", err)
	}
	h.pass(time.Second)
	tokens, err = h.Refresh(t.Context(), tokens.Refresh)
	h.must(err)
	h.must(h.Block(t.Context(), boss, person))
	if _, err := h.Authenticate(tokens.Access); code(err) != "token-expired" {
		t.Errorf("a token of somebody who was blocked: %v", err)
	}
	if _, err := h.Refresh(t.Context(), tokens.Refresh); code(err) != "session-ended" {
		t.Errorf("refreshing while blocked: %v", err)
	}
	h.must(h.Unblock(t.Context(), boss, person))
	h.signIn("me", home)
}

func TestTheLastAdministratorStays(t *testing.T) {
	h := newHouse(t)
	id, err := h.CreateAdministrator(t.Context(), account.NewPerson{GivenName: "A", FamilyName: "B", Login: "root-1"}, password)
	h.must(err)
	boss := h.actor(h.signIn("root-1", home))
	me, err := h.Profile(t.Context(), boss)
	h.must(err)
	if err := h.TakeRole(t.Context(), boss, id, me.Roles[0].ID); code(err) != "last-administrator" {
		t.Errorf("taking the role: %v", err)
	}
	if err := h.EraseMe(t.Context(), boss, password); code(err) != "last-administrator" {
		t.Errorf("erasure: %v", err)
	}
	if err := h.Block(t.Context(), boss, id); code(err) != "not-oneself" {
		t.Errorf("blocking: %v", err)
	}
	admin(h)
	h.must(h.TakeRole(t.Context(), boss, id, me.Roles[0].ID))
}

func TestCoordinatorOfACountry(t *testing.T) {
	h := newHouse(t)
	kz := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")}
	boss := h.as(h.Person(lmstest.PersonSpec{Grants: []lms.Grant{kz}}), kz)
	abroad := h.Centre("SK")
	p, err := h.CreatePerson(t.Context(), boss, account.NewPerson{
		GivenName: " Айгүл ", FamilyName: "Сәрсен", LatinGiven: "Aigul", LatinFamily: "Sarsen", Country: "KZ",
		Roles: []lms.Grant{{Role: lms.Trainee, Scope: lms.AllGround()}},
	})
	if code(err) != "beyond-scope" {
		t.Errorf("a trainee everywhere: %v", err)
	}
	p, err = h.CreatePerson(t.Context(), boss, account.NewPerson{GivenName: " Айгүл ", FamilyName: "Сәрсен", Country: "KZ"})
	h.must(err)
	if p.GivenName != "Айгүл" || p.Login == nil || !strings.HasPrefix(*p.Login, "kz-") {
		t.Errorf("made %+v", p)
	}
	other := h.Person(lmstest.PersonSpec{Country: "SK"})
	sk, ok := "SK", "KZ"
	centre := abroad.String()
	for name, c := range map[string]struct {
		do   func() error
		want string
	}{
		"creating abroad": {func() error {
			_, err := h.CreatePerson(t.Context(), boss, account.NewPerson{GivenName: "a", FamilyName: "b", Country: "SK"})
			return err
		}, "beyond-scope"},
		"creating nowhere": {func() error {
			_, err := h.CreatePerson(t.Context(), boss, account.NewPerson{GivenName: "a", FamilyName: "b"})
			return err
		}, "beyond-scope"},
		"seeing abroad": {func() error { _, err := h.PersonByID(t.Context(), boss, other); return err }, "not-found"},
		"moving abroad": {func() error {
			_, err := h.ChangePerson(t.Context(), boss, p.ID, account.PersonChange{Country: &sk})
			return err
		}, "beyond-scope"},
		"into a centre abroad": {func() error {
			_, err := h.ChangePerson(t.Context(), boss, p.ID, account.PersonChange{Country: &ok, Centre: &centre})
			return err
		}, ""}, // people travel; the country that answers for them stays
		"pulling in from abroad": {func() error {
			_, err := h.ChangePerson(t.Context(), boss, other, account.PersonChange{Country: &ok})
			return err
		}, "not-found"},
		"a code abroad": {func() error {
			_, err := h.IssueCodes(t.Context(), boss, []lms.ID[lms.Person]{p.ID, other})
			return err
		}, "not-found"},
		"making an administrator": {func() error {
			_, err := h.GrantRole(t.Context(), boss, p.ID, lms.Grant{Role: lms.Admin, Scope: lms.AllGround()})
			return err
		}, "beyond-scope"},
		"making a coordinator": {func() error { _, err := h.GrantRole(t.Context(), boss, p.ID, kz); return err }, "beyond-scope"},
		"a facilitator abroad": {func() error {
			_, err := h.GrantRole(t.Context(), boss, p.ID, lms.Grant{Role: lms.Facilitator, Scope: lms.CentreGround(abroad)})
			return err
		}, "beyond-scope"},
		"a facilitator at home": {func() error {
			_, err := h.GrantRole(t.Context(), boss, p.ID, lms.Grant{Role: lms.Facilitator, Scope: lms.CentreGround(h.Centre("KZ"))})
			return err
		}, ""},
	} {
		if got := code(c.do()); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if n := h.Int(`SELECT count(*) FROM one_time_codes`); n != 0 {
		t.Errorf("%d codes were made by a list that was refused", n)
	}
	// Somebody in the country who holds more than the coordinator may give is seen and not touched.
	h.Grant(p.ID, lms.Grant{Role: lms.Admin, Scope: lms.AllGround()})
	if _, err := h.IssueCodes(t.Context(), boss, []lms.ID[lms.Person]{p.ID}); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("a code for an administrator: %v", err)
	}
}

// The list of people shows exactly those whom a single look shows.
func TestListAgreesWithCan(t *testing.T) {
	h := newHouse(t)
	course, version := h.Course("c1", `{}`)
	course2, version2 := h.Course("c2", `{}`)
	kzCentre, skCentre := h.Centre("KZ"), h.Centre("SK")
	cohort := h.Cohort(course, "KZ", kzCentre)
	cohort2 := h.Cohort(course, "SK", skCentre)
	var people []lms.ID[lms.Person]
	add := func(spec lmstest.PersonSpec, enrol func(id lms.ID[lms.Person])) {
		id := h.Person(spec)
		enrol(id)
		people = append(people, id)
	}
	for _, country := range []string{"", "KZ", "SK", "TJ"} {
		for _, centre := range []lms.ID[lms.Centre]{{}, kzCentre, skCentre} {
			spec := lmstest.PersonSpec{Country: country, Centre: centre}
			add(spec, func(lms.ID[lms.Person]) {})
			add(spec, func(id lms.ID[lms.Person]) { h.Enrol(id, course, version, cohort) })
			add(spec, func(id lms.ID[lms.Person]) {
				h.Enrol(id, course2, version2, lms.ID[lms.Cohort]{})
				h.Enrol(id, course, version, cohort2)
			})
			add(spec, func(id lms.ID[lms.Person]) {
				h.Exec(`UPDATE enrolments SET state = 'withdrawn' WHERE id = $1`, h.Enrol(id, course, version, cohort))
			})
		}
	}
	grants := []lms.Ground{
		lms.AllGround(), lms.CountryGround("KZ"), lms.CountryGround("SK"), lms.CourseGround(course), lms.CourseGround(course2),
		lms.CohortGround(cohort), lms.CohortGround(cohort2), lms.CentreGround(kzCentre), lms.CentreGround(skCentre),
	}
	asker := h.Person(lmstest.PersonSpec{})
	people = append(people, asker)
	check := func(name string, a lms.Actor) {
		t.Run(name, func(t *testing.T) {
			listed := map[lms.ID[lms.Person]]bool{}
			for page := 1; ; page++ {
				got, err := h.People(t.Context(), a, account.PeopleQuery{Page: page})
				h.must(err)
				for _, row := range got.Items {
					listed[row.ID] = true
				}
				if page >= got.Pages {
					if got.Total != len(listed) {
						t.Errorf("the total is %d, the rows are %d", got.Total, len(listed))
					}
					break
				}
			}
			for _, id := range people {
				_, err := h.PersonByID(t.Context(), a, id)
				if (err == nil) != listed[id] {
					t.Errorf("%s: listed %v, looked at: %v", id, listed[id], err)
				}
			}
		})
	}
	for i, one := range grants {
		check(one.String(), h.as(asker, lms.Grant{Role: lms.Coordinator, Scope: one}))
		two := grants[(i+3)%len(grants)]
		check(one.String()+" and "+two.String(), h.as(asker,
			lms.Grant{Role: lms.Coordinator, Scope: one}, lms.Grant{Role: lms.Coordinator, Scope: two}))
	}
	if _, err := h.People(t.Context(), h.as(asker), account.PeopleQuery{}); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("without a role: %v", err)
	}
}

func TestSearch(t *testing.T) {
	h := newHouse(t)
	boss := admin(h)
	id := h.Person(lmstest.PersonSpec{GivenName: "Нұргүл", FamilyName: "Өмірова", Email: "n_o@example.org", Country: "KZ"})
	h.Exec(`UPDATE persons SET latin_given = 'Nurgul', latin_family = 'Omirova' WHERE id = $1`, id)
	h.Person(lmstest.PersonSpec{GivenName: "Other", FamilyName: "Person"})
	for text, want := range map[string]int{
		"өмір": 1, "НҰРГҮЛ өмірова": 1, "omir": 1, "n_o@": 1, "nxo@": 0, "%": 0, `\`: 0, "нұргүл other": 0, "": 3,
	} {
		got, err := h.People(t.Context(), boss, account.PeopleQuery{Text: text})
		h.must(err)
		if got.Total != want {
			t.Errorf("%q finds %d, want %d", text, got.Total, want)
		}
	}
	got, err := h.People(t.Context(), boss, account.PeopleQuery{Role: "admin", Country: "KZ"})
	h.must(err)
	if got.Total != 0 {
		t.Errorf("administrators of KZ: %d", got.Total)
	}
}

func TestInputIsChecked(t *testing.T) {
	h := newHouse(t)
	boss := admin(h)
	h.Person(lmstest.PersonSpec{Email: "taken@example.org"})
	h.Person(lmstest.PersonSpec{Login: "taken"})
	for name, c := range map[string]struct {
		change      func(*account.NewPerson)
		field, want string
	}{
		"no name":         {func(p *account.NewPerson) { p.GivenName = " " }, "given_name", "required"},
		"control letters": {func(p *account.NewPerson) { p.FamilyName = "a\u202eb" }, "family_name", "malformed"},
		"Cyrillic Latin":  {func(p *account.NewPerson) { p.LatinGiven = "Анна" }, "latin_given", "not-latin"},
		"bad e-mail":      {func(p *account.NewPerson) { p.Email = "A <a@b.org>" }, "email", "email-malformed"},
		"e-mail as login": {func(p *account.NewPerson) { p.Login = "a@b.org" }, "login", "login-malformed"},
		"taken e-mail":    {func(p *account.NewPerson) { p.Email = "TAKEN@example.org" }, "email", "email-taken"},
		"taken login":     {func(p *account.NewPerson) { p.Login = "Taken" }, "login", "login-taken"},
		"no such country": {func(p *account.NewPerson) { p.Country = "XX" }, "country", "reference-unknown"},
		"no such centre":  {func(p *account.NewPerson) { p.Centre = lms.NewID[lms.Centre]().String() }, "centre_id", "reference-unknown"},
		"bad centre":      {func(p *account.NewPerson) { p.Centre = "x" }, "centre_id", "id-malformed"},
		"language":        {func(p *account.NewPerson) { p.Language = "xx" }, "language", "not-one-of"},
	} {
		t.Run(name, func(t *testing.T) {
			p := account.NewPerson{GivenName: "A", FamilyName: "B", Country: "KZ"}
			c.change(&p)
			_, err := h.CreatePerson(t.Context(), boss, p)
			e, _ := errors.AsType[*lms.Error](err)
			if e == nil || e.Code != c.want || e.Field != c.field {
				t.Errorf("%v, want %s (%s)", err, c.want, c.field)
			}
		})
	}
}

func TestProfile(t *testing.T) {
	h := newHouse(t)
	kz := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")}
	centre := h.Centre("KZ")
	id := h.Person(lmstest.PersonSpec{Login: "me", Country: "KZ", Centre: centre, Grants: []lms.Grant{kz}})
	actor := h.as(id, kz)
	year, countries := 1980, []string{"RU", "KZ", "RU"}
	lang, latin, sex := "kk", "Aigul", "female"
	me, err := h.ChangeMe(t.Context(), actor, account.MyChange{Language: &lang, LatinGiven: &latin, Sex: &sex, BirthYear: &year, Countries: &countries})
	h.must(err)
	if me.Language != "kk" || *me.BirthYear != 1980 || strings.Join(me.Countries, ",") != "KZ,RU" || me.Centre.TimeZone == "" ||
		strings.Join(me.Can, ",") != "teach,coordinate,admin,plan,calls,decide" || len(me.Roles) != 1 {
		t.Errorf("%+v", me)
	}
	year = 0
	if me, err = h.ChangeMe(t.Context(), actor, account.MyChange{BirthYear: &year}); err != nil || me.BirthYear != nil || me.Sex != "female" {
		t.Errorf("%+v, %v", me, err)
	}
	bad := []string{"XX"}
	if _, err := h.ChangeMe(t.Context(), actor, account.MyChange{Countries: &bad}); code(err) != "reference-unknown" {
		t.Errorf("a country that is not there: %v", err)
	}
}

// everything reads every row of every table as text.
func (h *house) everything(t *testing.T) string {
	t.Helper()
	rows, err := db.Rows(t.Context(), h.DB, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`)
	h.must(err)
	var tables []string
	for rows.Next() {
		var name string
		h.must(rows.Scan(&name))
		tables = append(tables, name)
	}
	h.must(rows.Err())
	rows.Close()
	var all strings.Builder
	for _, name := range tables {
		var text *string
		h.must(db.Row(t.Context(), h.DB, `SELECT string_agg(t::text, E'\n') FROM "`+name+`" t`).Scan(&text))
		if text != nil {
			all.WriteString(name + ": " + *text + "\n")
		}
	}
	return all.String()
}

const trace = "ZZTRACE"

func (h *house) traced() (lms.ID[lms.Person], lms.ID[lms.Course], string) {
	centre, org := h.Centre("KZ"), h.Organisation("KZ")
	id := h.Person(lmstest.PersonSpec{
		GivenName: trace, FamilyName: trace, Email: trace + "@example.org", Login: trace, PasswordHash: h.hash, Country: "KZ",
		Centre: centre, Organisation: org, Grants: []lms.Grant{{Role: lms.Trainee, Scope: lms.AllGround()}},
	})
	h.Exec(`UPDATE persons SET latin_given = $2, latin_family = $2 WHERE id = $1`, id, trace)
	course, version := h.Course("traced", `{}`)
	enrolment := h.Enrol(id, course, version, h.Cohort(course, "KZ", centre))
	return id, course, h.Traces(id, enrolment, course, version, trace)
}

func TestErasureLeavesNoTrace(t *testing.T) {
	for name, erase := range map[string]func(h *house, id lms.ID[lms.Person]) error{
		"oneself": func(h *house, id lms.ID[lms.Person]) error {
			return h.EraseMe(t.Context(), h.actor(h.signIn(trace, home)), password)
		},
		"administration": func(h *house, id lms.ID[lms.Person]) error { return h.ErasePerson(t.Context(), admin(h), id) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			id, course, sha := h.traced()
			other := h.Person(lmstest.PersonSpec{})
			answered := h.Post(id, lms.ID[lms.Enrolment]{}, course, trace+" answered")
			reply := h.Post(other, lms.ID[lms.Enrolment]{}, course, "a reply stays")
			h.Exec(`UPDATE posts SET parent_id = $2 WHERE id = $1`, reply, answered)
			if !strings.Contains(h.everything(t), trace) {
				t.Fatal("there is nothing to erase")
			}
			h.must(erase(h, id))
			left := h.everything(t)
			for line := range strings.SplitSeq(left, "\n") {
				if strings.Contains(strings.ToLower(line), strings.ToLower(trace)) || strings.Contains(line, sha) {
					t.Errorf("a trace: %s", line)
				}
			}
			if !strings.Contains(left, "a reply stays") {
				t.Error("somebody else's words went too")
			}
			if n := h.Int(`SELECT count(*) FROM certificates WHERE state = 'erased' AND claim = ''`); n != 2 {
				t.Errorf("%d certificates say that one was issued, want the course's and the programme's", n)
			}
			if n := h.Int(`SELECT count(*) FROM audit_events WHERE actor_id = $1`, id); n != 0 {
				t.Errorf("%d acts still name the actor", n)
			}
			if len(h.files) != 1 || h.files[0] != sha {
				t.Errorf("files forgotten: %v", h.files)
			}
			if _, err := h.SignIn(t.Context(), trace, password, home); code(err) != "sign-in-failed" {
				t.Errorf("signing in afterwards: %v", err)
			}
			got, err := h.People(t.Context(), admin(h), account.PeopleQuery{})
			h.must(err)
			for _, p := range got.Items {
				if p.ID == id {
					t.Error("the list still has them")
				}
			}
		})
	}
}

func TestErasureAsksForThePassword(t *testing.T) {
	h := newHouse(t)
	h.traced()
	actor := h.actor(h.signIn(trace, home))
	if err := h.EraseMe(t.Context(), actor, "wrong"); code(err) != "password-wrong" {
		t.Error(err)
	}
	h.actor(h.signIn(trace, home))
}

func TestExportHoldsEveryTable(t *testing.T) {
	h := newHouse(t)
	id, _, _ := h.traced()
	out, err := h.ExportMe(t.Context(), h.as(id))
	h.must(err)
	rows, err := db.Rows(t.Context(), h.DB, `
		SELECT DISTINCT table_name FROM information_schema.columns
		 WHERE table_schema = 'public' AND column_name IN ('person_id', 'enrolment_id', 'author_id', 'attempt_id', 'actor_id')
		UNION SELECT 'persons'`)
	h.must(err)
	defer rows.Close()
	for rows.Next() {
		var table string
		h.must(rows.Scan(&table))
		if len(out.Tables[table]) == 0 {
			t.Errorf("the export holds nothing of %s, which leads to a person", table)
		}
	}
	h.must(rows.Err())
	raw, err := json.Marshal(out)
	h.must(err)
	for _, secret := range []string{"argon2id", "refresh_hash", "code_hash"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("the export tells %s", secret)
		}
	}
	theirs, err := h.ExportPerson(t.Context(), admin(h), id)
	h.must(err)
	if _, there := theirs.Tables["sealed_notes"]; there || len(theirs.Tables["answers"]) == 0 {
		t.Error("an export by somebody else holds sealed notes, or no answers")
	}
}

func TestAuditLog(t *testing.T) {
	h := newHouse(t)
	boss := admin(h)
	person := h.Person(lmstest.PersonSpec{GivenName: "Some", FamilyName: "Body"})
	for range 60 {
		h.must(h.SignOutPerson(t.Context(), boss, person))
	}
	first, next, err := h.AuditLog(t.Context(), boss, account.AuditQuery{Action: "person.sign-out"})
	h.must(err)
	second, end, err := h.AuditLog(t.Context(), boss, account.AuditQuery{Action: "person.sign-out", Before: next})
	h.must(err)
	if len(first) != 50 || len(second) != 10 || end != "" || first[0].SubjectLabel != "Some Body" || first[0].Actor.ID != boss.Person {
		t.Errorf("%d and %d lines, then %q; %+v", len(first), len(second), end, first[0])
	}
}

func TestAttention(t *testing.T) {
	h := newHouse(t)
	h.Person(lmstest.PersonSpec{Country: "KZ"})
	h.Person(lmstest.PersonSpec{Country: "SK"})
	kz := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")}
	items, err := h.Attention(t.Context(), h.as(lms.NewID[lms.Person](), kz))
	h.must(err)
	if len(items) != 1 || items[0].Code != "never-signed-in" || items[0].Params["count"] != 1 {
		t.Errorf("%+v", items)
	}
}

func TestPlaces(t *testing.T) {
	h := newHouse(t)
	kz := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")}
	boss := h.as(h.Person(lmstest.PersonSpec{}), kz)
	c, err := h.CreateCentre(t.Context(), boss, account.Centre{Name: "Есік", Country: "KZ", TimeZone: "Asia/Almaty"})
	h.must(err)
	if _, err := h.CreateCentre(t.Context(), boss, account.Centre{Name: "ЕСІК", Country: "KZ", TimeZone: "Asia/Almaty"}); code(err) != "name-taken" {
		t.Errorf("the same name: %v", err)
	}
	if _, err := h.CreateCentre(t.Context(), boss, account.Centre{Name: "X", Country: "SK", TimeZone: "Asia/Almaty"}); code(err) != "beyond-scope" {
		t.Errorf("abroad: %v", err)
	}
	if _, err := h.CreateCentre(t.Context(), boss, account.Centre{Name: "X", Country: "KZ", TimeZone: "Mars/Base"}); code(err) != "time-zone-unknown" {
		t.Errorf("a zone: %v", err)
	}
	abroad := h.Centre("SK")
	name := "New"
	if _, err := h.ChangeCentre(t.Context(), boss, abroad, &name, nil, nil); code(err) != "not-found" {
		t.Errorf("changing abroad: %v", err)
	}
	if c, err = h.ChangeCentre(t.Context(), boss, c.ID, &name, nil, nil); err != nil || c.Name != "New" || c.TimeZone != "Asia/Almaty" {
		t.Errorf("%+v, %v", c, err)
	}
	sk := "SK"
	if _, err := h.ChangeCentre(t.Context(), boss, c.ID, nil, nil, &sk); code(err) != "beyond-scope" {
		t.Errorf("moving abroad: %v", err)
	}
	list, err := h.Centres(t.Context(), boss)
	h.must(err)
	if len(list) != 1 {
		t.Errorf("%d centres are listed", len(list))
	}
	o, err := h.CreateOrganisation(t.Context(), boss, account.Organisation{Name: "Help", Kind: "ngo", Country: "KZ"})
	h.must(err)
	kind := "state"
	if o, err = h.ChangeOrganisation(t.Context(), boss, o.ID, nil, &kind, nil); err != nil || o.Kind != "state" || o.Name != "Help" {
		t.Errorf("%+v, %v", o, err)
	}
	if _, err := h.ChangeOrganisation(t.Context(), boss, h.Organisation("SK"), nil, &kind, nil); code(err) != "not-found" {
		t.Errorf("changing abroad: %v", err)
	}
}

func TestKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	var wg sync.WaitGroup
	made := make([]account.Keys, 4)
	for i := range made {
		wg.Go(func() {
			var err error
			if made[i], err = account.LoadKeys(dir); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range made[1:] {
		if !k.Access.Equal(made[0].Access) {
			t.Error("processes that start together have different keys")
		}
	}
	info, err := os.Stat(filepath.Join(dir, "access.ed25519"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "access.ed25519"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := account.LoadKeys(dir); err == nil {
		t.Error("a broken key was taken")
	}
}

// What was brought to a webinar loses its name, and of a room that was ended and opened again the seat that was theirs is
// forgotten, and not the one that had its key before.
func TestErasureOfWhatRoomsLeft(t *testing.T) {
	h := newHouse(t)
	id, _, _ := h.traced()
	h.Exec(`INSERT INTO webinars (id, title, language, starts_at, ends_at, guest_code, created_at) VALUES ('parts', 'Parts', 'en', now(), now() + interval '1 hour', 'parts-code', now())`)
	h.Exec(`INSERT INTO webinar_events (webinar_id, number, kind, at, seat, name, entry) VALUES
		('parts', 1, 'join', now() - interval '1 hour', 'p2', 'First guest', ''), ('parts', 2, 'roster', now() - interval '1 hour', 'p3', 'First of e1', 'e1'), ('parts', 3, 'end', now() - interval '1 minute', 'p1', '', ''),
		('parts', 4, 'join', now(), 'p2', 'Second guest', ''), ('parts', 5, 'roster', now(), 'p3', 'Second of e1', 'e1'), ('parts', 6, 'join', now(), 'p7', 'Taken back', '')`)
	for i, who := range []string{"seat/2/p2", "entry/2/e1", "seat/2/p7"} {
		h.Exec(`INSERT INTO webinar_corrections (webinar_id, number, kind, made_at, reason, who, person_id) VALUES ('parts', $1, 'match', now(), 'known', $2, $3)`, i+1, who, id)
	}
	h.Exec(`INSERT INTO webinar_corrections (webinar_id, number, kind, made_at, reason, who, withdraws) VALUES ('parts', 4, 'withdraw', now(), 'mistaken', 'seat/2/p7', 3)`)
	h.Exec(`INSERT INTO webinar_items (webinar_id, began_at, part, key, at, person_id, name, body) VALUES
		('parts', now(), 'file', 'f', now(), $1, 'They', '{"name": "Their CV.pdf"}'), ('parts', now(), 'deck', 'd', now(), $1, 'They', '{"title": "Their slides"}')`, id)
	// A guest's own words, of the seat in each part of the room; what an anonymous question is of, nobody knows.
	h.Exec(`INSERT INTO webinar_items (webinar_id, began_at, part, key, at, seat, name, body)
		SELECT 'parts', e.at + interval '1 second', x.part, x.key, now(), x.seat, 'Guest', x.body::jsonb
		  FROM webinar_events e, (VALUES ('chat', 'c1', 'p2', 0, '{"text": "first"}'), ('chat', 'c2', 'p2', 3, '{"text": "second"}'), ('question', 'q2', 'p2', 3, '{"text": "asked"}'),
		       ('chat', 'c7', 'p7', 3, '{"text": "taken back"}'), ('question', 'q3', '', 3, '{"text": "anonymous"}'), ('file', 'g', 'p2', 3, '{"name": "Notes of a guest.txt"}')) AS x(part, key, seat, after, body)
		 WHERE e.webinar_id = 'parts' AND e.number = greatest(x.after, 1)`)
	var told map[string][]string
	h.forgetRooms = func(_ string, keys map[string][]string) error { told = keys; return nil }
	h.must(h.ErasePerson(t.Context(), admin(h), id))
	if said := h.Text(`SELECT string_agg(key || ': ' || (body->>'text'), ', ' ORDER BY key) FROM webinar_items WHERE webinar_id = 'parts' AND part IN ('chat', 'question')`); said != "c1: first, c2: …, c7: taken back, q2: …, q3: anonymous" {
		t.Errorf("what is left of the guest's words: %s", said)
	}
	names := h.Text(`SELECT string_agg(name, ',' ORDER BY number) FROM webinar_events WHERE webinar_id = 'parts' AND kind <> 'end'`)
	if names != "First guest,First of e1,,,Taken back" {
		t.Errorf("what is left: %q", names)
	}
	if got := h.Text(`SELECT string_agg(coalesce(body->>'name', body->>'title'), ',' ORDER BY key) FROM webinar_items WHERE webinar_id = 'parts' AND part IN ('deck', 'file')`); got != "…,….pdf,….txt" {
		t.Errorf("what was brought is called %q", got)
	}
	keys := told["parts"]
	slices.Sort(keys)
	if strings.Join(keys, " ") != "entry/2/e1 file/f file/g seat/2/p2" {
		t.Errorf("rooms are told of %v", keys)
	}
}
