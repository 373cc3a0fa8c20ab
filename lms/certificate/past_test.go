package certificate_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/lmstest"
)

func (b *bench) paper(country string) certificate.Paper {
	day, _ := certificate.ParseDate("2019-05-04")
	end, _ := certificate.ParseDate("2027-05-04")
	return certificate.Paper{
		Person: b.Person(lmstest.PersonSpec{GivenName: "Гүлнар", FamilyName: "Ахметова", Country: country}), Kind: certificate.Achievement, Title: "Психологическая помощь",
		Number: "№ 17/2019", Issuer: "Институт", IssuedOn: day, ExpiresOn: &end, Hours: "72", Language: "ru",
	}
}

func TestAPaperOfThePastIsMarkedAndNeverSealed(t *testing.T) {
	b := newBench(t).withBlobs()
	kz := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	p := b.paper("KZ")
	serial, err := b.EnterPaper(t.Context(), kz, p)
	if err != nil {
		t.Fatal(err)
	}
	v := b.verified(serial)
	if v.State != certificate.Valid || !v.FromPaper || v.Sealed != "" || v.KeyID != "" || v.Claim.PaperNumber != "№ 17/2019" || v.Claim.Holder != "Гүлнар Ахметова" {
		t.Errorf("%+v", v)
	}
	if _, err := b.EnterPaper(t.Context(), kz, p); code(err) != "already-exists" {
		t.Errorf("entered twice: %v", err)
	}
	if _, err := b.PDF(t.Context(), kz, serial, ""); code(err) != "from-paper" {
		t.Errorf("drawn as ours: %v", err)
	}
	if _, err := b.IssueAnew(t.Context(), kz, serial, certificate.Correction{}, "A reason."); code(err) != "state-forbids" {
		t.Errorf("issued anew by us: %v", err)
	}
	if n := b.Int(`SELECT count(*) FROM certificates WHERE origin = 'paper' AND seal = '' AND key_id = ''`); n != 1 {
		t.Errorf("%d lie unsealed", n)
	}

	// The scan, without what its file carries.
	doc := fpdf.New("P", "mm", "A4", "")
	doc.SetAuthor("Dilnoza-Karimova", true)
	doc.AddPage()
	var scan bytes.Buffer
	if err := doc.Output(&scan); err != nil {
		t.Fatal(err)
	}
	if err := b.AddScan(t.Context(), kz, serial, bytes.NewReader(scan.Bytes())); err != nil {
		t.Fatal(err)
	}
	f, name, err := b.OpenScan(t.Context(), lms.Actor{Person: p.Person}, serial)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil || !bytes.HasPrefix(kept, []byte("%PDF-")) || bytes.Contains(kept, []byte("Dilnoza")) || name != serial+".pdf" {
		t.Errorf("%s: %v, %d bytes", name, err, len(kept))
	}
	if err := b.AddScan(t.Context(), kz, serial, strings.NewReader("#!/bin/sh")); code(err) != "file-program" {
		t.Errorf("a program: %v", err)
	}
	if err := b.AddScan(t.Context(), kz, serial, strings.NewReader("only words")); code(err) != "file-unknown" {
		t.Errorf("words: %v", err)
	}
	life, err := b.Life(t.Context(), kz, serial)
	if err != nil || !life.HasScan || !life.FromPaper || life.PDF != "" || len(life.Acts) != 2 {
		t.Errorf("%+v, %v", life, err)
	}
	if err := b.Change(t.Context(), kz, serial, certificate.Revoke, "Entered by mistake."); err != nil {
		t.Fatal(err)
	}
	if _, err := b.EnterPaper(t.Context(), kz, p); err != nil {
		t.Errorf("after the wrong entry was revoked: %v", err)
	}
}

func TestPapersAreCheckedAndKeptToTheOwnCountry(t *testing.T) {
	b := newBench(t).withBlobs()
	kz := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	for field, spoil := range map[string]func(*certificate.Paper){
		"title":      func(p *certificate.Paper) { p.Title = " " },
		"number":     func(p *certificate.Paper) { p.Number = "" },
		"issued_on":  func(p *certificate.Paper) { p.IssuedOn = certificate.DateOf(b.Start.AddDate(0, 0, 1)) },
		"expires_on": func(p *certificate.Paper) { d := certificate.DateOf(p.IssuedOn.AddDate(0, 0, -1)); p.ExpiresOn = &d },
		"hours":      func(p *certificate.Paper) { p.Hours = "many" },
		"kind":       func(p *certificate.Paper) { p.Kind = "" },
	} {
		p := b.paper("KZ")
		spoil(&p)
		_, err := b.EnterPaper(t.Context(), kz, p)
		if e, ok := errors.AsType[*lms.Error](err); !ok || e.Kind != lms.Invalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	there := b.paper("TJ")
	if _, err := b.EnterPaper(t.Context(), kz, there); lms.KindOf(err) != lms.NotFound {
		t.Errorf("of another country: %v", err)
	}
	serial, err := b.EnterPaper(t.Context(), b.may(lms.Coordinator, lms.CountryGround("TJ")), there)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.AddScan(t.Context(), kz, serial, bytes.NewReader(asPNG(t, 30, 30))); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a scan of another country: %v", err)
	}
	if _, _, err := b.OpenScan(t.Context(), kz, serial); lms.KindOf(err) != lms.NotFound {
		t.Errorf("read by another country: %v", err)
	}
}
