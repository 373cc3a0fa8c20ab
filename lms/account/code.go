package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"math/big"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"

	"mostik/lms"
	"mostik/lms/audit"
	"mostik/lms/db"
)

// codeAlphabet leaves out what is taken for something else on paper: 0 O, 1 I L.
const codeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// codeLength letters of it are 49 bits, which the limits on a network make more than enough for 14 days.
const codeLength = 10

// newCode makes a code in the form in which it is printed: ABCDE-23456.
func newCode() (string, error) {
	var b strings.Builder
	for i := range codeLength {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(codeAlphabet))))
		if err != nil {
			return "", err
		}
		if i == codeLength/2 {
			b.WriteByte('-')
		}
		b.WriteByte(codeAlphabet[n.Int64()])
	}
	return b.String(), nil
}

// cyrillicTwins are letters that look the same on paper; a person whose keyboard is Cyrillic types them.
var cyrillicTwins = strings.NewReplacer(
	"А", "A", "В", "B", "Е", "E", "К", "K", "М", "M", "Н", "H", "Р", "P", "С", "C", "Т", "T", "У", "Y", "Х", "X", "Ү", "Y", "Һ", "H",
)

// normalCode is a code as it is hashed: upper case, without what stands between the groups.
func normalCode(s string) string {
	s = cyrillicTwins.Replace(strings.ToUpper(s))
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '–' || r == '—' || r == '\u00a0' || r == '\u2011' {
			return -1
		}
		return r
	}, s)
}

func (k Keys) codeHash(code string) []byte { return mac(k.code, []byte(normalCode(code))) }

// IssuedCode is one slip. The code is shown once and kept nowhere.
type IssuedCode struct {
	Person    PersonRef `json:"person"`
	Login     string    `json:"login"`
	Code      string    `json:"code"`
	ExpiresAt time.Time `json:"expires_at"`
}

// PersonRef names a person in lists.
type PersonRef struct {
	ID   lms.ID[lms.Person] `json:"id"`
	Name string             `json:"name"`
}

// IssueCodes makes a one-time code for each person; a code that was not used yet ends with it. All or
// none: one person who may not be seen refuses the whole list. Errors: NotFound, Forbidden, Conflict for a
// blocked person.
func (s *Service) IssueCodes(ctx context.Context, actor lms.Actor, persons []lms.ID[lms.Person]) ([]IssuedCode, error) {
	if err := actor.May(lms.IssueCode); err != nil {
		return nil, err
	}
	var codes []IssuedCode
	err := db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) error {
		codes = nil
		for _, id := range persons {
			c, err := s.issueCode(ctx, tx, actor, id)
			if err != nil {
				return err
			}
			codes = append(codes, c)
		}
		return nil
	})
	return codes, err
}

