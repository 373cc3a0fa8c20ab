package certificate_test

import (
	"archive/zip"
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/blob"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/db/dbtest"
	"mostik/lms/job"
	"mostik/lms/who"
)

// certify stands in for the programme: it issues for whoever is in the state of having passed.
func (b *bench) certify(ctx context.Context, tx bun.IDB, id lms.ID[lms.Participation], actor lms.ID[lms.Person]) (string, error) {
	a := certificate.Award{Participation: id, Title: "A programme", Key: "bulk", Version: 1, Hours: "24", ValidityMonths: 36, Language: "en", Actor: actor}
	var state string
	err := db.Row(ctx, tx, `SELECT x.person_id, x.programme_id, x.state, p.given_name || ' ' || p.family_name
	                          FROM participations x JOIN persons p ON p.id = x.person_id WHERE x.id = $1 FOR NO KEY UPDATE OF x`, id).
		Scan(&a.Person, &a.Programme, &state, &a.Holder)
	if err != nil {
		return "", db.Found(err, "participation")
	}
	if state != "passed" && state != "certified" {
		return "", lms.ErrConflict("not-passed", "the rule does not hold")
	}
	serial, err := b.Issue(ctx, tx, a)
	if err != nil {
		return "", err
	}
	_, err = db.Exec(ctx, tx, `UPDATE participations SET state = 'certified', certified_at = $2 WHERE id = $1`, id, b.Now())
	return serial, err
}

func (b *bench) withBlobs() *bench {
	store, err := blob.Open(b.T.TempDir())
	if err != nil {
		b.T.Fatal(err)
	}
	b.Blobs, b.Certify = store, b.certify
	return b
}

// many makes n people who passed a programme, in one statement each.
func (b *bench) many(n int) lms.ID[lms.Programme] {
	b.T.Helper()
	programme, version := b.programme(fmt.Sprintf("bulk-%d", n), "")
	b.Exec(`INSERT INTO persons (id, given_name, family_name, login, country, created_at)
	        SELECT gen_random_uuid(), 'Given', 'Family ' || i, 'bulk-' || i, CASE WHEN i % 10 = 0 THEN 'TJ' ELSE 'KZ' END, $2
	          FROM generate_series(1, $1::int) i`, n, b.Start)
	b.Exec(`INSERT INTO participations (id, programme_id, version_id, person_id, state, invited_at, passed_at)
	        SELECT gen_random_uuid(), $1, $2, id, 'passed', $3, $3 FROM persons WHERE login LIKE 'bulk-%'`, programme, version, b.Start)
	return programme
}

func (b *bench) batch(actor lms.Actor, id lms.ID[lms.Batch]) certificate.Batch {
	b.T.Helper()
	got, err := b.Batch(b.T.Context(), actor, id)
	if err != nil {
		b.T.Fatal(err)
	}
	return got
}

