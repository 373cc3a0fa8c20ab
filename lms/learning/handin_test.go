package learning_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"mostik/lms"
	"mostik/lms/blob"
	"mostik/lms/learning"
)

// opened is a trainee for whom the second module is open.
func (s *site) opened() (lms.Actor, lms.ID[lms.Enrolment]) {
	s.T.Helper()
	actor, id := s.trainee()
	s.seen(actor, id, "read-one", "read-two")
	s.quiz(actor, id, "pre", true)
	s.quiz(actor, id, "practice", true)
	return actor, id
}

func zipped(t *testing.T, entries map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range entries {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func picture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	// A text chunk before the end, as cameras and editors write it. Its checksum is not looked at.
	end := b.Len() - 12
	chunk := "\x00\x00\x00\x0ftEXtGPS\x0055.7 37.6xxCRC4"
	return string(b.Bytes()[:end]) + chunk + string(b.Bytes()[end:])
}

func TestFilesAreJudgedByTheirContent(t *testing.T) {
	s := newSite(t)
	actor, id := s.opened()
	docx := zipped(t, map[string]string{"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})
	for name, c := range map[string]struct{ content, code, stored, mediaType string }{
		"report.pdf":      {"%PDF-1.7\nwords", "", "report.pdf", "application/pdf"},
		"page.html":       {"<script>alert(1)</script>", "file-type-refused", "", ""},
		"fake.pdf":        {"<html>", "file-type-refused", "", ""},
		"photo.jpg":       {picture(t), "", "photo.png", "image/png"},
		"plan.docx":       {docx, "", "plan.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"archive.docx":    {zipped(t, map[string]string{"a.txt": "a"}), "file-type-refused", "", ""},
		"macro.docx":      {zipped(t, map[string]string{"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": ""}), "file-type-refused", "", ""},
		"large.pdf":       {"%PDF-" + strings.Repeat("x", 1_000_000), "file-too-large", "", ""},
		"../../etc/x.pdf": {"%PDF-1.4", "", "x.pdf", "application/pdf"},
		"\u202efdp.exe":   {"%PDF-1.4", "", "fdp.pdf", "application/pdf"},
	} {
		t.Run(name, func(t *testing.T) {
			sub, err := s.learning.HandInFile(t.Context(), actor, learning.FileInput{
				Enrolment: id, Activity: "note", ID: lms.NewID[lms.Submission](), Name: name, Body: strings.NewReader(c.content),
			})
			if c.code != "" {
				if codeOf(err) != c.code {
					t.Fatalf("got %v, want %s", err, c.code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if sub.File.Name != c.stored || sub.File.Type != c.mediaType {
				t.Errorf("%+v", sub.File)
			}
		})
	}
}

// files counts what is kept.
func (s *site) files() (n int) {
	s.T.Helper()
	s.check(s.learning.Blobs.Walk(func(blob.Info) error { n++; return nil }))
	return n
}

func TestPicturesLoseWhereTheyWereTaken(t *testing.T) {
	s := newSite(t)
	actor, id := s.opened()
	sub, err := s.learning.HandInFile(t.Context(), actor, learning.FileInput{
		Enrolment: id, Activity: "note", ID: lms.NewID[lms.Submission](), Name: "a.png", Body: strings.NewReader(picture(t)),
	})
	s.check(err)
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	f, ref, err := s.learning.OpenSubmission(t.Context(), trainer, sub.ID)
	s.check(err)
	defer f.Close()
	kept, err := io.ReadAll(f)
	s.check(err)
	if bytes.Contains(kept, []byte("GPS")) || int64(len(kept)) != ref.Bytes {
		t.Errorf("%d bytes, %q", len(kept), kept)
	}
	if n := s.files(); n != 1 {
		t.Errorf("%d files are kept: the picture as it came is one of them", n)
	}
	_, err = s.learning.HandInFile(t.Context(), actor, learning.FileInput{
		Enrolment: id, Activity: "note", ID: lms.NewID[lms.Submission](), Body: strings.NewReader("<html>"),
	})
	if codeOf(err) != "file-type-refused" || s.files() != 1 {
		t.Errorf("%v; %d files after a refused one", err, s.files())
	}
	if _, err := png.Decode(bytes.NewReader(kept)); err != nil {
		t.Errorf("it is no picture any more: %v", err)
	}
	other, _ := s.trainee()
	_, _, err = s.learning.OpenSubmission(t.Context(), other, sub.ID)
	s.refused(err, lms.NotFound, "not-found")
	_, _, err = s.learning.OpenSubmission(t.Context(), s.staff(lms.Admin, lms.AllGround()), sub.ID)
	s.refused(err, lms.NotFound, "not-found")
}

func TestJPEGKeepsItsPictureAndLosesItsExif(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 16, 16)), nil); err != nil {
		t.Fatal(err)
	}
	raw := b.Bytes()
	exif := append([]byte{0xff, 0xe1, 0, 12}, "Exif\x00\x00GPS!"...)
	with := append(append(append([]byte{}, raw[:2]...), exif...), raw[2:]...)
	for name, given := range map[string][]byte{
		"exif before the picture":   with,
		"another picture behind it": append(append([]byte{}, raw...), with...),
		"exif behind the scan":      append(append(append([]byte{}, raw[:len(raw)-2]...), exif...), raw[len(raw)-2:]...),
	} {
		clean, ok := learning.Clean(given)
		if !ok || !bytes.Equal(clean, raw) {
			t.Errorf("%s: ok %v, %d bytes of %d", name, ok, len(clean), len(raw))
		}
	}
}

func FuzzFileTypes(f *testing.F) {
	f.Add([]byte("%PDF-1.7"))
	f.Add([]byte{0xff, 0xd8, 0xff, 0xe1, 0, 4, 1, 1, 0xff, 0xda, 0, 2, 1})
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x01tEXtaCRC4\x00\x00\x00\x00IENDCRC4"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		clean, ok := learning.Clean(raw)
		if ok && len(clean) > len(raw)+4 { // a picture's turning is written anew, in a block of Exif a little longer than the shortest
			t.Errorf("%d bytes became %d", len(raw), len(clean))
		}
	})
}

func TestFileTasksAreMarkedByTheirRubric(t *testing.T) {
	s := newSite(t)
	actor, id := s.opened()
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	in := learning.FileInput{Enrolment: id, Activity: "note", ID: lms.NewID[lms.Submission](), Name: "a.pdf"}
	for range 2 { // a repeat is the same submission
		in.Body = strings.NewReader("%PDF-1.7")
		_, err := s.learning.HandInFile(t.Context(), actor, in)
		s.check(err)
	}
	q, err := s.learning.MarkingQueue(t.Context(), trainer, s.cohort, "en")
	s.check(err)
	var item learning.MarkItem
	files := 0
	for _, each := range q.Items {
		if each.Kind == "file" {
			item = each
			files++
		}
	}
	if files != 1 || item.PointsMax != 4 || item.File == nil {
		t.Fatalf("%+v", q.Items)
	}
	s.refused(s.learning.Mark(t.Context(), trainer, learning.MarkInput{ID: item.ID}), lms.Invalid, "required")
	s.refused(s.learning.Mark(t.Context(), trainer, learning.MarkInput{ID: item.ID, Rubric: map[string]int{"safety": 5}}), lms.Invalid, "points-out-of-range")
	s.check(s.learning.Mark(t.Context(), trainer, learning.MarkInput{ID: item.ID, Rubric: map[string]int{"safety": 3}, Comment: "Safe."}))
	page, err := s.learning.Activity(t.Context(), actor, id, "note", "en")
	s.check(err)
	if sub := page.File.Submissions[0]; sub.State != "returned" || *sub.Points != 3 || sub.Feedback != "Safe." {
		t.Errorf("%+v", sub)
	}
}

func TestWorksheetsSayWhichFieldIsWrong(t *testing.T) {
	s := newSite(t)
	actor, id := s.opened()
	hand := func(fields map[string]string) error {
		raw := map[string]json.RawMessage{}
		for k, v := range fields {
			raw[k] = json.RawMessage(v)
		}
		_, err := s.learning.HandInWorksheet(t.Context(), actor, learning.WorksheetInput{
			Enrolment: id, Activity: "map", ID: lms.NewID[lms.Submission](), Fields: raw,
		})
		return err
	}
	s.refused(hand(map[string]string{"how": `"by phone"`}), lms.Invalid, "required")
	s.refused(hand(map[string]string{"who": `7`}), lms.Invalid, "wrong-type")
	s.refused(hand(map[string]string{"who": `"us"`, "else": `"x"`}), lms.Invalid, "field-unknown")
	s.refused(hand(map[string]string{"who": `"a\u0000b"`}), lms.Invalid, "wrong-type")
	s.check(hand(map[string]string{"who": `"us"`}))
}

func TestPostsStayInTheCohortAndHiddenOnesOutOfSight(t *testing.T) {
	s := newSite(t)
	ann, annID := s.opened()
	bob, bobID := s.opened()
	trainer := s.staff(lms.Trainer, lms.CohortGround(s.cohort))
	post := func(actor lms.Actor, id lms.ID[lms.Enrolment], parent *lms.ID[lms.Post], text string) learning.Post {
		p, err := s.learning.Post(t.Context(), actor, learning.PostInput{
			Enrolment: id, Activity: "exchange", ID: lms.NewID[lms.Post](), Parent: parent, Text: text,
		})
		s.check(err)
		return p
	}
	first := post(ann, annID, nil, "What did you see?")
	if first.Progress == nil || first.Progress.Activity.State != "done" {
		t.Errorf("%+v", first.Progress)
	}
	unkind := post(bob, bobID, &first.ID, "Unkind words")
	post(trainer, annID, nil, "Welcome") // without an enrolment of their own
	s.check(s.learning.HidePost(t.Context(), trainer, unkind.ID, "Unkind"))
	s.refused(s.learning.HidePost(t.Context(), ann, unkind.ID, "I do not like it"), lms.NotFound, "not-found")
	for _, c := range []struct {
		actor lms.Actor
		id    lms.ID[lms.Enrolment]
		text  string
	}{{ann, annID, ""}, {bob, bobID, "Unkind words"}, {trainer, annID, "Unkind words"}} {
		list, err := s.learning.Posts(t.Context(), c.actor, c.id, "exchange", "en")
		s.check(err)
		if len(list) != 3 || list[1].Text != c.text || !list[1].Hidden {
			t.Errorf("%+v", list)
		}
	}
	s.check(s.learning.DeletePost(t.Context(), ann, first.ID))
	list, err := s.learning.Posts(t.Context(), bob, bobID, "exchange", "en")
	s.check(err)
	if len(list) != 3 || list[0].Text != "" {
		t.Errorf("an answered post leaves its place: %+v", list)
	}
	s.refused(s.learning.DeletePost(t.Context(), ann, unkind.ID), lms.NotFound, "not-found")
}