func (s *Service) issueCode(ctx context.Context, tx bun.Tx, actor lms.Actor, id lms.ID[lms.Person]) (IssuedCode, error) {
	k, err := known(ctx, tx, id)
	if err != nil {
		return IssuedCode{}, err
	}
	if err := actor.Can(lms.IssueCode, k.facts); err != nil {
		return IssuedCode{}, err
	}
	if k.state != "active" {
		return IssuedCode{}, lms.ErrConflict("account-blocked", "a blocked account gets no code")
	}
	code, err := newCode()
	if err != nil {
		return IssuedCode{}, err
	}
	now := s.now()
	expires := now.Add(s.cfg.CodeTTL)
	if _, err := db.Exec(ctx, tx, `DELETE FROM one_time_codes WHERE person_id = $1 AND used_at IS NULL`, id); err != nil {
		return IssuedCode{}, err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO one_time_codes (id, person_id, code_hash, created_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		lms.NewID[IssuedCode](), id, s.keys.codeHash(code), actor.Person, now, expires)
	if err != nil {
		return IssuedCode{}, err
	}
	err = audit.Write(ctx, tx, s.event(actor, "code.issue", "person", id.String(), nil))
	return IssuedCode{Person: PersonRef{id, k.name}, Login: k.login, Code: code, ExpiresAt: expires}, err
}

// RedeemCode sets a password with a printed code and signs in; other sessions of the person end. The login
// may be left out; where it is given it must be the person's. Errors: Unauthorized code-unknown, Gone
// code-used or code-expired, Invalid for a weak password, TooMany, Forbidden account-blocked.
func (s *Service) RedeemCode(ctx context.Context, login, code, password string, from From) (Tokens, error) {
	unknown := &lms.Error{Kind: lms.Unauthorized, Code: "code-unknown", Field: "code", Detail: "there is no such code"}
	net := network(from.Address)
	if err := s.nets.check(net); err != nil {
		return Tokens{}, err
	}
	login = strings.TrimSpace(norm.NFC.String(login))
	c, err := s.findCode(ctx, code)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !c.belongs(login) {
		s.nets.failed(net)
		return Tokens{}, unknown
	}
	if err != nil {
		return Tokens{}, db.Translate(err)
	}
	if err := c.good(s.now()); err != nil {
		return Tokens{}, err
	}
	if err := checkPassword("password", password, c.email, c.login); err != nil {
		return Tokens{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Tokens{}, err
	}
	var t Tokens
	var ended []lms.ID[lms.Session]
	err = db.InTx(ctx, s.db, func(ctx context.Context, tx bun.Tx) (err error) {
		t, ended, err = s.useCode(ctx, tx, c, hash)
		return err
	})
	if err != nil {
		return Tokens{}, err
	}
	s.void.session(ended...)
	return s.withDevice(t, c.who.id, from), nil
}

type codeRow struct {
	id           lms.ID[IssuedCode]
	who          who
	email, login string
	expires      time.Time
	used         bool
}

func (c codeRow) belongs(login string) bool {
	return login == "" || strings.EqualFold(login, c.login) || strings.EqualFold(login, c.email)
}

func (c codeRow) good(now time.Time) error {
	switch {
	case c.who.state != "active":
		return &lms.Error{Kind: lms.Forbidden, Code: "account-blocked", Detail: "this account is blocked; ask your coordinator"}
	case c.used:
		return &lms.Error{Kind: lms.Gone, Code: "code-used", Field: "code", Detail: "this code was used already"}
	case !now.Before(c.expires):
		return &lms.Error{Kind: lms.Gone, Code: "code-expired", Field: "code", Detail: "this code's time is over"}
	}
	return nil
}

func (s *Service) findCode(ctx context.Context, code string) (codeRow, error) {
	c := codeRow{who: who{read: s.now()}}
	var grants []byte
	err := db.Row(ctx, s.db, `
		SELECT c.id, c.expires_at, c.used_at IS NOT NULL, p.id, p.language, p.state,
		       coalesce(p.email, ''), coalesce(p.login, ''), `+grantsJSON+`
		  FROM one_time_codes c JOIN persons p ON p.id = c.person_id
		 WHERE c.code_hash = $1`, s.keys.codeHash(code)).
		Scan(&c.id, &c.expires, &c.used, &c.who.id, &c.who.language, &c.who.state, &c.email, &c.login, &grants)
	if err != nil {
		return c, err
	}
	c.who.grants, err = parseGrants(grants)
	return c, err
}

// useCode gives the new session's tokens, and the sessions that end with it.
func (s *Service) useCode(ctx context.Context, tx bun.Tx, c codeRow, hash string) (t Tokens, ended []lms.ID[lms.Session], err error) {
	// Two that come with the same code: the row lets one through.
	n, err := db.Exec(ctx, tx, `UPDATE one_time_codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL`, c.id, s.now())
	if err != nil {
		return t, nil, err
	}
	if n == 0 {
		return t, nil, codeRow{used: true, who: who{state: "active"}}.good(s.now())
	}
	ended, err = s.endSessions(ctx, tx, c.who.id, lms.ID[lms.Session]{}, endPassword)
	if err != nil {
		return t, nil, err
	}
	if _, err := db.Exec(ctx, tx, `UPDATE persons SET password_hash = $2 WHERE id = $1`, c.who.id, hash); err != nil {
		return t, nil, err
	}
	err = audit.Write(ctx, tx, audit.Event{
		At: s.now(), Actor: c.who.id, Action: "code.use", SubjectKind: "person", SubjectID: c.who.id.String(),
	})
	if err != nil {
		return t, nil, err
	}
	t, err = s.begin(ctx, tx, c.who)
	return t, ended, err
}
