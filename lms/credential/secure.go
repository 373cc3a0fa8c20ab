package credential

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Form is how a credential is secured. The zero value is "not set".
type Form string

// The forms.
const (
	JWT       Form = "jwt" // a JSON Web Token
	Integrity Form = "di"  // JSON with a Data Integrity proof
)

// ErrForm says that a form is not one of the two.
var ErrForm = errors.New("a credential is secured as jwt or as di")

// Credential writes the facts of a certificate as a signed credential.
func (i Issuer) Credential(f Facts, form Form, now time.Time) ([]byte, error) {
	b, err := i.badge(f)
	if err != nil {
		return nil, err
	}
	return i.secure(b, form, now, token{id: b.ID, subject: b.Subject.ID, from: f.From, until: f.Until})
}

// canonical is a credential that knows its own canonical form cheaper than its text tells it.
type canonical interface{ canonical() (string, error) }

// token are the registered claims of RFC 7519 that repeat what the credential says.
type token struct {
	id, subject string
	from, until time.Time
}

func (i Issuer) secure(credential any, form Form, now time.Time, t token) ([]byte, error) {
	raw, err := write(credential)
	if err != nil {
		return nil, err
	}
	switch form {
	case JWT:
		return i.signToken(raw, t)
	case Integrity:
		return i.prove(credential, raw, now)
	}
	return nil, ErrForm
}

// signToken makes the credential itself the payload, with the registered claims beside its own.
func (i Issuer) signToken(raw []byte, t token) ([]byte, error) {
	claims := jwt.MapClaims{}
	if err := json.Unmarshal(raw, &claims); err != nil {
		return nil, err
	}
	claims["iss"], claims["jti"], claims["sub"], claims["nbf"] = i.ID(), t.id, t.subject, t.from.Unix()
	if !t.until.IsZero() {
		claims["exp"] = t.until.Unix()
	}
	unsigned := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	unsigned.Header["kid"] = i.jwkURL(i.KeyID) // "typ" is JWT, as Open Badges 3.0 asks
	signed, err := unsigned.SignedString(i.Key)
	return []byte(signed), err
}

// proof is a Data Integrity proof without its value (W3C VC-DI 1.0, 2.1).
type proof struct {
	Type    string `json:"type"`
	Created string `json:"created"`
	Method  string `json:"verificationMethod"`
	Suite   string `json:"cryptosuite"`
	Purpose string `json:"proofPurpose"`
	Value   string `json:"proofValue,omitempty"`
}

// prove adds a proof of eddsa-rdfc-2022 (W3C VC-DI-EDDSA, 3.2): signed are the hash of the canonical proof without its
// value, and the hash of the canonical document, one after the other.
func (i Issuer) prove(credential any, raw []byte, now time.Time) ([]byte, error) {
	var document map[string]any
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, err
	}
	p := proof{
		Type: "DataIntegrityProof", Created: moment(now), Method: i.keyURL(i.KeyID), Suite: "eddsa-rdfc-2022", Purpose: "assertionMethod",
	}
	options, err := p.canonical(document["@context"])
	if err != nil {
		return nil, err
	}
	var text string
	if c, knows := credential.(canonical); knows {
		text, err = c.canonical()
	} else {
		text, err = canonize(document)
	}
	if err != nil {
		return nil, err
	}
	first, second := sha256.Sum256([]byte(options)), sha256.Sum256([]byte(text))
	p.Value = "z" + base58(ed25519.Sign(i.Key, append(first[:], second[:]...)))
	end, err := write(p)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `%s,"proof":[%s]}`, raw[:len(raw)-1], end), nil
}

// sometime stands in a proof's canonical form for the moment of signing.
const sometime = "1970-01-01T00:00:00Z"

// proofForms keeps the canonical forms of proofs by contexts and key. But for the moment they are always the same: one
// node with one value a property, so the moment changes neither names nor order.
var proofForms sync.Map

// canonical gives the canonical form of the proof without its value, in the contexts of its document.
func (p proof) canonical(contexts any) (string, error) {
	key := fmt.Sprint(contexts, p.Method)
	form, known := proofForms.Load(key)
	if !known {
		text, err := p.canonize(contexts, sometime)
		if err != nil {
			return "", err
		}
		form = text
		proofForms.Store(key, form)
	}
	return strings.Replace(form.(string), sometime, p.Created, 1), nil
}

func (p proof) canonize(contexts any, created string) (string, error) {
	return canonize(map[string]any{
		"@context": contexts, "type": p.Type, "created": created, "verificationMethod": p.Method, "cryptosuite": p.Suite, "proofPurpose": p.Purpose,
	})
}
