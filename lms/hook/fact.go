package hook

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mostik/lms/db"
)

// fact is what is told: ids, dates and figures, and the title of the course or the programme.
type fact struct {
	Person    string `json:"person_id"`
	Enrolment string `json:"enrolment_id,omitempty"`
	Course    string `json:"course,omitempty"`
	Version   int    `json:"version,omitempty"`
	// Participation and Programme are of a programme.
	Participation string   `json:"participation_id,omitempty"`
	Programme     string   `json:"programme,omitempty"`
	Serial        string   `json:"serial,omitempty"`
	Kind          string   `json:"kind,omitempty"`
	State         string   `json:"state,omitempty"`
	Verify        string   `json:"verify_url,omitempty"`
	Score         *float64 `json:"score,omitempty"`
	CompletedAt   string   `json:"completed_at,omitempty"`
	IssuedOn      string   `json:"issued_on,omitempty"`
	ExpiresOn     string   `json:"expires_on,omitempty"`

	titles map[string]string
}

// fact reads what an entry of the record is about, as it is now. Errors: NotFound once it is gone.
func (s *Service) fact(ctx context.Context, t told) (f fact, err error) {
	var kind, key string
	err = db.Row(ctx, s.DB, `SELECT kind, key FROM record_entries WHERE number = $1 AND salt IS NOT NULL`, t.entry).Scan(&kind, &key)
	if err := db.Found(err, "entry"); err != nil {
		return fact{}, err
	}
	switch kind {
	case "completion":
		return s.completion(ctx, key)
	case "passed":
		return s.passed(ctx, key)
	}
	id, number, _ := strings.Cut(key, "/")
	return s.certificate(ctx, id, number)
}

func (s *Service) completion(ctx context.Context, enrolment string) (f fact, err error) {
	var at time.Time
	var titles string
	err = db.Row(ctx, s.DB, `
		SELECT e.person_id, e.id, c.key, v.number, e.completed_at, e.score, coalesce(v.document -> 'title', '{}')::text
		  FROM enrolments e JOIN courses c ON c.id = e.course_id JOIN course_versions v ON v.id = e.version_id
		 WHERE e.id = $1::uuid AND e.completed_at IS NOT NULL`, enrolment).
		Scan(&f.Person, &f.Enrolment, &f.Course, &f.Version, &at, &f.Score, &titles)
	f.CompletedAt, f.titles = moment(at), titlesOf(titles)
	return f, db.Found(err, "completion")
}

func (s *Service) passed(ctx context.Context, participation string) (f fact, err error) {
	var at time.Time
	var titles string
	err = db.Row(ctx, s.DB, `
		SELECT p.person_id, p.id, g.key, v.number, p.passed_at, coalesce(v.definition -> 'title', '{}')::text
		  FROM participations p JOIN programmes g ON g.id = p.programme_id JOIN programme_versions v ON v.id = p.version_id
		 WHERE p.id = $1::uuid AND p.passed_at IS NOT NULL`, participation).
		Scan(&f.Person, &f.Participation, &f.Programme, &f.Version, &at, &titles)
	f.CompletedAt, f.titles = moment(at), titlesOf(titles)
	return f, db.Found(err, "participation")
}

// certificate tells of one that was issued, or of its nth event.
func (s *Service) certificate(ctx context.Context, id, number string) (f fact, err error) {
	var issued time.Time
	var expires sql.NullTime
	var claim string
	err = db.Row(ctx, s.DB, `
		SELECT c.person_id, c.serial, c.kind, coalesce(v.state, 'valid'), c.issued_at, c.expires_on, c.claim
		  FROM certificates c LEFT JOIN certificate_events v ON v.certificate_id = c.id AND v.number = nullif($2, '')::int
		 WHERE c.id = $1::uuid AND c.state <> 'erased' AND c.origin = 'issued'`, id, number).
		Scan(&f.Person, &f.Serial, &f.Kind, &f.State, &issued, &expires, &claim)
	if err != nil {
		return f, db.Found(err, "certificate")
	}
	var said struct {
		Course       string `json:"course"`
		CourseKey    string `json:"course_key"`
		Programme    string `json:"programme"`
		ProgrammeKey string `json:"programme_key"`
		Version      int    `json:"version"`
		Language     string `json:"language"`
	}
	if err := json.Unmarshal([]byte(claim), &said); err != nil {
		return f, fmt.Errorf("reading a claim: %w", err)
	}
	f.Course, f.Programme, f.Version, f.IssuedOn = said.CourseKey, said.ProgrammeKey, said.Version, issued.UTC().Format(time.DateOnly)
	f.Verify = s.PublicURL + "/verify/" + f.Serial
	f.titles = map[string]string{said.Language: said.Programme + said.Course} // it has one of the two
	if expires.Valid {
		f.ExpiresOn = expires.Time.Format(time.DateOnly)
	}
	return f, nil
}

// titlesOf reads texts by language; a document of another form has none.
func titlesOf(raw string) map[string]string {
	titles := map[string]string{}
	if json.Unmarshal([]byte(raw), &titles) != nil {
		return nil
	}
	return titles
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// message is the body of a webhook. Its time is exact: what was told later may have happened earlier.
func message(t told, f fact) ([]byte, error) {
	return json.Marshal(struct {
		Type      string `json:"type"`
		Timestamp string `json:"timestamp"`
		Data      fact   `json:"data"`
	}{t.event, t.at.UTC().Format(time.RFC3339Nano), f})
}

// The words of xAPI: verbs and kinds of activities, by their registered addresses.
const (
	verbCompleted = "http://adlnet.gov/expapi/verbs/completed"
	verbEarned    = "http://id.tincanapi.com/verb/earned"
	typeCourse    = "http://adlnet.gov/expapi/activities/course"
	typeProgramme = "http://id.tincanapi.com/activitytype/project"
	typePaper     = "https://www.opigno.org/en/tincan_registry/activity_type/certificate"
)

// statement writes what happened as a statement of xAPI 1.0.3 (Data, 2). Its id follows from hook and entry, so that
// telling twice stores once.
func (s *Service) statement(t told, f fact) ([]byte, error) {
	type object = map[string]any
	verb, said, kind, id := verbCompleted, "completed", typeCourse, s.PublicURL+"/courses/"+f.Course
	if f.Programme != "" {
		kind, id = typeProgramme, s.PublicURL+"/programmes/"+f.Programme
	}
	statement := object{}
	if t.event == CertificateIssued {
		verb, said, kind = verbEarned, "earned", typePaper
		statement["context"] = object{"contextActivities": object{"parent": []object{{"objectType": "Activity", "id": id}}}}
		id = f.Verify
	} else {
		result := object{"completion": true}
		if f.Score != nil {
			result["score"] = object{"scaled": *f.Score / 100, "raw": *f.Score, "min": 0, "max": 100}
		}
		statement["result"] = result
	}
	definition := object{"type": kind}
	if len(f.titles) > 0 {
		definition["name"] = f.titles
	}
	statement["id"] = statementID(t)
	statement["actor"] = object{"objectType": "Agent", "account": object{"homePage": s.PublicURL, "name": f.Person}}
	statement["verb"] = object{"id": verb, "display": object{"en": said}}
	statement["object"] = object{"objectType": "Activity", "id": id, "definition": definition}
	statement["timestamp"] = moment(t.at)
	return json.Marshal(statement)
}

func statementID(t told) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "mostik statement\n%s\n%d", t.hook.ID, t.entry))
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
