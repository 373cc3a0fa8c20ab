package mail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mhale/smtpd"
	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/db"
	"mostik/lms/lmstest"
	"mostik/lms/mail"
)

// sink is a mail server that nobody here wrote, with what it was given.
type sink struct {
	mu sync.Mutex
	// got are the mails by the address that they came for.
	got map[string][]string
	// sour are addresses whose mails are refused for now, so many times.
	sour map[string]int
	addr *net.TCPAddr
}

func newSink(t *testing.T) *sink {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{got: map[string][]string{}, sour: map[string]int{}, addr: ln.Addr().(*net.TCPAddr)}
	server := &smtpd.Server{
		Appname: "sink", Hostname: "localhost",
		HandlerRcpt: func(_ net.Addr, _, to string) bool { return !strings.HasPrefix(to, "nobody@") },
		Handler: func(_ net.Addr, _ string, to []string, data []byte) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.sour[to[0]] > 0 {
				s.sour[to[0]]--
				return errors.New("451 4.2.1 come again later")
			}
			s.got[to[0]] = append(s.got[to[0]], string(data))
			return nil
		},
	}
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { server.Close(); ln.Close() })
	return s
}

func (s *sink) transport() *mail.SMTP {
	return &mail.SMTP{
		Sender: mail.Sender{Name: "Учебная программа", Address: "training@example.org"}, Host: "127.0.0.1", Port: s.addr.Port, Security: mail.Plain,
	}
}

func (s *sink) count(address string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.got[address])
}

type post struct {
	*lmstest.World
	*mail.Service
	now time.Time
}

func newPost(t *testing.T) *post {
	w := lmstest.New(t)
	p := &post{World: w, now: w.Start}
	p.Service = &mail.Service{DB: w.DB, Now: func() time.Time { return p.now }}
	return p
}

func (p *post) queue(address string) {
	p.T.Helper()
	err := db.InTx(p.T.Context(), p.World.DB, func(ctx context.Context, tx bun.Tx) error {
		return mail.Queue(ctx, tx, p.now, mail.Draft{
			Name: "Лейла Бекова", Address: address, Subject: "Приглашение:\r\nBcc: everybody@example.org",
			Letter: mail.Letter{
				Language: "ru", Heading: "Помощь <помогающим>", Paragraphs: []string{"Здравствуйте, Лейла!"},
				Facts: []mail.Fact{{Label: "Дата", Value: "21 ноября"}}, ListTitle: "Программа", List: []string{"Знакомство"},
				Button: "Войти", URL: "https://learn.example.org/webinars/demo", Foot: []string{"Ответы никто не читает."},
			},
			Method: "REQUEST", Calendar: "BEGIN:VCALENDAR\r\nSUMMARY:Помощь\r\nEND:VCALENDAR\r\n",
		})
	})
	if err != nil {
		p.T.Fatal(err)
	}
}

func (p *post) deliver(t mail.Transport) int {
	p.T.Helper()
	n, err := p.Deliver(p.T.Context(), t, slog.New(slog.DiscardHandler))
	if err != nil {
		p.T.Fatal(err)
	}
	return n
}

func (p *post) state(address string) string {
	return p.Text(`SELECT state || ' ' || tries FROM mails WHERE address = $1`, address)
}

// parts reads a mail's parts by media type.
func parts(t *testing.T, contentType string, body io.Reader, into map[string]string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		of := p.Header.Get("Content-Type")
		if strings.HasPrefix(of, "multipart/") {
			parts(t, of, p, into)
			continue
		}
		var from io.Reader = p
		switch p.Header.Get("Content-Transfer-Encoding") {
		case "base64":
			from = base64.NewDecoder(base64.StdEncoding, p)
		case "quoted-printable":
			from = quotedprintable.NewReader(p)
		}
		raw, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		name, params, err := mime.ParseMediaType(of)
		if err != nil {
			t.Fatal(err)
		}
		into[name+params["method"]] = string(raw)
	}
}

func TestAMailGoesToTheServerOnceWithAllItsParts(t *testing.T) {
	p, s := newPost(t), newSink(t)
	p.queue("leila@example.org")
	var sent sync.WaitGroup
	for range 3 { // several workers, as several programs on one database would have
		sent.Go(func() {
			if _, err := p.Deliver(t.Context(), s.transport(), slog.New(slog.DiscardHandler)); err != nil {
				t.Error(err)
			}
		})
	}
	sent.Wait()
	p.deliver(s.transport())
	if n := s.count("leila@example.org"); n != 1 {
		t.Fatalf("it went out %d times", n)
	}
	if got := p.state("leila@example.org"); got != "sent 1" {
		t.Error(got)
	}
	m, err := netmail.ReadMessage(strings.NewReader(s.got["leila@example.org"][0]))
	if err != nil {
		t.Fatal(err)
	}
	words := new(mime.WordDecoder)
	for header, want := range map[string]string{
		"Subject": "Приглашение: Bcc: everybody@example.org", "From": `Учебная программа <training@example.org>`,
		"To": "Лейла Бекова <leila@example.org>", "Bcc": "", "Auto-Submitted": "auto-generated",
	} {
		got, err := words.DecodeHeader(m.Header.Get(header))
		if strings.ReplaceAll(got, `"`, "") != want || err != nil {
			t.Errorf("%s is %q, want %q (%v)", header, got, want, err)
		}
	}
	if id := m.Header.Get("Message-Id"); id != "<"+p.Text(`SELECT id FROM mails`)+"@example.org>" {
		t.Errorf("a second try would have another Message-ID than %s", id)
	}
	found := map[string]string{}
	parts(t, m.Header.Get("Content-Type"), m.Body, found)
	for kind, want := range map[string]string{
		"text/plain": "Программа\r\n- Знакомство\r\n", "text/html": "Помощь &lt;помогающим&gt;",
		"text/calendarREQUEST": "SUMMARY:Помощь\r\n", "application/ics": "BEGIN:VCALENDAR\r\n",
	} {
		if !strings.Contains(found[kind], want) {
			t.Errorf("the part %s lacks %q:\n%s", kind, want, found[kind])
		}
	}
	for _, fetched := range []string{"<img", "src=", "http://"} {
		if strings.Contains(found["text/html"], fetched) {
			t.Errorf("the page holds %q: somebody would learn when it is read", fetched)
		}
	}
}

