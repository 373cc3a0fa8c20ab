package hook

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/job"
	"mostik/lms/lmstest"
	"mostik/lms/record"
)

// world is a service, a record, and a receiver that keeps what it gets.
type world struct {
	*lmstest.World
	*Service
	book  *record.Book
	queue *job.Queue
	admin lms.Actor
	url   string

	mu       sync.Mutex
	got      []got
	answers  []int // of the next requests; then 204
	enrolled lms.ID[lms.Enrolment]
	person   lms.ID[lms.Person]
}

type got struct {
	head http.Header
	path string
	body []byte
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: lmstest.New(t), queue: job.New()}
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat("h", ed25519.SeedSize)))
	w.book = &record.Book{DB: w.World.DB, Key: key, KeyID: "k", Public: map[string]ed25519.PublicKey{"k": key.Public().(ed25519.PublicKey)}, Now: time.Now}
	w.Service = &Service{DB: w.World.DB, PublicURL: "https://mostik.example", Private: true, Now: time.Now}
	w.Handle(w.queue)
	w.admin = lms.Actor{Person: w.Person(lmstest.PersonSpec{}), Grants: []lms.Grant{{Role: lms.Admin, Scope: lms.AllGround()}}}
	server := httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(server.Close)
	w.url = server.URL
	course, version := w.Course("told", `{"title":{"en":"A course","ru":"Курс"}}`)
	w.person = w.Person(lmstest.PersonSpec{GivenName: "Secretname", Email: "secret@example.org"})
	w.enrolled = w.Enrol(w.person, course, version, lms.ID[lms.Cohort]{})
	return w
}

func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got = append(w.got, got{r.Header, r.URL.Path, body})
	status := http.StatusNoContent
	if len(w.answers) > 0 {
		status, w.answers = w.answers[0], w.answers[1:]
	}
	rw.WriteHeader(status)
}

func (w *world) must(_ any, err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) add(n New) (Hook, string) {
	w.T.Helper()
	h, secret, err := w.Add(w.T.Context(), w.admin, n)
	w.must(nil, err)
	return h, secret
}

// complete ends the course, issues a certificate and suspends it, each with its entry in the record.
func (w *world) complete() {
	w.T.Helper()
	w.Exec(`UPDATE enrolments SET state = 'completed', completed_at = $2, score = 87.5 WHERE id = $1`, w.enrolled, w.Start)
	id := lms.NewID[lms.Certificate]()
	w.Exec(`INSERT INTO certificates (id, serial, person_id, enrolment_id, course_id, award, claim, seal, key_id, issued_at, expires_on)
	        SELECT $1, 'ABCD-EFGH-JKLMN', e.person_id, e.id, e.course_id, e.id,
	               '{"holder":"Secretname","course":"A course","course_key":"told","version":1,"language":"en"}', 'x', 'k', $3, '2029-03-02' FROM enrolments e WHERE e.id = $2`,
		id, w.enrolled, w.Start)
	w.must(nil, record.Append(w.T.Context(), w.World.DB, record.Completion(w.enrolled), record.Certificate(id)))
	w.Exec(`INSERT INTO certificate_events (certificate_id, number, at, state) VALUES ($1, 1, $2, 'valid'), ($1, 2, $2, 'suspended')`, id, w.Start)
	w.Exec(`UPDATE certificates SET state = 'suspended' WHERE id = $1`, id)
	w.must(nil, record.Append(w.T.Context(), w.World.DB, record.Certificate(id), record.State(id, 2)))
	w.must(w.book.Chain(w.T.Context()))
}

// tell looks and delivers, as the jobs do.
func (w *world) tell() {
	w.T.Helper()
	w.must(nil, w.Look(w.T.Context()))
	for _, id := range w.ids(`state IN ('waiting', 'failing')`) {
		_ = w.Deliver(w.T.Context(), id) // a failure is in the table
	}
}

func (w *world) ids(where string) (list []lms.ID[Delivery]) {
	w.T.Helper()
	rows, err := db.Rows(w.T.Context(), w.World.DB, `SELECT id FROM hook_deliveries WHERE `+where+` ORDER BY entry`)
	w.must(nil, err)
	defer rows.Close()
	for rows.Next() {
		var id lms.ID[Delivery]
		w.must(nil, rows.Scan(&id))
		list = append(list, id)
	}
	return list
}

