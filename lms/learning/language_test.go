package learning_test

import (
	"io/fs"
	"strings"
	"testing"

	"mostik/courses"
	"mostik/lms"
	"mostik/lms/learning"
	"mostik/lms/lmstest"
)

// withKazakh gives the small course whose first module is whole in Kazakh too, and whose Russian nobody reviewed.
func withKazakh(t *testing.T) map[string]string {
	t.Helper()
	changed := map[string]string{
		"course.yaml": strings.Replace(lmstest.SmallCourseYAML, "languages: [en, ru]\n", "languages: [en, ru]\npartial: {kk: [m1]}\n", 1),
	}
	small := lmstest.SmallCourse(nil)
	for _, name := range []string{"course.yaml", "glossary.yaml", "lessons/read-one.md", "lessons/read-two.md", "bank/all.yaml", "papers/m1-handout.md"} {
		text, err := fs.ReadFile(small, "text/ru/"+name)
		if err != nil {
			t.Fatal(err)
		}
		changed["text/kk/"+name] = strings.ReplaceAll(string(text), "по-русски", "қазақша")
	}
	for from, to := range map[string]string{
		"  m2: {title: Second қазақша, summary: The end қазақша.}\n": "",
		", game: {title: A game қазақша}":                            "",
	} {
		changed["text/kk/course.yaml"] = strings.Replace(changed["text/kk/course.yaml"], from, to, 1)
	}
	return changed
}

func TestEachActivityIsShownWholeInOneLanguage(t *testing.T) {
	s := newSite(t)
	s.publish(withKazakh(t))
	actor, id := s.trainee()
	page, err := s.learning.Enrolment(t.Context(), actor, id, "kk")
	s.check(err)
	if page.Title != "A small course қазақша" || page.Language != "kk" {
		t.Errorf("the head is %q in %s", page.Title, page.Language)
	}
	if m := page.Modules[0]; m.Language != "" || m.Title != "First қазақша" || m.Activities[0].Title != "Read one қазақша" {
		t.Errorf("the first module: %+v", m)
	}
	if m := page.Modules[1]; m.Language != "ru" || m.Title != "Second по-русски" || m.Activities[0].Title != "A talk по-русски" {
		t.Errorf("the second module is %q in %q: %+v", m.Title, m.Language, m.Activities[0])
	}
	if len(page.Unreviewed) != 2 || page.Unreviewed[0] != "kk" || page.Unreviewed[1] != "ru" {
		t.Errorf("the mark stands on %v", page.Unreviewed)
	}
	lesson, err := s.learning.Activity(t.Context(), actor, id, "read-one", "kk")
	s.check(err)
	if lesson.Language != "kk" || !lesson.Unreviewed || !strings.Contains(lesson.Lesson.HTML, "қазақша") || strings.Contains(lesson.Lesson.HTML, "по-русски") {
		t.Errorf("the lesson in %s: %s", lesson.Language, lesson.Lesson.HTML)
	}
	if law := lesson.Lesson.Overlays[0].Countries[0]; law.Language != "ru" || !strings.Contains(law.HTML, "по-русски") {
		t.Errorf("the country's law, which Kazakh lacks, stands in %q: %s", law.Language, law.HTML)
	}
	at, err := s.learning.Start(t.Context(), actor, learning.StartInput{Enrolment: id, Activity: "pre", ID: lms.NewID[lms.Attempt](), Lang: "kk"})
	s.check(err)
	if at.Language != "kk" || !strings.Contains(at.Questions[0].StemHTML, "қазақша") {
		t.Errorf("the pre-test stands in %s: %s", at.Language, at.Questions[0].StemHTML)
	}
	english, err := s.learning.Enrolment(t.Context(), actor, id, "en")
	s.check(err)
	slovak, err := s.learning.Enrolment(t.Context(), actor, id, "sk")
	s.check(err)
	if len(english.Unreviewed) != 0 || english.Language != "en" || slovak.Language != "en" || slovak.Modules[1].Language != "" {
		t.Errorf("English carries no mark and stands in for Slovak: %v, %s, %q", english.Unreviewed, slovak.Language, slovak.Modules[1].Language)
	}
	dashboard, err := s.learning.Dashboard(t.Context(), actor, "kk")
	s.check(err)
	if got := dashboard.Enrolments[0]; got.Title != "A small course қазақша" || got.Next.Title != "Read one қазақша" {
		t.Errorf("the first page shows %q, %q", got.Title, got.Next.Title)
	}
}

