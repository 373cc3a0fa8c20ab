package learning

import (
	"context"
	"strconv"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/record"
)

// certify issues the certificate when a change has completed the course. It joins the transaction of that
// change: there is never a completed course without its certificate. What was earned is put on record: the
// completion, a better score after it, and the facts that the caller wrote.
func (s *Service) certify(ctx context.Context, tx bun.IDB, st *study, before Progress, facts ...record.Entry) error {
	if st.Progress.Completed && (!before.Completed || !sameScore(before.Score, st.Progress.Score)) {
		facts = append(facts, record.Completion(st.ID))
	}
	if before.Completed || !st.Progress.Completed {
		return record.Append(ctx, tx, facts...)
	}
	st.State = completed
	h := st.holder
	if h == nil {
		h = &holder{}
		err := db.Row(ctx, tx, `SELECT`+holderColumns+` FROM persons p WHERE p.id = $1`, st.Person).Scan(h.into()...)
		if err != nil {
			return db.Found(err, "person")
		}
	}
	course := st.Loaded.Course()
	lang := st.Loaded.Lang(h.language)
	award := certificate.Award{
		Person: st.Person, Enrolment: st.ID, Course: st.Course, Language: string(lang),
		Holder: joined(h.given, h.family), HolderLatin: joined(h.latinGiven, h.latinFamily), Facts: facts,
	}
	award.Title, award.Key, award.Version = course.Title.In(lang), course.Key, st.Loaded.Number
	award.Hours = strconv.FormatFloat(course.Hours, 'f', -1, 64)
	award.ValidityMonths = course.Certificate.ValidityMonths
	if course.Certificate.LawAsOf != "" {
		day, err := certificate.ParseDate(course.Certificate.LawAsOf)
		if err != nil {
			return err
		}
		award.LawAsOf = &day
	}
	serial, err := s.Certificates.Issue(ctx, tx, award)
	st.serial = serial
	return err
}

func sameScore(a, b *float64) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// holder is a person as certificates print it.
type holder struct{ given, family, latinGiven, latinFamily, language string }

const holderColumns = ` p.given_name, p.family_name, p.latin_given, p.latin_family, p.language`

// into gives where holderColumns are read to.
func (h *holder) into() []any {
	return []any{&h.given, &h.family, &h.latinGiven, &h.latinFamily, &h.language}
}

// CertificateRow is a certificate as lists show it.
type CertificateRow struct {
	Serial      string `json:"serial"`
	CourseTitle string `json:"course_title"`
	// Kind and Document tell the papers of one thing apart, for having passed and for having been there; Programme is
	// the key of the programme, "" for one of a course.
	Kind      certificate.Kind  `json:"kind" enum:"achievement,participation"`
	Document  string            `json:"document"`
	Programme string            `json:"programme,omitempty"`
	IssuedOn  certificate.Date  `json:"issued_on"`
	ExpiresOn *certificate.Date `json:"expires_on,omitempty"`
	State     certificate.State `json:"state"`
	Hours     string            `json:"hours"`
	PDF       string            `json:"pdf"`
	Verify    string            `json:"verify"`

	course lms.ID[lms.Course]
}

// CertificateRows lists a person's own certificates, the newest first, in one statement.
func (s *Service) CertificateRows(ctx context.Context, actor lms.Actor) ([]CertificateRow, error) {
	mine, err := s.Certificates.Mine(ctx, actor)
	rows := make([]CertificateRow, 0, len(mine))
	for _, c := range mine {
		rows = append(rows, CertificateRow{
			Serial: c.Serial, CourseTitle: c.Claim.Title(), Kind: c.Claim.Of(), Document: certificate.DocumentName(c.Claim, actor.Language), Programme: c.Claim.ProgrammeKey, IssuedOn: c.Claim.IssuedOn, ExpiresOn: c.ExpiresOn, State: c.State,
			Hours: c.Claim.Hours, PDF: "/api/v1/certificates/" + c.Serial + "/pdf", Verify: "/verify/" + c.Serial, course: c.Course,
		})
	}
	return rows, err
}

func joined(a, b string) string {
	if a != "" && b != "" {
		return a + " " + b
	}
	return a + b
}