func TestAWebhookIsToldInOrderAndOnce(t *testing.T) {
	w := newWorld(t)
	h, secret := w.add(New{Kind: Webhook, URL: w.url + "/in", Events: Events})
	if !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("the secret is %q", secret)
	}
	w.complete()
	w.tell()
	w.tell() // nothing is new
	var types []string
	for _, g := range w.got {
		var m struct {
			Type string         `json:"type"`
			Data map[string]any `json:"data"`
		}
		w.must(nil, json.Unmarshal(g.body, &m))
		types = append(types, m.Type)
		signature, err := Sign(secret, g.head.Get("Webhook-Id"), g.head.Get("Webhook-Timestamp"), g.body)
		if err != nil || g.head.Get("Webhook-Signature") != signature {
			t.Errorf("%s is signed %s, want %s", m.Type, g.head.Get("Webhook-Signature"), signature)
		}
		if at, err := strconv.ParseInt(g.head.Get("Webhook-Timestamp"), 10, 64); err != nil || time.Since(time.Unix(at, 0)).Abs() > time.Hour {
			t.Errorf("the time is %s", g.head.Get("Webhook-Timestamp"))
		}
		if strings.Contains(string(g.body), "Secretname") || strings.Contains(string(g.body), "secret@") || m.Data["person_id"] != w.person.String() {
			t.Errorf("told: %s", g.body)
		}
	}
	if want := []string{CourseCompleted, CertificateIssued, CertificateChanged}; !slices.Equal(types, want) {
		t.Errorf("told %v, want %v", types, want)
	}
	list, err := w.Deliveries(t.Context(), w.admin, h.ID)
	w.must(nil, err)
	for _, d := range list {
		if d.State != "done" || d.Attempts != 1 || d.Status != http.StatusNoContent {
			t.Errorf("%+v", d)
		}
	}
	w.must(nil, w.Again(t.Context(), w.admin, list[0].ID))
	w.tell()
	if len(w.got) != 4 || string(w.got[3].body) != string(w.got[2].body) || w.got[3].head.Get("Webhook-Id") != w.got[2].head.Get("Webhook-Id") {
		t.Error("told again, it is not the same message")
	}
}