func TestATestThatCertifiesIsTakenInAReviewedLanguage(t *testing.T) {
	s := newSite(t)
	s.publish(withKazakh(t))
	actor, id := s.trainee()
	s.readyForFinal(actor, id)
	start := func(language, reader string) (*learning.AttemptView, error) {
		return s.learning.Start(t.Context(), actor, learning.StartInput{
			Enrolment: id, Activity: "final", ID: lms.NewID[lms.Attempt](), Language: language, Lang: reader,
		})
	}
	for _, c := range []struct{ language, reader string }{{"", "ru"}, {"", "kk"}, {"ru", "en"}, {"kk", "en"}, {"tlh", "en"}} {
		_, err := start(c.language, c.reader)
		s.refused(err, lms.Conflict, "language-not-offered")
	}
	page, err := s.learning.Activity(t.Context(), actor, id, "final", "ru")
	s.check(err)
	if got := page.Quiz.Languages; len(got) != 1 || got[0] != "en" || page.Language != "ru" || !page.Unreviewed {
		t.Errorf("offered in %v to one who sees %s", got, page.Language)
	}
	if page, err = s.learning.Activity(t.Context(), actor, id, "pre", "ru"); err != nil || page.Quiz.Languages != nil {
		t.Errorf("other tests have no such bound: %v %v", page.Quiz.Languages, err)
	}

	admin := s.staff(lms.Admin, lms.AllGround())
	s.check(s.catalog.SetReviewed(t.Context(), admin, lmstest.CourseKey, "ru", true))
	at, err := start("", "kk")
	s.check(err)
	if at.Language != "ru" || !strings.Contains(at.Questions[0].StemHTML, "по-русски") {
		t.Fatalf("a reader of Kazakh takes it in %s", at.Language)
	}
	again, err := s.learning.Attempt(t.Context(), actor, at.ID, "en")
	s.check(err)
	if again.Language != "ru" || again.Questions[0].StemHTML != at.Questions[0].StemHTML {
		t.Errorf("the language changed on the way to %s", again.Language)
	}
}

func TestAnOperatorLiftsTheMark(t *testing.T) {
	s := newSite(t)
	s.publish(withKazakh(t))
	actor, id := s.trainee()
	admin := s.staff(lms.Admin, lms.AllGround())
	author := s.staff(lms.Author, lms.CourseGround(s.version.CourseID))
	ctx, key := t.Context(), lmstest.CourseKey
	s.refused(s.catalog.SetReviewed(ctx, author, key, "kk", true), lms.Forbidden, "forbidden")
	s.refused(s.catalog.SetReviewed(ctx, actor, key, "kk", true), lms.NotFound, "not-found")
	s.refused(s.catalog.SetReviewed(ctx, admin, key, "sk", true), lms.NotFound, "not-found")
	s.refused(s.catalog.SetReviewed(ctx, admin, "none", "kk", true), lms.NotFound, "not-found")
	s.refused(s.catalog.SetReviewed(ctx, admin, key, "en", false), lms.Conflict, "reviewed-by-course")
	for range 2 { // twice is once
		s.check(s.catalog.SetReviewed(ctx, admin, key, "kk", true))
	}
	marked := func() bool {
		page, err := s.learning.Activity(ctx, actor, id, "read-one", "kk")
		s.check(err)
		return page.Unreviewed
	}
	if marked() {
		t.Error("the mark still stands")
	}
	view, err := s.catalog.AuthorCourse(ctx, admin, key)
	s.check(err)
	if got := view.States[2]; got.Language != courses.Lang("kk") || !got.Reviewed || got.By != "operator" || got.ReviewedAt == nil || !view.MayReview || len(got.Modules) != 1 {
		t.Errorf("the author's page says %+v", got)
	}
	if got := view.States[0]; got.By != "source" || !got.Reviewed || view.States[1].Reviewed {
		t.Errorf("the author's page says %+v", view.States)
	}
	s.check(s.catalog.SetReviewed(ctx, admin, key, "kk", false))
	if !marked() {
		t.Error("the mark was not put back")
	}
	if n := s.Int(`SELECT count(*) FROM audit_events WHERE action IN ('course.review-language', 'course.mark-language') AND actor_id = $1`, admin.Person); n != 2 {
		t.Errorf("%d acts on record, two were done", n)
	}
}

