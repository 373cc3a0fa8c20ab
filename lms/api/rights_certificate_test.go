package api

import (
	"context"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
)

func init() { rightsTables = append(rightsTables, certificateRights) }

// certificateRights are the examples of what people can show.
var certificateRights = map[string]func(*rightsWorld) rightsCase{
	"GET /certificates": func(w *rightsWorld) rightsCase {
		actor, serial, _ := w.certified()
		return rightsCase{right: actor, hidden: []string{serial}}
	},
	"GET /certificates/{serial}/pdf": func(w *rightsWorld) rightsCase {
		actor, serial, facts := w.certified()
		return rightsCase{right: actor, facts: facts, params: map[string]string{"serial": serial}}
	},
	"GET /verify/{serial}": func(w *rightsWorld) rightsCase {
		_, serial, _ := w.certified()
		return rightsCase{params: map[string]string{"serial": serial}, hidden: []string{serial, "Holder of a certificate"}}
	},
}

// certified is somebody who holds a certificate of the first course.
func (w *rightsWorld) certified() (lms.Actor, string, lms.Facts) {
	w.T.Helper()
	actor, enrolment, facts := w.enrolled()
	var serial string
	err := db.InTx(w.T.Context(), w.DB, func(ctx context.Context, tx bun.Tx) (err error) {
		serial, err = w.certificates.Issue(ctx, tx, certificate.Award{
			Person: actor.Person, Enrolment: enrolment, Course: w.course, Holder: "Holder of a certificate",
			Title: "A small course", Key: "here", Version: 1, Hours: "2.5", Language: "en",
		})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return actor, serial, facts
}
