package gateway_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	tus "github.com/eventials/go-tus"

	"mostik/live"
	"mostik/live/hub"
)

// cleanPDF makes this program the one that reads PDF.
const cleanPDF = "clean-pdf"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == cleanPDF {
		if err := hub.CleanPDF(os.Stdin, os.Stdout, os.Stderr); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// meta writes pairs as a tus header.
func meta(pairs ...string) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(list, ",")
}

type answered struct {
	status int
	header http.Header
	body   []byte
}

func (a answered) code() string {
	var p struct{ Code string }
	_ = json.Unmarshal(a.body, &p)
	return p.Code
}

func (a answered) field() string {
	var p struct{ Field string }
	_ = json.Unmarshal(a.body, &p)
	return p.Field
}

// ask sends a request as a tus client does, to a path below the webinar, or to an address that a Location said.
func (s *site) ask(b *browser, method, path string, header map[string]string, body []byte) answered {
	s.t.Helper()
	address := "http://" + s.url + path
	if strings.HasPrefix(path, "/api/") {
		address = "http://" + strings.SplitN(s.url, "/", 2)[0] + path
	} else {
		address += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "k=" + url.QueryEscape(b.key)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Tus-Resumable", "1.0.0")
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return answered{res.StatusCode, res.Header, raw}
}

const piece = "application/offset+octet-stream"

// send uploads at once.
func (s *site) send(b *browser, body []byte, pairs ...string) answered {
	s.t.Helper()
	return s.ask(b, http.MethodPost, "/uploads", map[string]string{
		"Upload-Length": strconv.Itoa(len(body)), "Upload-Metadata": meta(pairs...), "Content-Type": piece,
	}, body)
}

func slides(t *testing.T, pages int, author string) []byte {
	t.Helper()
	pdf := fpdf.New("L", "mm", "A4", "")
	pdf.SetAuthor(author, true)
	for range pages {
		pdf.AddPage()
		pdf.SetFont("Helvetica", "", 40)
		pdf.Text(40, 60, "A slide")
	}
	var deck bytes.Buffer
	if err := pdf.Output(&deck); err != nil {
		t.Fatal(err)
	}
	return deck.Bytes()
}

func (s *site) two() (host, trainee *browser) {
	s.t.Helper()
	return s.enter(s.ticket(live.Ticket{Role: live.Host, Person: "h", Name: "Trainer"}), nil), s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
}

func TestFilesGoBothWays(t *testing.T) {
	s := start(t)
	host, trainee := s.two()
	if a := s.send(trainee, []byte("what we learnt"), "key", "f1", "name", "опыт.txt"); a.status != http.StatusCreated || a.header.Get("Upload-Offset") != "14" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	host.until("the file", func() bool { return strings.Contains(string(host.state["files"]["f1"]), "опыт.txt") })
	a := s.ask(host, http.MethodGet, "/files/f1", nil, nil)
	if a.status != 200 || string(a.body) != "what we learnt" {
		t.Errorf("fetching it: %d %q", a.status, a.body)
	}
	for name, want := range map[string]string{
		"Content-Disposition": "attachment; filename*=utf-8''%D0%BE%D0%BF%D1%8B%D1%82.txt", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Type": "application/octet-stream", "Cache-Control": "private, no-store",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if a := s.ask(host, http.MethodGet, "/files/f1", map[string]string{"Range": "bytes=5-"}, nil); a.status != http.StatusPartialContent || string(a.body) != "we learnt" {
		t.Errorf("a part: %d %q", a.status, a.body)
	}
	forged := &browser{key: "p1.9999999999999.forged"}
	if a := s.send(forged, []byte("x"), "key", "f2", "name", "x"); a.status != http.StatusForbidden {
		t.Errorf("a forged pass: %d", a.status)
	}
	if a := s.ask(forged, http.MethodGet, "/files/f1", nil, nil); a.status != http.StatusForbidden {
		t.Errorf("a forged pass fetches: %d", a.status)
	}
}

// What is refused says why and what is to blame, and is gone.
func TestRefusedFilesSayWhy(t *testing.T) {
	s := start(t)
	_, trainee := s.two()
	for name, c := range map[string]struct {
		body   string
		code   string
		status int
		pairs  []string
	}{
		"a program":     {"MZ\x90\x00", "file-program", 415, []string{"key", "bad", "name", "x.txt"}},
		"a page":        {"<!doctype html><script>alert(1)</script>", "file-page", 415, []string{"key", "bad", "name", "x.txt"}},
		"nothing":       {"", "file-empty", 415, []string{"key", "bad", "name", "x.txt"}},
		"a bad key":     {"x", "malformed", 400, []string{"key", "../x", "name", "x.txt"}},
		"a bad keep":    {"x", "malformed", 400, []string{"key", "bad", "name", "x.txt", "keep", "for ever"}},
		"for a course":  {"x", "forbidden", 403, []string{"key", "bad", "name", "x.txt", "keep", "course"}},
		"slides of one": {"x", "forbidden", 403, []string{"key", "bad", "name", "x.pdf", "as", "slides"}},
	} {
		a := s.send(trainee, []byte(c.body), c.pairs...)
		if a.status != c.status || a.code() != c.code || a.field() == "" && c.code != "forbidden" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	// A large program is refused before it is sent whole.
	body := append([]byte("MZ"), make([]byte, 1<<20)...)
	a := s.ask(trainee, http.MethodPost, "/uploads", map[string]string{"Upload-Length": strconv.Itoa(len(body)), "Upload-Metadata": meta("key", "bad", "name", "x")}, nil)
	where := a.header.Get("Location")
	if a := s.ask(trainee, http.MethodPatch, where, map[string]string{"Upload-Offset": "0", "Content-Type": piece}, body[:8192]); a.code() != "file-program" {
		t.Errorf("its first piece: %d %s", a.status, a.body)
	}
	// Who lost the answer asks again.
	if a := s.ask(trainee, http.MethodPatch, where, map[string]string{"Upload-Offset": strconv.Itoa(len(body)), "Content-Type": piece}, nil); a.code() != "file-program" {
		t.Errorf("asked again: %d %s", a.status, a.body)
	}
	for _, pattern := range []string{"files/demo/*", "uploads/*.part"} {
		if left, _ := filepath.Glob(filepath.Join(s.dir, pattern)); len(left) > 0 {
			t.Errorf("it left %v", left)
		}
	}
}

func TestTheProtocolOfUploads(t *testing.T) {
	s := start(t)
	host, trainee := s.two()
	if a := s.ask(trainee, http.MethodOptions, "/uploads", map[string]string{"Tus-Resumable": ""}, nil); a.status != 204 || a.header.Get("Tus-Version") != "1.0.0" ||
		!strings.Contains(a.header.Get("Tus-Extension"), "creation") || a.header.Get("Tus-Max-Size") != strconv.Itoa(hub.MaxFile) {
		t.Errorf("options: %d %v", a.status, a.header)
	}
	begin := map[string]string{"Upload-Length": "10", "Upload-Metadata": meta("key", "k", "name", "a.txt")}
	if a := s.ask(trainee, http.MethodPost, "/uploads", map[string]string{"Upload-Length": "10", "Tus-Resumable": "0.2.2"}, nil); a.status != 412 || a.header.Get("Tus-Version") != "1.0.0" {
		t.Errorf("another version: %d", a.status)
	}
	if a := s.ask(trainee, http.MethodPost, "/uploads", map[string]string{"Upload-Length": strconv.Itoa(hub.MaxFile + 1), "Upload-Metadata": begin["Upload-Metadata"]}, nil); a.status != 413 {
		t.Errorf("too large: %d", a.status)
	}
	a := s.ask(trainee, http.MethodPost, "/uploads", begin, nil)
	where := a.header.Get("Location")
	if _, err := http.ParseTime(a.header.Get("Upload-Expires")); a.status != 201 || err != nil {
		t.Fatalf("%d %v", a.status, err)
	}
	patch := func(offset int, body string, more ...string) answered {
		t.Helper()
		h := map[string]string{"Upload-Offset": strconv.Itoa(offset), "Content-Type": piece}
		for i := 0; i < len(more); i += 2 {
			h[more[i]] = more[i+1]
		}
		return s.ask(trainee, http.MethodPatch, where, h, []byte(body))
	}
	offset := func(want string) {
		t.Helper()
		a := s.ask(trainee, http.MethodHead, where, nil, nil)
		if a.status != 200 || a.header.Get("Upload-Offset") != want || a.header.Get("Upload-Length") != "10" || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d %v", a.status, a.header)
		}
	}
	offset("0")
	if a := patch(0, "0123"); a.status != 204 || a.header.Get("Upload-Offset") != "4" {
		t.Errorf("a piece: %d %s", a.status, a.body)
	}
	if a := patch(2, "23"); a.status != 409 {
		t.Errorf("a wrong offset: %d", a.status)
	}
	if a := patch(4, "45", "Content-Type", "text/plain"); a.status != 415 {
		t.Errorf("a wrong type: %d", a.status)
	}
	if a := patch(4, "4567890ab"); a.status != 413 {
		t.Errorf("more than announced: %d", a.status)
	}
	offset("4")
	other := strings.Replace(where, url.QueryEscape(trainee.key), url.QueryEscape(host.key), 1)
	if a := s.ask(host, http.MethodHead, other, nil, nil); other == where || a.status != 404 {
		t.Errorf("somebody else's upload: %d", a.status)
	}
	if a := s.ask(trainee, http.MethodPost, where, map[string]string{"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "4", "Content-Type": piece}, []byte("456789")); a.status != 204 {
		t.Errorf("by POST: %d %s", a.status, a.body)
	}
	offset("10")
	trainee.until("the file", func() bool { return trainee.state["files"]["k"] != nil })
	a = s.ask(trainee, http.MethodPost, "/uploads", map[string]string{"Upload-Length": "10", "Upload-Metadata": meta("key", "k2", "name", "a.txt")}, nil)
	where = a.header.Get("Location")
	if a := s.ask(trainee, http.MethodDelete, where, nil, nil); a.status != 204 {
		t.Errorf("giving up: %d", a.status)
	}
	if a := s.ask(trainee, http.MethodHead, where, nil, nil); a.status != 404 {
		t.Errorf("after giving up: %d", a.status)
	}
}

// A line that breaks in the middle of a piece, and a program that starts anew, lose nothing that arrived.
func TestAnUploadGoesOn(t *testing.T) {
	s := start(t)
	_, trainee := s.two()
	words := strings.Repeat("what we learnt\n", 20_000)
	a := s.ask(trainee, http.MethodPost, "/uploads", map[string]string{"Upload-Length": strconv.Itoa(len(words)), "Upload-Metadata": meta("key", "k", "name", "a.txt")}, nil)
	where := a.header.Get("Location")
	conn, err := net.Dial("tcp", strings.SplitN(s.url, "/", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", where, piece, len(words), words[:100_000])
	at := int64(0)
	waitFor(t, "what was sent to arrive", func() bool {
		a := s.ask(trainee, http.MethodHead, where, nil, nil)
		at, _ = strconv.ParseInt(a.header.Get("Upload-Offset"), 10, 64)
		return at == 100_000
	})
	conn.Close()
	s.stop()

	s = newSite(t, s.dir, s.key)
	trainee = s.enter(s.ticket(live.Ticket{Role: live.Viewer, Person: "t", Name: "Dilnoza"}), nil)
	a = s.ask(trainee, http.MethodHead, where, nil, nil)
	if a.header.Get("Upload-Offset") != "100000" {
		t.Fatalf("after a restart: %d %v", a.status, a.header)
	}
	a = s.ask(trainee, http.MethodPatch, where, map[string]string{"Upload-Offset": "100000", "Content-Type": piece}, []byte(words[100_000:]))
	if a.status != 204 {
		t.Fatalf("going on: %d %s", a.status, a.body)
	}
	trainee.until("the file", func() bool { return trainee.state["files"]["k"] != nil })
	if a := s.ask(trainee, http.MethodGet, "/files/k", nil, nil); string(a.body) != words {
		t.Errorf("it came as %d bytes", len(a.body))
	}
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatal("waited in vain for " + what)
}

// A client that nobody here wrote uploads piece by piece, is stopped in the middle, and goes on.
func TestAClientNobodyHereWrote(t *testing.T) {
	s := start(t)
	_, trainee := s.two()
	words := []byte(strings.Repeat("what we learnt\n", 10_000))
	client, err := tus.NewClient("http://"+s.url+"/uploads?k="+url.QueryEscape(trainee.key), &tus.Config{ChunkSize: 32 << 10, HttpClient: http.DefaultClient})
	if err != nil {
		t.Fatal(err)
	}
	up := tus.NewUpload(bytes.NewReader(words), int64(len(words)), tus.Metadata{"key": "k", "filename": "a.txt"}, "print")
	first, err := client.CreateUpload(up)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := first.UploadChunck(); err != nil {
			t.Fatal(err)
		}
	}
	second, err := client.CreateUpload(tus.NewUpload(bytes.NewReader(words), int64(len(words)), tus.Metadata{"key": "k2", "filename": "b.txt"}, "other"))
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Upload(); err != nil {
		t.Fatal(err)
	}
	again := tus.NewUploader(client, first.Url(), tus.NewUpload(bytes.NewReader(words), int64(len(words)), nil, "print"), 64<<10)
	if err := again.Upload(); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"k", "k2"} {
		trainee.until("the file", func() bool { return trainee.state["files"][key] != nil })
		if a := s.ask(trainee, http.MethodGet, "/files/"+key, nil, nil); !bytes.Equal(a.body, words) {
			t.Errorf("%s came as %d bytes", key, len(a.body))
		}
	}
}

// What a photograph and a document carry about people is gone when others fetch them, and the room says what it was.
func TestFilesAreCleaned(t *testing.T) {
	s := start(t)
	host, trainee := s.two()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	raw := append([]byte("\xff\xd8\xff\xfe\x00\x0fDilnoza, home"), photo.Bytes()[2:]...)
	for key, body := range map[string][]byte{"photo": raw, "paper": slides(t, 1, "Dilnoza")} {
		if a := s.send(trainee, body, "key", key, "name", "a"); a.status != http.StatusCreated {
			t.Fatalf("%s: %d %s", key, a.status, a.body)
		}
		host.until("the file", func() bool { return strings.Contains(string(host.state["files"][key]), `"taken":[`) })
		a := s.ask(host, http.MethodGet, "/files/"+key, nil, nil)
		for _, secret := range []string{"Dilnoza", string([]byte("\x00D\x00i\x00l"))} {
			if a.status != 200 || bytes.Contains(a.body, []byte(secret)) {
				t.Errorf("%s: %d, it still tells of her", key, a.status)
			}
		}
	}
	if a := s.send(trainee, []byte("%PDF-1.7 and nothing more"), "key", "broken", "name", "a.pdf"); a.code() != "file-broken" {
		t.Errorf("a broken PDF: %d %s", a.status, a.body)
	}
}

// Case material is gone from the disk when the webinar ends; the rest stays, and the journal tells of it without names.
func TestCaseMaterialGoesAtTheEnd(t *testing.T) {
	s := start(t)
	host, trainee := s.two()
	for key, keep := range map[string]string{"case": "case", "plain": "webinar", "later": "webinar"} {
		if a := s.send(trainee, []byte("about "+key), "key", key, "name", key+"-of-Aigul.txt", "keep", keep); a.status != http.StatusCreated {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	lies := func(key string) bool {
		_, err := os.Stat(filepath.Join(s.dir, "files", "demo", key))
		return err == nil
	}
	trainee.must("file.keep", map[string]any{"key": "later", "keep": "case"})
	if !lies("case") || !lies("later") {
		t.Fatal("it is not where it should be")
	}
	host.must("file.drop", map[string]any{"key": "plain"})
	waitFor(t, "a file that was dropped", func() bool { return !lies("plain") })
	host.send("room.end", "end", map[string]any{})
	waitFor(t, "case material", func() bool { return !lies("case") && !lies("later") })
	waitFor(t, "the journal", func() bool {
		raw, _ := os.ReadFile(filepath.Join(s.dir, hub.JournalDir, "demo.jsonl"))
		return strings.Count(string(raw), `"file-gone"`) == 3 && !strings.Contains(string(raw), "case-of-Aigul")
	})
}

func TestSlides(t *testing.T) {
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("pdftoppm (Debian: poppler-utils) draws slides, and is not installed")
	}
	s := start(t)
	host, trainee := s.two()
	ready := func(key, state string) func() bool {
		return func() bool {
			d := string(host.state["decks"][key])
			return d != "" && !strings.Contains(d, `"preparing"`) && strings.Contains(d, state)
		}
	}
	if a := s.send(host, []byte("no slides"), "key", "d0", "name", "x.pdf", "as", "slides"); a.status != 422 || a.code() != "slides" {
		t.Errorf("what is no slides: %d %s", a.status, a.body)
	}
	if a := s.send(host, slides(t, 3, "Dilnoza"), "key", "d1", "name", "Burnout.pdf", "as", "slides"); a.status != http.StatusCreated {
		t.Fatalf("slides: %d %s", a.status, a.body)
	}
	host.until("the slides", ready("d1", `"pages":3`))
	host.must("slides.show", map[string]any{"deck": "d1", "page": 2})
	trainee.until("page 2", func() bool { return strings.Contains(string(trainee.state["slides"]["deck"]), `"page":2`) })
	small := s.ask(trainee, http.MethodGet, "/decks/d1/2?w=640", nil, nil)
	large := s.ask(trainee, http.MethodGet, "/decks/d1/2?w=1280", nil, nil)
	if small.status != 200 || http.DetectContentType(small.body) != "image/jpeg" || len(small.body) >= len(large.body) {
		t.Errorf("the picture: %d, %d and %d bytes", small.status, len(small.body), len(large.body))
	}
	if a := s.ask(trainee, http.MethodGet, "/decks/d1/4", nil, nil); a.status != 404 {
		t.Errorf("a page that is not there: %d", a.status)
	}
	huge := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: 14_000, Ht: 14_000}})
	huge.AddPage()
	var b bytes.Buffer
	if err := huge.Output(&b); err != nil {
		t.Fatal(err)
	}
	for key, c := range map[string]struct {
		body []byte
		why  string
	}{
		"huge": {b.Bytes(), "slides-slow"}, "many": {slides(t, 301, ""), "slides"}, "torn": {[]byte("%PDF-1.7 and nothing more"), "slides"},
	} {
		if a := s.send(host, c.body, "key", key, "name", "x.pdf", "as", "slides"); a.status != http.StatusCreated {
			t.Fatalf("%s: %d %s", key, a.status, a.body)
		}
		host.until(key, ready(key, `"state":"failed","why":"`+c.why+`"`))
		if left, _ := os.ReadDir(filepath.Join(s.dir, "decks", "demo", key)); len(left) > 0 {
			t.Errorf("%s left %v", key, left)
		}
	}
}

// An office document becomes pages where LibreOffice is, and is refused with a word where it is not.
func TestOfficeSlides(t *testing.T) {
	s := start(t)
	host, _ := s.two()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"mimetype", "application/vnd.oasis.opendocument.text"},
		{"META-INF/manifest.xml", `<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`},
		{"content.xml", `<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:text><text:p>What we learnt</text:p></office:text></office:body></office:document-content>`},
	} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: map[bool]uint16{true: zip.Store, false: zip.Deflate}[part[0] == "mimetype"]})
		if err == nil {
			_, err = f.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	a := s.send(host, b.Bytes(), "key", "d", "name", "paper.odt", "as", "slides")
	if !s.hub.Office() {
		if a.status != 422 || a.code() != "slides-office" {
			t.Errorf("without LibreOffice: %d %s", a.status, a.body)
		}
		return
	}
	if a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	}
	waitFor(t, "the pages", func() bool {
		host.mu.Lock()
		defer host.mu.Unlock()
		d := string(host.state["decks"]["d"])
		if strings.Contains(d, "failed") {
			t.Fatal(d)
		}
		return strings.Contains(d, `"pages":1`)
	})
}
