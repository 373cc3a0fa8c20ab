package learning

import (
	"context"
	"strconv"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
)

// certify issues the certificate when a change has completed the course. It joins the transaction of that
// change: there is never a completed course without its certificate.
func (s *Service) certify(ctx context.Context, tx bun.IDB, st *study, before Progress) error {
	if before.Completed || !st.Progress.Completed {
		return nil
	}
	st.State = completed
	award := certificate.Award{Person: st.Person, Enrolment: st.ID, Course: st.Course}
	var given, family, latinGiven, latinFamily string
	err := db.Row(ctx, tx, `
		SELECT given_name, family_name, latin_given, latin_family, language FROM persons WHERE id = $1`, st.Person,
	).Scan(&given, &family, &latinGiven, &latinFamily, &award.Language)
	if err != nil {
		return db.Found(err, "person")
	}
	course := st.Loaded.Course()
	lang := st.Loaded.Lang(award.Language)
	award.Language = string(lang)
	award.Holder, award.HolderLatin = joined(given, family), joined(latinGiven, latinFamily)
	award.CourseTitle, award.CourseKey, award.Version = course.Title.In(lang), course.Key, st.Loaded.Number
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

// CertificateRow is a certificate as lists show it.
type CertificateRow struct {
	Serial      string            `json:"serial"`
	CourseTitle string            `json:"course_title"`
	IssuedOn    certificate.Date  `json:"issued_on"`
	ExpiresOn   *certificate.Date `json:"expires_on,omitempty"`
	State       certificate.State `json:"state"`
	Hours       string            `json:"hours"`
	PDF         string            `json:"pdf"`
	Verify      string            `json:"verify"`

	course lms.ID[lms.Course]
}

// CertificateRows lists a person's own certificates, the newest first, in one statement.
func (s *Service) CertificateRows(ctx context.Context, actor lms.Actor) ([]CertificateRow, error) {
	mine, err := s.Certificates.Mine(ctx, actor)
	rows := make([]CertificateRow, 0, len(mine))
	for _, c := range mine {
		rows = append(rows, CertificateRow{
			Serial: c.Serial, CourseTitle: c.Claim.Course, IssuedOn: c.Claim.IssuedOn, ExpiresOn: c.ExpiresOn, State: c.State,
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