func TestPapersAreListedForThoseWhoMayOpenThem(t *testing.T) {
	s := newSite(t)
	s.publish(withKazakh(t))
	actor, id := s.trainee()
	page, err := s.learning.Enrolment(t.Context(), actor, id, "kk")
	s.check(err)
	if len(page.Papers) != 1 || page.Papers[0].Key != "m1-handout" || page.Papers[0].Language != "" || page.Papers[0].Title != "A page to keep қазақша" {
		t.Errorf("a trainee is offered %+v", page.Papers)
	}
	_, err = s.catalog.Paper(t.Context(), actor, lmstest.CourseKey, "game", "en")
	s.refused(err, lms.NotFound, "not-found")
	handout, err := s.catalog.Paper(t.Context(), actor, lmstest.CourseKey, "m1-handout", "kk")
	s.check(err)
	if !handout.Unreviewed || handout.ModuleTitle != "First қазақша" || len(handout.Languages) != 3 || len(handout.Sources) != 1 || !strings.Contains(handout.HTML, "қазақша") {
		t.Errorf("the handout: %+v", handout)
	}
	for _, role := range []lms.Grant{
		{Role: lms.Facilitator, Scope: lms.CentreGround(lms.NewID[lms.Centre]())},
		{Role: lms.Trainer, Scope: lms.CohortGround(s.cohort)},
		{Role: lms.Coordinator, Scope: lms.CountryGround("KZ")},
		{Role: lms.Author, Scope: lms.CourseGround(s.version.CourseID)},
		{Role: lms.Admin, Scope: lms.AllGround()},
	} {
		game, err := s.catalog.Paper(t.Context(), lms.Actor{Person: actor.Person, Grants: []lms.Grant{role}}, lmstest.CourseKey, "game", "kk")
		s.check(err)
		if game.Language != "ru" || game.Cards != 2 || !game.Backs || !strings.Contains(game.HTML, `class="card kind-2"`) || !game.Unreviewed {
			t.Errorf("%s sees %+v", role.Role, game)
		}
	}
	interpreter := lms.Actor{Person: actor.Person, Grants: []lms.Grant{{Role: lms.Interpreter, Scope: lms.AllGround()}}}
	_, err = s.catalog.Paper(t.Context(), interpreter, lmstest.CourseKey, "game", "en")
	s.refused(err, lms.NotFound, "not-found")
}

func TestTheGlossaryJoinsCourses(t *testing.T) {
	s := newSite(t)
	s.publish(withKazakh(t))
	changed := map[string]string{"course.yaml": strings.Replace(lmstest.SmallCourseYAML, "key: small", "key: second", 1)}
	for lang, mark := range map[string]string{"en": "", "ru": " по-русски"} {
		changed["text/"+lang+"/glossary.yaml"] = "debt-bondage: {term: debt bondage" + mark + ", definition: Second words" + mark + ".}\nact: {term: act" + mark + ", definition: The first part" + mark + ".}\n"
	}
	s.publish(changed)
	actor := lms.Actor{Person: s.Person(lmstest.PersonSpec{})}
	view, err := s.catalog.Glossary(t.Context(), actor, "kk")
	s.check(err)
	if len(view.Courses) != 2 || len(view.Languages) != 3 || len(view.Entries) != 2 {
		t.Fatalf("%+v", view)
	}
	act, debt := view.Entries[0], view.Entries[1]
	if act.Key != "act" || act.Language != "ru" || act.Term != "act по-русски" || len(act.Courses) != 1 {
		t.Errorf("a term that Kazakh lacks: %+v", act)
	}
	if len(debt.Courses) != 2 || debt.Language != "kk" || debt.Definition != "Work for a debt қазақша." || debt.Terms["ru"] != "debt bondage по-русски" {
		t.Errorf("a term of both courses: %+v", debt)
	}
}