// The vector of the Standard Webhooks specification's reference libraries.
func TestSignature(t *testing.T) {
	got, err := Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestWhatFailsIsTriedAgainAndThenGivenUp(t *testing.T) {
	w := newWorld(t)
	w.add(New{Kind: Webhook, URL: w.url, Events: []string{CourseCompleted}})
	w.complete()
	w.answers = []int{500, 302, 200}
	for _, want := range []string{"failing 500 status", "failing 302 status", "done 200 "} {
		w.tell()
		if got := w.Text(`SELECT state || ' ' || status || ' ' || problem FROM hook_deliveries`); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	w.Exec(`UPDATE hook_deliveries SET state = 'waiting', attempts = 0`)
	w.answers = slices.Repeat([]int{503}, maxAttempts)
	for range maxAttempts {
		w.tell()
	}
	if got := w.Text(`SELECT state || ' ' || attempts FROM hook_deliveries`); got != "given-up 12" {
		t.Error(got)
	}
	w.answers = []int{410}
	w.must(nil, w.Again(t.Context(), w.admin, w.ids(`true`)[0]))
	w.tell()
	if got := w.Text(`SELECT state || ' ' || attempts FROM hook_deliveries`); got != "given-up 1" {
		t.Errorf("after 410: %s", got)
	}
}

// The delivery is a job in the transaction that found the event: workers of the queue do it.
func TestTheQueueDelivers(t *testing.T) {
	w := newWorld(t)
	w.add(New{Kind: Webhook, URL: w.url, Events: []string{CourseCompleted}})
	w.complete()
	w.must(nil, w.Look(t.Context()))
	if n, err := w.queue.Drain(t.Context(), w.World.DB); err != nil || n != 1 || len(w.got) != 1 {
		t.Errorf("%d jobs, %d told, %v", n, len(w.got), err)
	}
}

func TestStatements(t *testing.T) {
	w := newWorld(t)
	if _, _, err := w.Add(t.Context(), w.admin, New{Kind: XAPI, URL: w.url, Events: Events, Login: "l", Password: "p"}); err == nil {
		t.Error("an LRS was promised changes")
	}
	_, secret := w.add(New{Kind: XAPI, URL: w.url + "/xapi/", Events: []string{CourseCompleted, CertificateIssued}, Login: "lrs", Password: "pass"})
	if secret != "" {
		t.Error("the password of an LRS was shown")
	}
	w.complete()
	w.answers = []int{200, 409} // the second is known already
	w.tell()
	if len(w.got) != 2 || len(w.ids(`state = 'done'`)) != 2 {
		t.Fatalf("%d statements, %d done", len(w.got), len(w.ids(`state = 'done'`)))
	}
	verbs := []string{"http://adlnet.gov/expapi/verbs/completed", "http://id.tincanapi.com/verb/earned"}
	for i, g := range w.got {
		user, pass, _ := (&http.Request{Header: g.head}).BasicAuth()
		if g.path != "/xapi/statements" || g.head.Get("X-Experience-Api-Version") != "1.0.3" || user != "lrs" || pass != "pass" {
			t.Errorf("sent to %s with %v", g.path, g.head)
		}
		checkStatement(t, g.body, verbs[i], w.person.String())
	}
}

var (
	uuid4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	iri   = regexp.MustCompile(`^https?://[^\s"<>]+$`)
)

// checkStatement reads a statement as strictly as xAPI 1.0.3 (Data, 2.4) has an LRS read it: no property that is not in
// the standard, every one of its type.
func checkStatement(t *testing.T, raw []byte, verb, person string) {
	t.Helper()
	type activity struct {
		ObjectType string `json:"objectType"`
		ID         string `json:"id"`
		Definition *struct {
			Name map[string]string `json:"name"`
			Type string            `json:"type"`
		} `json:"definition"`
	}
	var s struct {
		ID    string `json:"id"`
		Actor struct {
			ObjectType string `json:"objectType"`
			Account    struct {
				HomePage string `json:"homePage"`
				Name     string `json:"name"`
			} `json:"account"`
		} `json:"actor"`
		Verb struct {
			ID      string            `json:"id"`
			Display map[string]string `json:"display"`
		} `json:"verb"`
		Object activity `json:"object"`
		Result *struct {
			Completion *bool `json:"completion"`
			Score      *struct {
				Scaled, Raw, Min, Max float64
			} `json:"score"`
		} `json:"result"`
		Context *struct {
			Activities struct {
				Parent []activity `json:"parent"`
			} `json:"contextActivities"`
		} `json:"context"`
		Timestamp string `json:"timestamp"`
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		t.Errorf("%v in %s", err, raw)
		return
	}
	_, err := time.Parse(time.RFC3339, s.Timestamp)
	switch {
	case !uuid4.MatchString(s.ID), err != nil, s.Actor.ObjectType != "Agent", !iri.MatchString(s.Actor.Account.HomePage), s.Actor.Account.Name != person,
		s.Verb.ID != verb, s.Object.ObjectType != "Activity", !iri.MatchString(s.Object.ID), s.Object.Definition == nil, !iri.MatchString(s.Object.Definition.Type):
		t.Errorf("not a statement: %s", raw)
	case strings.Contains(string(raw), "null"), strings.Contains(string(raw), "Secretname"), strings.Contains(string(raw), "mailto:"):
		t.Errorf("null, a name or an address: %s", raw)
	}
	for lang, name := range s.Object.Definition.Name {
		if len(lang) != 2 || name == "" {
			t.Errorf("the name %q in %q", name, lang)
		}
	}
	if r := s.Result; r != nil && r.Score != nil && (r.Score.Scaled < -1 || r.Score.Scaled > 1 || r.Score.Raw < r.Score.Min || r.Score.Raw > r.Score.Max) {
		t.Errorf("the score: %s", raw)
	}
}

func TestNothingIsToldOfSomebodyErased(t *testing.T) {
	w := newWorld(t)
	h, _ := w.add(New{Kind: Webhook, URL: w.url, Events: Events})
	w.complete()
	w.must(nil, w.Look(t.Context()))
	w.must(nil, record.Erase(t.Context(), w.World.DB, w.person))
	w.tell()
	if len(w.got) != 0 || len(w.ids(`state = 'gone'`)) != 3 {
		t.Errorf("%d told, %d gone", len(w.got), len(w.ids(`state = 'gone'`)))
	}
	if n := w.Int(`SELECT count(*) FROM hook_deliveries d WHERE d::text LIKE '%' || $1 || '%'`, w.person.String()); n != 0 {
		t.Errorf("%d deliveries name the person", n)
	}
	w.must(nil, w.Remove(t.Context(), w.admin, h.ID))
	if n := w.Int(`SELECT count(*) FROM hook_deliveries`); n != 0 {
		t.Errorf("%d deliveries of a hook that was removed", n)
	}
}

func TestPausedHooksMissWhatHappened(t *testing.T) {
	w := newWorld(t)
	h, _ := w.add(New{Kind: Webhook, URL: w.url, Events: Events})
	w.must(nil, w.Pause(t.Context(), w.admin, h.ID, true))
	w.complete()
	w.tell()
	w.must(nil, w.Pause(t.Context(), w.admin, h.ID, false))
	w.tell()
	if len(w.got) != 0 {
		t.Errorf("%d told", len(w.got))
	}
}

func TestPrivateAddressesAreRefusedWhenConnecting(t *testing.T) {
	w := newWorld(t)
	w.add(New{Kind: Webhook, URL: w.url, Events: []string{CourseCompleted}})
	w.Private = false
	w.complete()
	w.tell()
	if got := w.Text(`SELECT state || ' ' || problem FROM hook_deliveries`); got != "failing private-address" || len(w.got) != 0 {
		t.Errorf("%s, %d told", got, len(w.got))
	}
	for address, want := range map[string]bool{
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false,
		"::1": false, "::": false, "fe80::1": false, "fd00::1": false, "::ffff:127.0.0.1": false, "64:ff9b::7f00:1": false, "224.0.0.1": false,
		"255.255.255.255": false, "198.18.0.1": false, "2002:7f00:1::": false, "192.88.99.1": false,
		// The forms in which IPv6 can hold an address of IPv4: compatible, translated, NAT64, Teredo; and zones.
		"::127.0.0.1": false, "::ffff:0:127.0.0.1": false, "64:ff9b:1::10.0.0.1": false, "2001:0:4136:e378::1": false, "fe80::1%eth0": false,
		"2a00:1450:4001::1%eth0": false, "5f00::1": false, "3fff::1": false, "100::1": false, "fec0::1": false, "ff02::1": false,
		"8.8.8.8": true, "2a00:1450:4001::1": true, "::ffff:8.8.8.8": true,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %v", address, got)
		}
	}
}

func TestOnlyAdministrators(t *testing.T) {
	w := newWorld(t)
	coordinator := lms.Actor{Person: w.person, Grants: []lms.Grant{{Role: lms.Coordinator, Scope: lms.AllGround()}}}
	h, _ := w.add(New{Kind: Webhook, URL: w.url, Events: Events})
	ctx := context.Background()
	for name, try := range map[string]func() error{
		"list":       func() error { _, err := w.List(ctx, coordinator); return err },
		"add":        func() error { _, _, err := w.Add(ctx, coordinator, New{}); return err },
		"remove":     func() error { return w.Remove(ctx, coordinator, h.ID) },
		"pause":      func() error { return w.Pause(ctx, coordinator, h.ID, true) },
		"deliveries": func() error { _, err := w.Deliveries(ctx, coordinator, h.ID); return err },
		"again":      func() error { return w.Again(ctx, coordinator, lms.NewID[Delivery]()) },
	} {
		if kind := lms.KindOf(try()); kind != lms.Forbidden && kind != lms.NotFound {
			t.Errorf("%s: %v", name, kind)
		}
	}
	w.Private = false
	for _, bad := range []New{
		{Kind: Webhook, URL: "http://example.org", Events: Events},
		{Kind: Webhook, URL: "ftp://example.org", Events: Events},
		{Kind: Webhook, URL: "https://a:b@example.org", Events: Events},
		{Kind: Webhook, URL: "https://example.org:25/", Events: Events},
		{Kind: Webhook, URL: "https://example.org:0/", Events: Events},
		{Kind: "mail", URL: "https://example.org", Events: Events},
		{Kind: Webhook, URL: "https://example.org"},
		{Kind: XAPI, URL: "https://example.org", Events: Events[:1]},
		{Kind: XAPI, URL: "https://example.org/xapi?tenant=1", Events: Events[:1], Login: "l", Password: "p"},
	} {
		var e *lms.Error
		if _, _, err := w.Add(ctx, w.admin, bad); !errors.As(err, &e) || e.Kind != lms.Invalid || e.Field == "" {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// What waits when a hook is paused is told when it goes on, and takes no tries from it meanwhile.
func TestWhatWaitedIsToldWhenAHookGoesOn(t *testing.T) {
	w := newWorld(t)
	h, _ := w.add(New{Kind: Webhook, URL: w.url, Events: []string{CourseCompleted}})
	w.complete()
	w.must(nil, w.Look(t.Context()))
	w.must(nil, w.Pause(t.Context(), w.admin, h.ID, true))
	w.must(w.queue.Drain(t.Context(), w.World.DB))
	if n := w.Int(`SELECT count(*) FROM hook_deliveries WHERE state = 'waiting' AND attempts = 0`); n != 1 || len(w.got) != 0 {
		t.Fatalf("%d wait, %d told", n, len(w.got))
	}
	w.must(nil, w.Pause(t.Context(), w.admin, h.ID, false))
	w.must(nil, w.Pause(t.Context(), w.admin, h.ID, false))
	w.must(w.queue.Drain(t.Context(), w.World.DB))
	if n := w.Int(`SELECT count(*) FROM hook_deliveries WHERE state = 'done'`); n != 1 || len(w.got) != 1 {
		t.Errorf("%d done, %d told", n, len(w.got))
	}
}

// An address may hold a secret of the receiver's: neither the job's error, which is stored and logged, nor the list of
// deliveries repeats it.
func TestAnAddressIsInNoError(t *testing.T) {
	w := newWorld(t)
	for _, address := range []string{w.url + "/in/hidden-token?key=hidden-token", "http://127.0.0.1:1/hidden-token", "http://hidden-token.invalid/"} {
		h, _ := w.add(New{Kind: Webhook, URL: address, Events: []string{CourseCompleted}})
		w.answers = []int{500}
		w.deliverable(h)
		for _, id := range w.ids(`state = 'waiting'`) {
			if err := w.Deliver(t.Context(), id); err == nil || strings.Contains(err.Error(), "hidden-token") {
				t.Errorf("%s: %v", address, err)
			}
		}
	}
	if n := w.Int(`SELECT count(*) FROM hook_deliveries d WHERE d::text LIKE '%hidden-token%'`); n != 0 || w.Int(`SELECT count(*) FROM hook_deliveries WHERE state = 'failing'`) != 3 {
		t.Errorf("%d deliveries name the address", n)
	}
}

// deliverable makes a delivery of a hook by hand.
func (w *world) deliverable(h Hook) {
	w.T.Helper()
	w.Exec(`UPDATE enrolments SET state = 'completed', completed_at = $2 WHERE id = $1`, w.enrolled, w.Start)
	w.must(nil, record.Append(w.T.Context(), w.World.DB, record.Completion(w.enrolled)))
	w.Exec(`INSERT INTO hook_deliveries (id, hook_id, entry, event, happened_at) SELECT gen_random_uuid(), $1, max(number), 'course.completed', $2 FROM record_entries`, h.ID, w.Start)
}

func TestDeliveriesAreSwept(t *testing.T) {
	w := newWorld(t)
	w.add(New{Kind: Webhook, URL: w.url, Events: Events})
	w.complete()
	w.tell()
	now := time.Now()
	w.Now = func() time.Time { return now.Add(80 * 24 * time.Hour) }
	w.must(nil, w.Sweep(t.Context()))
	if n := w.Int(`SELECT count(*) FROM hook_deliveries WHERE state = 'done'`); n != 3 {
		t.Fatalf("%d are kept for eighty days", n)
	}
	// One whose job is gone, as when the database did not answer for three days, is told after all.
	w.Exec(`UPDATE hook_deliveries SET state = 'failing' WHERE event = 'course.completed'`)
	w.Exec(`DELETE FROM river_job`)
	w.must(nil, w.Sweep(t.Context()))
	w.must(nil, w.Sweep(t.Context()))
	if n, err := w.queue.Drain(t.Context(), w.World.DB); n != 1 || err != nil || w.Int(`SELECT count(*) FROM hook_deliveries WHERE state = 'done'`) != 3 {
		t.Errorf("%d jobs, %v", n, err)
	}
	w.Now = func() time.Time { return now.Add(100 * 24 * time.Hour) }
	w.must(nil, w.Sweep(t.Context()))
	if n := w.Int(`SELECT count(*) FROM hook_deliveries`); n != 1 {
		t.Errorf("%d are kept for a hundred days: the one that was told twenty days ago", n)
	}
}

// Two records of one person are made one: the record is written anew, and nothing of it is news.
func TestAMergeTellsNothingAnew(t *testing.T) {
	w := newWorld(t)
	w.add(New{Kind: Webhook, URL: w.url, Events: Events})
	w.complete()
	w.tell()
	before := len(w.got)
	kept := w.Person(lmstest.PersonSpec{})
	w.Exec(`UPDATE enrolments SET person_id = $2 WHERE person_id = $1`, w.person, kept)
	w.Exec(`UPDATE certificates SET person_id = $2 WHERE person_id = $1`, w.person, kept)
	w.must(nil, record.Move(t.Context(), w.World.DB, w.person, kept))
	w.must(w.book.Chain(t.Context()))
	w.tell()
	for _, g := range w.got[before:] {
		t.Errorf("told again: %s", g.body)
	}
}
