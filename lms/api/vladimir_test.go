package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"mostik/courses/quiz"
	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/catalog"
	"mostik/lms/lmstest"
)

// vladimir is the course for librarians as it was held: a seminar in a library, and a test at its end.
const vladimirDefinition = `{
  "title": {"en": "Librarians for integration", "ru": "Библиотекари — интеграции"}, "hours": "16", "validity_months": 36,
  "components": [
    {"key": "seminar", "kind": "day", "title": {"en": "Seminar in the library", "ru": "Семинар в библиотеке"}},
    {"key": "course", "kind": "course", "course": "small", "title": {"en": "Online course", "ru": "Онлайн-курс"}}],
  "achievement": {"all": [{"day": "seminar"}, {"course": "course", "min_percent": 75}]},
  "participation": {"day": "seminar"},
  "documents": {"achievement": {"ru": "Удостоверение о повышении квалификации", "en": "Certificate of advanced training"},
    "participation": {"ru": "Справка об участии", "en": "Certificate of attendance"}}
}`

// served is the API at a port, with what the program does beside it, and a client.
type served struct {
	*rightsWorld
	t   *testing.T
	url string
	// loaded is the small course, and small a cohort of it.
	loaded *catalog.Loaded
	small  lms.ID[lms.Cohort]
}