func TestARefusedMailDoesNotKeepOthersBack(t *testing.T) {
	p, s := newPost(t), newSink(t)
	s.sour["later@example.org"] = 1
	for _, address := range []string{"nobody@example.org", "later@example.org", "leila@example.org"} {
		p.queue(address)
	}
	if n := p.deliver(s.transport()); n != 1 || s.count("leila@example.org") != 1 {
		t.Fatalf("%d went out", n)
	}
	for address, want := range map[string]string{"nobody@example.org": "failed 1", "later@example.org": "waiting 1", "leila@example.org": "sent 1"} {
		if got := p.state(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	if p.deliver(s.transport()) != 0 {
		t.Error("it was tried again at once")
	}
	p.now = p.now.Add(time.Minute)
	if p.deliver(s.transport()) != 1 || p.state("later@example.org") != "sent 2" {
		t.Error("it was not tried again after a minute:", p.state("later@example.org"))
	}
}

func TestAServerThatIsAwayIsGivenUpInTheEndAndTriedByHand(t *testing.T) {
	p, s := newPost(t), newSink(t)
	away := s.transport()
	away.Port = closedPort(t)
	p.queue("leila@example.org")
	for range 20 {
		p.deliver(away)
		p.now = p.now.Add(25 * time.Hour)
	}
	if got := p.state("leila@example.org"); got != "failed 8" {
		t.Fatal(got)
	}
	id, err := lms.ParseID[mail.Mail](p.Text(`SELECT id FROM mails`))
	if err != nil {
		t.Fatal(err)
	}
	boss := lms.Actor{Person: p.Person(lmstest.PersonSpec{}), Grants: []lms.Grant{{Role: lms.Admin, Scope: lms.AllGround()}}}
	v, err := p.Mail(t.Context(), boss, id)
	if err != nil || v.Fault == "" || v.State != mail.Failed {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := p.Retry(t.Context(), boss, id); err != nil {
		t.Fatal(err)
	}
	if p.deliver(s.transport()) != 1 || s.count("leila@example.org") != 1 {
		t.Error("it does not go out after somebody tried it again")
	}
	if _, err := p.Retry(t.Context(), boss, id); lms.KindOf(err) != lms.Conflict {
		t.Errorf("what was sent is sent again: %v", err)
	}
}

func closedPort(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

// A worker that died holds its mails for the time of the lease and no longer.
func TestAMailOfAWorkerThatDiedIsTakenUpAgain(t *testing.T) {
	p, s := newPost(t), newSink(t)
	p.queue("leila@example.org")
	p.Exec(`UPDATE mails SET state = 'sending', tries = 1, next_at = $1`, p.now.Add(10*time.Minute))
	if p.deliver(s.transport()) != 0 {
		t.Error("it was taken from a worker that may be sending it")
	}
	p.now = p.now.Add(10 * time.Minute)
	if p.deliver(s.transport()) != 1 {
		t.Error("it is never sent")
	}
}

func TestAFolderKeepsWhatTheQueueKnows(t *testing.T) {
	p := newPost(t)
	dir := filepath.Join(t.TempDir(), "mail")
	f := &mail.Folder{Sender: mail.Sender{Address: "mostik@localhost.invalid"}, Dir: dir}
	for n := range 25 { // more than a batch
		p.queue(fmt.Sprintf("guest%d@example.org", n))
	}
	if n := p.deliver(f); n != 25 {
		t.Fatalf("%d were written", n)
	}
	raw, err := os.ReadFile(filepath.Join(dir, p.Text(`SELECT id FROM mails WHERE address = 'guest3@example.org'`)+".eml"))
	if err != nil || !strings.Contains(string(raw), "<guest3@example.org>") {
		t.Errorf("%v: %s", err, raw)
	}
	left := func() int {
		names, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	if left() != 25 {
		t.Errorf("%d files", left())
	}
	p.Exec(`DELETE FROM mails WHERE address <> 'guest3@example.org'`)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() { defer close(ran); p.Run(ctx, f, slog.New(slog.DiscardHandler)) }()
	for range 1000 {
		if left() == 1 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	<-ran
	if left() != 1 {
		t.Errorf("%d files are left of 1 mail", left())
	}
	p.now = p.now.Add(15 * 24 * time.Hour)
	if n, err := p.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("%d old mails were forgotten, %v", n, err)
	}
}

func TestAddresses(t *testing.T) {
	for address, ok := range map[string]bool{
		"expert@example.org": true, "a.b+c@sub.example.org": true, "эксперт@пример.рф": true,
		"": false, "expert": false, "expert@localhost": false, "An Expert <expert@example.org>": false, "a@example.org, b@example.org": false,
		"expert@example.org\r\nBcc: all@example.org": false, strings.Repeat("a", 250) + "@example.org": false,
	} {
		if err := mail.CheckAddress("email", address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
