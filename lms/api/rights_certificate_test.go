package api

import (
	"bytes"
	"context"
	"image"
	"image/png"

	"github.com/uptrace/bun"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/lmstest"
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
	"GET /certificates/{serial}/credential": func(w *rightsWorld) rightsCase {
		actor, serial, facts := w.certified()
		return rightsCase{right: actor, facts: facts, params: map[string]string{"serial": serial}}
	},
	"GET /certificates/{serial}": func(w *rightsWorld) rightsCase {
		actor, serial, facts := w.certified()
		return rightsCase{right: actor, facts: facts, params: map[string]string{"serial": serial}}
	},
	"POST /certificates/{serial}/changes": ofCertificate(object{"act": "suspend", "reason": "A complaint is looked into."}),
	"POST /certificates/{serial}/reissue": ofCertificate(object{"holder": "A holder, spelt rightly", "reason": "The name was misspelt."}),
	"POST /certificates/{serial}/renewal": func(w *rightsWorld) rightsCase {
		c := ofCertificate(nil)(w)
		w.Exec(`UPDATE certificates SET expires_on = current_date + 30, renew_from = current_date - 60 WHERE serial = $1`, c.params["serial"])
		return c
	},
	"POST /certificate-batches": func(w *rightsWorld) rightsCase {
		_, serial, facts := w.certified()
		return rightsCase{right: w.coordinator(), facts: facts, body: object{"task": "zip", "serials": []string{serial}}}
	},
	"GET /certificate-batches": func(w *rightsWorld) rightsCase {
		id, facts := w.zipped()
		return rightsCase{right: w.coordinator(), facts: facts, hidden: []string{id}}
	},
	"GET /certificate-batches/{id}":      ofBatch,
	"GET /certificate-batches/{id}/file": ofBatch,
	"GET /certificate-templates": func(w *rightsWorld) rightsCase {
		facts, id := w.templated()
		return rightsCase{right: w.coordinator(), facts: facts, hidden: []string{id}}
	},
	"GET /certificate-templates/{programme}/{language}":          ofTemplate(nil, nil),
	"PUT /certificate-templates/{programme}/{language}":          ofTemplate(object{"layout": "band"}, nil),
	"POST /certificate-templates/{programme}/{language}/preview": ofTemplate(object{"kind": "achievement", "template": object{"layout": "band", "achievement": object{}, "participation": object{}, "opening": "", "note": "", "signatures": []string{}, "logos": []string{}}}, nil),
	"POST /certificate-templates/{programme}/pictures":           ofTemplate(nil, smallPicture()),
	"POST /past-certificates": func(w *rightsWorld) rightsCase {
		person := w.Person(lmstest.PersonSpec{Country: rightsCountry})
		return rightsCase{right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, body: object{
			"person_id": person.String(), "kind": "achievement", "title": "A course of the past", "number": person.String(), "issuer": "An institute",
			"issued_on": "2019-05-04", "language": "en",
		}}
	},
	"POST /certificates/{serial}/scan": func(w *rightsWorld) rightsCase {
		c := w.past()
		c.raw, c.rawType = smallPicture(), "application/octet-stream"
		return c
	},
	"GET /certificates/{serial}/scan": func(w *rightsWorld) rightsCase {
		c := w.past()
		if err := w.certificates.AddScan(w.T.Context(), w.coordinator(), c.params["serial"], bytes.NewReader(smallPicture())); err != nil {
			w.T.Fatal(err)
		}
		return c
	},
	"GET /recognitions": func(w *rightsWorld) rightsCase {
		return rightsCase{facts: lms.Facts{Country: rightsCountry}, right: w.coordinator()}
	},
	"POST /recognitions": func(w *rightsWorld) rightsCase {
		return rightsCase{facts: lms.Facts{Country: rightsCountry}, right: w.coordinator(), body: object{"issuer": "A network", "body": "A ministry", "country": rightsCountry}}
	},
	"PUT /recognitions/{id}": func(w *rightsWorld) rightsCase {
		return ofRecognition(w, object{"issuer": "A network", "body": "Another ministry", "country": rightsCountry})
	},
	"DELETE /recognitions/{id}": func(w *rightsWorld) rightsCase { return ofRecognition(w, nil) },
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

// ofCertificate is a change of a certificate of the first course's holder by a coordinator.
func ofCertificate(body any) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		_, serial, facts := w.certified()
		return rightsCase{right: w.coordinator(), facts: facts, params: map[string]string{"serial": serial}, body: body}
	}
}

// ofRecognition is a change of a line of the first country.
func ofRecognition(w *rightsWorld, body any) rightsCase {
	id := lms.NewID[lms.Recognition]()
	w.Exec(`INSERT INTO recognitions (id, issuer, body, country, changed_at) VALUES ($1, 'A network', 'A ministry', $2, now())`, id, rightsCountry)
	return rightsCase{right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, params: map[string]string{"id": id.String()}, body: body}
}

// zipped is a file of papers that a coordinator asked for.
func (w *rightsWorld) zipped() (string, lms.Facts) {
	w.T.Helper()
	_, serial, facts := w.certified()
	b, err := w.certificates.StartZip(w.T.Context(), w.coordinator(), certificate.Selection{Serials: []string{serial}})
	if err != nil {
		w.T.Fatal(err)
	}
	if err := w.certificates.DoBatch(w.T.Context(), b.ID); err != nil {
		w.T.Fatal(err)
	}
	return b.ID.String(), facts
}

func ofBatch(w *rightsWorld) rightsCase {
	id, facts := w.zipped()
	return rightsCase{right: w.coordinator(), facts: facts, params: map[string]string{"id": id}}
}

// templated is a programme of the first country.
func (w *rightsWorld) templated() (lms.Facts, string) {
	id := lms.NewID[lms.Programme]()
	w.Exec(`INSERT INTO programmes (id, key, country, draft, created_at) VALUES ($1, $2, $3, '{}', now())`, id, "templated-"+id.String(), rightsCountry)
	return lms.Facts{Country: rightsCountry}, id.String()
}

func ofTemplate(body any, raw []byte) func(*rightsWorld) rightsCase {
	return func(w *rightsWorld) rightsCase {
		facts, id := w.templated()
		c := rightsCase{right: w.coordinator(), facts: facts, params: map[string]string{"programme": id, "language": "en"}, body: body}
		if raw != nil {
			c.raw, c.rawType = raw, "application/octet-stream"
		}
		return c
	}
}

func smallPicture() []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewNRGBA(image.Rect(0, 0, 20, 20))); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// past is a paper of the past of somebody in the first country.
func (w *rightsWorld) past() rightsCase {
	w.T.Helper()
	day, err := certificate.ParseDate("2019-05-04")
	if err != nil {
		w.T.Fatal(err)
	}
	serial, err := w.certificates.EnterPaper(w.T.Context(), w.coordinator(), certificate.Paper{
		Person: w.Person(lmstest.PersonSpec{Country: rightsCountry}), Kind: certificate.Achievement, Title: "A course of the past", Number: "1",
		Issuer: "An institute", IssuedOn: day, Language: "en",
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return rightsCase{right: w.coordinator(), facts: lms.Facts{Country: rightsCountry}, params: map[string]string{"serial": serial}}
}