func serve(t *testing.T) *served {
	t.Helper()
	w := newRightsWorld(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app := w.server.NewApp()
	ended := make(chan error, 2)
	go func() { ended <- app.Listener(listener) }()
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		w.server.deps.Programme.Run(ctx, slog.New(slog.DiscardHandler))
		ended <- nil
	}()
	t.Cleanup(func() {
		stop()
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
	s := &served{rightsWorld: w, t: t, url: "http://" + listener.Addr().String() + prefix}
	done, err := w.server.deps.Catalog.ImportFolder(t.Context(), lmstest.SmallCourse(nil))
	if err != nil {
		t.Fatal(err)
	}
	if s.loaded, err = w.server.deps.Catalog.Version(t.Context(), done.Version); err != nil {
		t.Fatal(err)
	}
	s.small = w.Cohort(s.loaded.CourseID, rightsCountry, w.centre)
	return s
}

// as asks with a token; anything but 2xx ends the test.
func (s *served) as(token, method, path string, body, out any) {
	s.t.Helper()
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			s.t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s: %d %.500s, %v", method, path, answer.StatusCode, said, err)
	}
	if out != nil {
		if err := json.Unmarshal(said, out); err != nil {
			s.t.Fatalf("%s %s: %v in %.300s", method, path, err, said)
		}
	}
}

// studies takes the course to its final, which is answered rightly or handed in empty.
func (s *served) studies(token, enrolment string, rightly bool) {
	s.t.Helper()
	for _, key := range []string{"read-one", "read-two"} {
		s.as(token, "POST", "/enrolments/"+enrolment+"/activities/"+key+"/seen", object{}, nil)
	}
	for _, key := range []string{"pre", "practice", "post", "final"} {
		var attempt struct {
			ID string `json:"id"`
		}
		s.as(token, "POST", "/enrolments/"+enrolment+"/activities/"+key+"/attempts", object{"id": lms.NewID[lms.Attempt]().String(), "language": "en"}, &attempt)
		if key != "final" || rightly {
			s.answers(token, attempt.ID)
		}
		s.as(token, "POST", "/attempts/"+attempt.ID+"/submit", object{}, nil)
	}
}

// answers gives every right answer, by the key that the world holds.
func (s *served) answers(token, attempt string) {
	s.t.Helper()
	var paper quiz.Paper
	if err := json.Unmarshal([]byte(s.Text(`SELECT paper FROM attempts WHERE id = $1::uuid`, attempt)), &paper); err != nil {
		s.t.Fatal(err)
	}
	for i, shown := range paper.Questions {
		q, _ := s.loaded.Question(shown.Key)
		var content any = object{"text": "Bring her to a quiet place."}
		if q.Kind != quiz.Open {
			content = quiz.ShowAnswer(q.Question, shown.Seed, quiz.RightAnswer(q.Question))
		}
		s.as(token, "PUT", "/attempts/"+attempt+"/answers/"+newID(), object{"question_key": shown.Key, "revision": i + 1, "content": content}, nil)
	}
}

// librarian is one of the thirty, as the client knows them.
type librarian struct {
	id, token, enrolment string
}

// paper is a line of one's own certificates.
type paper struct {
	Serial    string `json:"serial"`
	Kind      string `json:"kind"`
	State     string `json:"state"`
	Document  string `json:"document"`
	Programme string `json:"programme"`
}

// papers are those of the programme; the course gives its own beside them.
func (s *served) papers(l librarian) (list []paper) {
	s.t.Helper()
	var all struct {
		Items []paper `json:"items"`
	}
	s.as(l.token, "GET", "/certificates", nil, &all)
	return slices.DeleteFunc(all.Items, func(p paper) bool { return p.Programme == "" })
}

// settled asks for the people of the programme until as many are in each state, as a coordinator looks at the page again.
func (s *served) settled(token string, certified, papers int) {
	s.t.Helper()
	var people struct {
		Items []struct {
			State string `json:"state"`
		} `json:"items"`
	}
	deadline := time.Now().Add(time.Minute)
	for {
		s.as(token, "GET", "/programmes/vladimir/people", nil, &people)
		n := 0
		for _, p := range people.Items {
			if p.State == "certified" {
				n++
			}
		}
		waiting := s.Int(`SELECT count(*) FROM participations_changed`)
		if n == certified && waiting == 0 && s.Int(`SELECT count(*) FROM certificates WHERE programme_id IS NOT NULL`) == papers {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%d of %d are certified, %d wait, of %d people", n, certified, waiting, len(people.Items))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// The Vladimir course over HTTP, as people would: thirty librarians attend, twenty-four pass.
func TestVladimirOverHTTP(t *testing.T) {
	s := serve(t)
	coordinator := account.TokenFor(s.accounts, s.coordinator())
	ask := func(method, path string, body, out any) { t.Helper(); s.as(coordinator, method, path, body, out) }

	// The coordinator writes down people and programme. A rule that attendance alone fulfils is refused.
	var librarians []librarian
	var ids []string
	for i := range 30 {
		var p struct {
			ID string `json:"id"`
		}
		ask("POST", "/people", object{
			"given_name": "Анна", "family_name": fmt.Sprintf("Библиотекарева-%d", i), "country": rightsCountry, "centre_id": s.centre.String(), "language": "ru", "job": "librarian",
		}, &p)
		librarians, ids = append(librarians, librarian{id: p.ID}), append(ids, p.ID)
	}
	ask("POST", "/programmes", object{"key": "vladimir", "country": rightsCountry, "definition": json.RawMessage(vladimirDefinition)}, nil)
	lax := bytes.Replace([]byte(vladimirDefinition), []byte(`, {"course": "course", "min_percent": 75}]`), []byte(`]`), 1)
	var draft struct {
		Problems []struct {
			Code string `json:"code"`
		} `json:"problems"`
	}
	ask("PUT", "/programmes/vladimir/draft", object{"definition": json.RawMessage(lax)}, &draft)
	if len(draft.Problems) != 1 || draft.Problems[0].Code != "attendance-alone" {
		t.Errorf("a rule of attendance alone: %+v", draft.Problems)
	}
	ask("PUT", "/programmes/vladimir/draft", object{"definition": json.RawMessage(vladimirDefinition)}, nil)
	ask("POST", "/programmes/vladimir/publish", object{}, nil)
	ask("POST", "/programmes/vladimir/people", object{"person_ids": ids}, nil)
	ask("POST", "/cohorts/"+s.small.String()+"/enrolments", object{"person_ids": ids}, nil)

	// The seminar is over, and all thirty signed the sheet.
	now := time.Now()
	var day struct {
		ID string `json:"id"`
	}
	ask("POST", "/programmes/vladimir/days", object{
		"component": "seminar", "title": "Областная научная библиотека", "country": rightsCountry, "place": "Читальный зал",
		"starts_at": now.Add(-9 * time.Hour), "ends_at": now.Add(-time.Hour),
	}, &day)
	ticks := []object{}
	for _, id := range ids {
		ticks = append(ticks, object{"person_id": id, "state": "present", "evidence": "sheet"})
	}
	ask("POST", "/days/"+day.ID+"/attendance", object{"ticks": ticks}, nil)
	s.settled(coordinator, 0, 30)

	// Each sets a password by a printed code.
	var slips struct {
		Items []struct {
			Code  string `json:"code"`
			Login string `json:"login"`
		} `json:"items"`
	}
	ask("POST", "/codes", object{"person_ids": ids}, &slips)
	for i := range librarians {
		var session struct {
			Token string `json:"access_token"`
		}
		s.as("", "POST", "/auth/code", object{"code": slips.Items[i].Code, "password": "a long enough password"}, &session)
		var me struct {
			ID string `json:"id"`
		}
		s.as(session.Token, "GET", "/me", nil, &me)
		at := slices.IndexFunc(librarians, func(l librarian) bool { return l.id == me.ID })
		if at < 0 {
			t.Fatalf("a code leads to %s, who is none of the thirty", me.ID)
		}
		l := &librarians[at]
		l.token = session.Token
		l.enrolment = s.Text(`SELECT id FROM enrolments WHERE person_id = $1::uuid`, l.id)
		if own := s.papers(*l); len(own) != 1 || own[0].Kind != "participation" || own[0].Document != "Справка об участии" {
			t.Errorf("number %d attended, and holds %+v", i, own)
		}
	}

	// Twenty-four pass, four hand in an empty final, two never begin.
	for i, l := range librarians[:28] {
		s.studies(l.token, l.enrolment, i < 24)
	}
	s.settled(coordinator, 24, 54)
	serials := map[string]bool{}
	for i, l := range librarians {
		kinds := map[string]string{}
		for _, p := range s.papers(l) {
			kinds[p.Kind] = p.Document
			serials[p.Serial] = true
			var told struct {
				State    string `json:"state"`
				Kind     string `json:"kind"`
				Document string `json:"document"`
			}
			s.as("", "GET", "/verify/"+p.Serial, nil, &told)
			if told.State != "valid" || told.Kind != p.Kind || told.Document != p.Document {
				t.Errorf("a stranger is told %+v of %+v", told, p)
			}
		}
		want := map[string]string{"participation": "Справка об участии"}
		if i < 24 {
			want["achievement"] = "Удостоверение о повышении квалификации"
		}
		if fmt.Sprint(kinds) != fmt.Sprint(want) {
			t.Errorf("number %d holds %v, want %v", i, kinds, want)
		}
	}
	if len(serials) != 54 {
		t.Errorf("%d papers, want 24 of achievement and 30 of participation", len(serials))
	}
	for i, l := range librarians[24:] {
		s.lacks(l, i < 4)
	}
}

// standing is what somebody is told of themselves.
type standing struct {
	State      string `json:"state"`
	Done       int    `json:"done"`
	Needed     int    `json:"needed"`
	Components []struct {
		Key   string `json:"key"`
		Title string `json:"title"`
	} `json:"components"`
	Rule ruled  `json:"rule"`
	Next *ruled `json:"next"`
}

type ruled struct {
	Component string  `json:"component"`
	State     string  `json:"state"`
	Least     int     `json:"least"`
	Figure    float64 `json:"figure"`
	Of        []ruled `json:"of"`
	Evidence  []struct {
		Title   string `json:"title"`
		Minutes int    `json:"minutes"`
	} `json:"evidence"`
}

// lacks asks as one of the six what is missing: the day is done, the course is not, and it is the next thing to do.
func (s *served) lacks(l librarian, began bool) {
	s.t.Helper()
	var own struct {
		Title    string   `json:"title"`
		Standing standing `json:"standing"`
	}
	s.as(l.token, "GET", "/programmes/vladimir/own", nil, &own)
	v := own.Standing
	if own.Title != "Библиотекари — интеграции" || v.State != "active" || v.Done != 1 || v.Needed != 2 || len(v.Rule.Of) != 2 || len(v.Components) != 2 {
		s.t.Fatalf("the rule tells %+v", own)
	}
	day, course := v.Rule.Of[0], v.Rule.Of[1]
	if day.State != "done" || len(day.Evidence) != 1 || day.Evidence[0].Title != "Областная научная библиотека" || day.Evidence[0].Minutes != 480 {
		s.t.Errorf("the day: %+v", day)
	}
	if want := map[bool]string{true: "begun", false: "open"}[began]; course.State != want || course.Least != 75 || course.Figure != 0 {
		s.t.Errorf("the course: %+v, want it %s", course, want)
	}
	if v.Next == nil || v.Next.Component != "course" || v.Components[1].Title != "Онлайн-курс" {
		s.t.Errorf("the next thing to do: %+v of %+v", v.Next, v.Components)
	}
}