func TestBulkIssueKeepsToTheActorsPartAndTellsRefusals(t *testing.T) {
	b := newBench(t).withBlobs()
	programme := b.many(130)
	kz := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	started, err := b.StartIssue(t.Context(), kz, certificate.Selection{Programme: programme})
	if err != nil || started.Total != 117 {
		t.Fatalf("%+v, %v: nine in ten of 130 are in KZ", started, err)
	}
	// Two do not pass any more when their turn comes.
	b.Exec(`UPDATE participations SET state = 'active' WHERE id IN (SELECT participation_id FROM certificate_batch_items WHERE number IN (3, 70))`)
	for range 2 { // a job is done at least once
		if err := b.DoBatch(t.Context(), started.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.batch(kz, started.ID); got.State != "done" || got.Done != 115 || got.Refused != 2 || got.FinishedAt == nil {
		t.Errorf("%+v", got)
	}
	if n := b.Int(`SELECT count(*) FROM certificates c JOIN persons p ON p.id = c.person_id WHERE p.country = 'TJ'`); n != 0 {
		t.Errorf("%d of another country", n)
	}
	if got := b.Text(`SELECT string_agg(DISTINCT problem, ',') FROM certificate_batch_items WHERE state = 'refused'`); got != "not-passed" {
		t.Errorf("refused for %q", got)
	}
	again, err := b.StartIssue(t.Context(), kz, certificate.Selection{Programme: programme})
	if code(err) != "nobody-to-issue" {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	if n := b.Int(`SELECT count(*) FROM certificate_batches`); n != 1 {
		t.Errorf("a batch of nobody was kept: %d", n)
	}
	one, err := b.StartIssue(t.Context(), b.may(lms.Admin, lms.AllGround()), certificate.Selection{Programme: programme, Filter: who.Filter{Text: "Family 130"}})
	if err != nil || one.Total != 1 {
		t.Errorf("one by a filter: %+v, %v", one, err)
	}
	if _, err := b.Batch(t.Context(), kz, one.ID); lms.KindOf(err) != lms.NotFound {
		t.Errorf("somebody else's batch: %v", err)
	}
	if _, err := b.StartIssue(t.Context(), b.may(lms.Trainer, lms.AllGround()), certificate.Selection{Programme: programme}); lms.KindOf(err) != lms.Forbidden {
		t.Errorf("a trainer: %v", err)
	}
}

// A batch goes on with the rights that whoever asked still has: role and account may be gone when its turn comes.
func TestABatchEndsWithTheRightsOfItsAsker(t *testing.T) {
	b := newBench(t).withBlobs()
	programme := b.many(200) // 20 of them in TJ
	both := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	tj := lms.Grant{Role: lms.Coordinator, Scope: lms.CountryGround("TJ")}
	both.Grants = append(both.Grants, tj)
	b.Grant(both.Person, tj)
	start := func() certificate.Batch {
		t.Helper()
		started, err := b.StartIssue(t.Context(), both, certificate.Selection{Programme: programme})
		if err != nil {
			t.Fatal(err)
		}
		return started
	}
	do := func(id lms.ID[lms.Batch]) certificate.Batch {
		t.Helper()
		if err := b.DoBatch(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		return b.batch(both, id)
	}
	// Blocked in the middle: what was issued stays, the rest is refused, and the batch is over.
	issued := 0
	whole := b.Certify
	b.Certify = func(ctx context.Context, tx bun.IDB, id lms.ID[lms.Participation], actor lms.ID[lms.Person]) (string, error) {
		if issued++; issued == 50 {
			b.Exec(`UPDATE persons SET state = 'blocked' WHERE id = $1`, both.Person)
		}
		return whole(ctx, tx, id, actor)
	}
	first := do(start().ID)
	if first.State != "done" || first.Done != 50 || first.Refused != 150 {
		t.Errorf("blocked in the middle: %+v", first)
	}
	b.Certify = whole
	b.Exec(`UPDATE persons SET state = 'active' WHERE id = $1`, both.Person)
	// One of two roles is taken: the other's people have theirs.
	second := start()
	b.Exec(`DELETE FROM memberships WHERE person_id = $1 AND country = 'TJ'`, both.Person)
	if got := do(second.ID); got.State != "done" || got.Done+got.Refused != 150 || got.Done == 0 || got.Refused == 0 {
		t.Errorf("with one role less: %+v", got)
	}
	if n := b.Int(`SELECT count(*) FROM certificate_batch_items i JOIN participations x ON x.id = i.participation_id JOIN persons p ON p.id = x.person_id
	                WHERE i.batch_id = $1 AND (i.state = 'done') <> (p.country = 'KZ')`, second.ID); n != 0 {
		t.Errorf("%d of the wrong country", n)
	}
	// A file of papers has those that its asker may still read, and none where they may do nothing.
	zip, err := b.StartZip(t.Context(), both, certificate.Selection{Programme: programme, Filter: who.Filter{Text: "Family 1"}})
	if err != nil {
		t.Fatal(err)
	}
	b.Exec(`DELETE FROM memberships WHERE person_id = $1`, both.Person)
	if got := do(zip.ID); got.State != "done" || got.Done != 0 || got.Refused != zip.Total || zip.Total == 0 {
		t.Errorf("papers without a right: %+v of %d", got, zip.Total)
	}
}

// zipped makes a batch of papers and gives it.
func (b *bench) zipped(actor lms.Actor, programme lms.ID[lms.Programme]) certificate.Batch {
	b.T.Helper()
	started, err := b.StartZip(b.T.Context(), actor, certificate.Selection{Programme: programme})
	if err != nil {
		b.T.Fatal(err)
	}
	if err := b.DoBatch(b.T.Context(), started.ID); err != nil {
		b.T.Fatal(err)
	}
	return b.batch(actor, started.ID)
}

func TestZipOfPapers(t *testing.T) {
	b := newBench(t).withBlobs()
	programme, version := b.programme("papers", "")
	for _, name := range []string{"Aigerim", "Bota", "../../Dana", "Әсел"} {
		b.issue(b.passed(programme, version, "KZ", name))
	}
	revoked := b.issue(b.passed(programme, version, "KZ", "Erlan"))
	b.issue(b.passed(programme, version, "TJ", "Farzona"))
	kz := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	if err := b.Change(t.Context(), kz, revoked, certificate.Revoke, "A reason."); err != nil {
		t.Fatal(err)
	}
	done := b.zipped(kz, programme)
	if done.State != "done" || done.Done != 4 || done.Total != 4 || done.Bytes == 0 {
		t.Fatalf("%+v", done)
	}
	f, _, err := b.OpenBatch(t.Context(), kz, done.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zip.NewReader(f, done.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range z.File {
		names = append(names, e.Name)
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		pdf, err := io.ReadAll(r)
		if err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
			t.Errorf("%s: %v, begins with %.8q", e.Name, err, pdf)
		}
		if strings.ContainsAny(e.Name, `/\:`) {
			t.Errorf("%s leads somewhere", e.Name)
		}
	}
	all := strings.Join(names, "|")
	if len(names) != 4 || !strings.Contains(all, "Әсел Holder ") || strings.Contains(all, "Erlan") || strings.Contains(all, "Farzona") {
		t.Errorf("papers: %s", all)
	}

	// One moved away: the right over all of them is gone, and so is the file for this coordinator.
	b.Exec(`UPDATE persons SET country = 'TJ' WHERE given_name = 'Bota'`)
	if _, _, err := b.OpenBatch(t.Context(), kz, done.ID); lms.KindOf(err) != lms.NotFound {
		t.Errorf("after one moved away: %v", err)
	}
	b.Exec(`UPDATE persons SET country = 'KZ' WHERE given_name = 'Bota'`)
	b.now = b.now.AddDate(0, 0, 8)
	if n, err := b.SweepBatches(t.Context()); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if _, _, err := b.OpenBatch(t.Context(), kz, done.ID); lms.KindOf(err) != lms.Gone {
		t.Errorf("a week later: %v", err)
	}
}

// Somebody is erased while the papers of many are drawn, and theirs is in the file already: that file is never handed out.
func TestWhoIsErasedWhileAZipIsDrawnIsNotInIt(t *testing.T) {
	b := newBench(t).withBlobs()
	keys, err := account.KeysFromSeed(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := account.New(t.Context(), b.World.DB, account.Config{}, keys, b.Now)
	if err != nil {
		t.Fatal(err)
	}
	programme, version := b.programme("papers", "")
	b.issue(b.passed(programme, version, "KZ", "Aigerim"))
	gone := b.passed(programme, version, "KZ", "Bota")
	b.issue(gone)
	admin := b.may(lms.Admin, lms.AllGround())
	started, err := b.StartZip(t.Context(), admin, certificate.Selection{Programme: programme})
	if err != nil {
		t.Fatal(err)
	}
	// The clock is read once for the first papers, after they were fetched: the moment between.
	erased := false
	b.Now = func() time.Time {
		if !erased && b.Int(`SELECT count(*) FROM certificate_batches WHERE state = 'running'`) == 1 {
			erased = true
			if err := accounts.ErasePerson(t.Context(), admin, gone.Person); err != nil {
				t.Error(err)
			}
		}
		return b.now
	}
	for range 3 { // a job that fails is done again
		if err = b.DoBatch(t.Context(), started.ID); err == nil {
			break
		}
	}
	if err != nil || !erased {
		t.Fatalf("drawn: %v; erased: %v", err, erased)
	}
	done := b.batch(admin, started.ID)
	f, _, err := b.OpenBatch(t.Context(), admin, done.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zip.NewReader(f, done.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != 1 || !strings.HasPrefix(z.File[0].Name, "Aigerim") {
		t.Errorf("%d papers, the first %s", len(z.File), z.File[0].Name)
	}
}

// What the other process is told.
const (
	envURL   = "MOSTIK_TEST_BATCH_DATABASE"
	envCount = "MOSTIK_TEST_BATCH_COUNT" // how many certificates, where the usual number is not meant
	envHang  = "MOSTIK_TEST_BATCH_HANG"  // after how many it stands still, in the middle of a transaction
)

// TestBatchWorker is the other process of TestKilledInTheMiddle: it does jobs until it is killed.
func TestBatchWorker(t *testing.T) {
	url := os.Getenv(envURL)
	if url == "" {
		t.Skip("it is started by TestKilledInTheMiddle")
	}
	d, err := db.Open(t.Context(), db.Config{URL: url, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	b := benchOver(t, d)
	if hang, err := strconv.Atoi(os.Getenv(envHang)); err == nil {
		b.Certify = func(ctx context.Context, tx bun.IDB, id lms.ID[lms.Participation], actor lms.ID[lms.Person]) (string, error) {
			if hang--; hang == 0 {
				fmt.Println("hanging")
				<-ctx.Done()
			}
			return b.certify(ctx, tx, id, actor)
		}
	}
	q := job.New()
	job.Handle(q, func(ctx context.Context, r certificate.RunBatch) error {
		err := b.DoBatch(ctx, r.ID)
		fmt.Println("over", err)
		return err
	})
	fmt.Println("working")
	if err := q.Run(t.Context(), url, slog.New(slog.NewTextHandler(os.Stderr, nil))); err != nil {
		t.Fatal(err)
	}
}

// worker starts the other process and waits for a line of it; it stands still after so many certificates, 0 for never.
func worker(t *testing.T, url string, hang int, line string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBatchWorker$", "-test.v")
	cmd.Env = append(os.Environ(), envURL+"="+url, fmt.Sprintf("%s=%d", envHang, hang))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == line {
			return cmd
		}
	}
	t.Fatalf("the other process never said %q", line)
	return nil
}

// A process that issues many is killed in the middle, several times. The one that comes after it finishes: everybody
// has one certificate, its life has one beginning, and the batch counts right.
func TestKilledInTheMiddle(t *testing.T) {
	n := 1000
	if given, err := strconv.Atoi(os.Getenv(envCount)); err == nil {
		n = given
	}
	url := dbtest.URL(t)
	d, err := db.Open(t.Context(), db.Config{URL: url, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	b := benchOver(t, d)
	b.Exec(`INSERT INTO countries (code) VALUES ('KZ'), ('TJ') ON CONFLICT DO NOTHING`)
	programme, admin := b.many(n), b.may(lms.Admin, lms.AllGround())
	started, err := b.StartIssue(t.Context(), admin, certificate.Selection{Programme: programme})
	if err != nil || started.Total != n {
		t.Fatalf("%+v, %v", started, err)
	}
	begun := time.Now()
	// Seven into a stride: what it did of that one is lost, and done again.
	for i, hang := range []int{n/4 + 7, n/4 + 7} {
		cmd := worker(t, url, hang, "hanging")
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if done := b.Int(`SELECT count(*) FROM certificates`); done != (i+1)*(n/4)/50*50 {
			t.Errorf("%d were there after kill %d: strides are whole or not at all", done, i+1)
		}
	}
	worker(t, url, 0, "over <nil>")
	t.Logf("%d certificates over two kills in %s", n, time.Since(begun).Round(time.Millisecond))
	for what, query := range map[string]string{
		"certificates":       `SELECT count(*) FROM certificates`,
		"awards":             `SELECT count(DISTINCT award) FROM certificates`,
		"serials":            `SELECT count(DISTINCT serial) FROM certificates`,
		"holders":            `SELECT count(DISTINCT person_id) FROM certificates`,
		"beginnings":         `SELECT count(*) FROM certificate_events`,
		"certified":          `SELECT count(*) FROM participations WHERE state = 'certified'`,
		"items done":         `SELECT count(*) FROM certificate_batch_items WHERE state = 'done' AND certificate_id IS NOT NULL`,
		"counted as done":    `SELECT done FROM certificate_batches WHERE state = 'done'`,
		"sealed for holders": `SELECT count(*) FROM certificates c JOIN persons p ON p.id = c.person_id WHERE c.claim::json ->> 'holder' = p.given_name || ' ' || p.family_name`,
	} {
		if got := b.Int(query); got != n {
			t.Errorf("%s: %d, not %d", what, got, n)
		}
	}
}
