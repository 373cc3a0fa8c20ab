package certificate

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"mostik/lms"
	"mostik/lms/credential"
	"mostik/lms/db"
	"mostik/lms/text"
)

// CredentialIssuer is who signs credentials: the keys are those that seal.
func (s *Service) CredentialIssuer() credential.Issuer {
	return credential.Issuer{URL: s.PublicURL, Name: s.Issuer, Key: s.Keys.Sealing, KeyID: s.Keys.ID(), Public: s.Keys.Public}
}

// Credential gives a certificate as an Open Badges credential for its holder, or for somebody whose role lets him read
// the holder's certificates. Errors: NotFound, Invalid (the form), Conflict from-paper.
func (s *Service) Credential(ctx context.Context, actor lms.Actor, typed string, form credential.Form) (signed []byte, err error) {
	serial, err := ParseSerial(typed)
	if err != nil {
		return nil, lms.ErrNotFound("certificate")
	}
	defer lms.Wrap(&err, "certificate.Credential(%s)", form)
	if form != credential.JWT && form != credential.Integrity {
		return nil, lms.ErrInvalid("form", "form-unknown", "jwt or di")
	}
	row, _, err := s.seen(ctx, actor, serial)
	if err != nil {
		return nil, err
	}
	if row.FromPaper {
		return nil, &lms.Error{Kind: lms.Conflict, Code: "from-paper", Detail: "it was given on paper by somebody else; only they can sign it"}
	}
	// What is signed is what was sealed, and not what the row says.
	claim, err := s.opened(row)
	if err != nil {
		return nil, err
	}
	place, err := s.place(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	issuer := s.CredentialIssuer()
	issuer.Name = claim.Issuer
	return issuer.Credential(s.facts(claim, place), form, s.Now())
}

// facts says what a claim says.
func (s *Service) facts(claim Claim, place credential.Place) credential.Facts {
	w := text.In(claim.Language)
	f := credential.Facts{
		Serial: claim.Serial, Address: s.PublicURL + "/verify/" + claim.Serial, Holder: claim.Holder, HolderLatin: claim.HolderLatin,
		Title: claim.Title(), Document: claim.Document, Key: claim.Key(), Version: claim.Version, Hours: claim.Hours, Language: claim.Language,
		Programme: claim.Programme != "", Participation: claim.Of() == Participation, From: claim.IssuedOn.Time, Place: place,
	}
	if claim.ExpiresOn != nil {
		f.Until = lms.DayOver(claim.ExpiresOn.Time)
	}
	if f.Document == "" {
		f.Document = w.Life.Achievement
		if f.Participation {
			f.Document = w.Life.Participation
		}
	}
	did := w.Certificate.Completed
	switch {
	case f.Participation && f.Programme:
		did = w.Life.TookPartProgramme
	case f.Participation:
		did = w.Life.TookPartCourse
	case f.Programme:
		did = w.Life.CompletedProgramme
	}
	f.Narrative = did + ": " + f.Title
	return f
}

// tries is how often a place is drawn before a new list is begun: when a list is three quarters full, one of ten draws
// of this many finds none.
const tries = 8

// place gives where a certificate's status stands, and draws it the first time.
func (s *Service) place(ctx context.Context, id lms.ID[lms.Certificate]) (p credential.Place, err error) {
	for try := range 2 * tries {
		err = db.Row(ctx, s.DB, `SELECT list, place FROM certificate_places WHERE certificate_id = $1`, id).Scan(&p.List, &p.Index)
		if err = db.Found(err, "place"); lms.KindOf(err) != lms.NotFound {
			return p, err
		}
		_, err = db.Exec(ctx, s.DB, `
			INSERT INTO certificate_places (certificate_id, list, place)
			SELECT $1, coalesce(max(list), 1) + $3, $2 FROM certificate_places
			ON CONFLICT DO NOTHING`, id, rand.IntN(credential.ListSize), try/tries)
		if err != nil {
			return p, err
		}
	}
	return p, fmt.Errorf("no place in a status list was found")
}

// listAge is how long a status list is handed out before it is made anew.
const listAge = time.Minute

// lists keeps what was made last, by list, purpose and form.
type lists struct {
	mu   sync.Mutex
	made map[string]madeList
}

type madeList struct {
	signed []byte
	at     time.Time
}

// fresh gives a list that was made within the last minute, else nil. One from a time to come is none: the clock was put
// back, and by it the list would stand for hours.
func (l *lists) fresh(key string, now time.Time) []byte {
	made, there := l.made[key]
	if age := now.Sub(made.at); !there || age < 0 || age >= listAge {
		return nil
	}
	return made.signed
}

func (l *lists) keep(key string, signed []byte, now time.Time) {
	if l.made == nil {
		l.made = map[string]madeList{}
	}
	l.made[key] = madeList{signed, now}
}

// StatusList gives a signed status list for anybody. Errors: NotFound.
func (s *Service) StatusList(ctx context.Context, list int, p credential.Purpose, form credential.Form) (signed []byte, err error) {
	defer lms.Wrap(&err, "certificate.StatusList(%d, %s)", list, p)
	if p != credential.Revocation && p != credential.Suspension || form != credential.JWT && form != credential.Integrity {
		return nil, lms.ErrNotFound("status list")
	}
	key := fmt.Sprint(list, p, form)
	// One at a time: a crowd that asks after the minute is over waits for one list to be made.
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	now := s.Now()
	if signed := s.lists.fresh(key, now); signed != nil {
		return signed, nil
	}
	set, err := s.unfit(ctx, list, p)
	if err != nil {
		return nil, err
	}
	if signed, err = s.CredentialIssuer().StatusList(list, p, set, now, form); err != nil {
		return nil, err
	}
	s.lists.keep(key, signed, now)
	return signed, nil
}

// unfit gives the places of a list that say no.
func (s *Service) unfit(ctx context.Context, list int, p credential.Purpose) ([]int, error) {
	var known bool
	// The first list is there before anybody stands in it.
	if err := db.Row(ctx, s.DB, `SELECT $1 = 1 OR EXISTS (SELECT FROM certificate_places WHERE list = $1)`, list).Scan(&known); err != nil {
		return nil, db.Translate(err)
	}
	if !known {
		return nil, lms.ErrNotFound("status list")
	}
	states := `('revoked', 'superseded', 'erased')`
	if p == credential.Suspension {
		states = `('suspended')`
	}
	rows, err := db.Rows(ctx, s.DB, `
		SELECT p.place FROM certificate_places p JOIN certificates c ON c.id = p.certificate_id
		 WHERE p.list = $1 AND c.state IN `+states, list)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var set []int
	for rows.Next() {
		var place int
		if err := rows.Scan(&place); err != nil {
			return nil, db.Translate(err)
		}
		set = append(set, place)
	}
	return set, db.Translate(rows.Err())
}

// SerialList is what became of papers, signed, for those who check a seal without a network.
func (s *Service) SerialList(ctx context.Context) (signed string, err error) {
	defer lms.Wrap(&err, "certificate.SerialList")
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	now := s.Now()
	if signed := s.lists.fresh("serials", now); signed != nil {
		return string(signed), nil
	}
	rows, err := db.Rows(ctx, s.DB, `SELECT serial, state = 'suspended' FROM certificates WHERE state <> 'valid' AND origin = 'issued' ORDER BY serial`)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var revoked, suspended []string
	for rows.Next() {
		var serial string
		var paused bool
		if err := rows.Scan(&serial, &paused); err != nil {
			return "", db.Translate(err)
		}
		if paused {
			suspended = append(suspended, serial)
		} else {
			revoked = append(revoked, serial)
		}
	}
	if err := rows.Err(); err != nil {
		return "", db.Translate(err)
	}
	if signed, err = s.CredentialIssuer().SerialList(revoked, suspended, now); err != nil {
		return "", err
	}
	s.lists.keep("serials", []byte(signed), now)
	return signed, nil
}
