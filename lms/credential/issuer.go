package credential

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Issuer is who signs. The addresses follow from the site's, so a site that moves keeps verifying only while the old
// address still answers.
type Issuer struct {
	// URL is the site's address, without a stroke at the end.
	URL  string
	Name string
	// Key signs now and KeyID names it; Public holds every key that ever signed, by id.
	Key    ed25519.PrivateKey
	KeyID  string
	Public map[string]ed25519.PublicKey
}

// ID is the address of the issuer's profile.
func (i Issuer) ID() string { return i.URL + "/issuer" }

// keyURL is where a key lies as a Multikey; JWK is added for the other form.
func (i Issuer) keyURL(id string) string { return i.ID() + "/keys/" + id }

// jwkURL is where a key lies as a JSON Web Key.
func (i Issuer) jwkURL(id string) string { return i.keyURL(id) + ".jwk" }

// multikey is a public key as Data Integrity reads it (W3C Controlled Identifiers, "Multikey").
type multikey struct {
	Context    string `json:"@context,omitempty"`
	ID         string `json:"id"`
	Type       string `json:"type"`
	Controller string `json:"controller"`
	Public     string `json:"publicKeyMultibase"`
}

const multikeyContext = "https://w3id.org/security/multikey/v1"

func (i Issuer) multikey(id string) multikey {
	// 0xed01 is the multicodec of an Ed25519 public key, z the multibase of base58btc.
	return multikey{
		ID: i.keyURL(id), Type: "Multikey", Controller: i.ID(), Public: "z" + base58(append([]byte{0xed, 0x01}, i.Public[id]...)),
	}
}

// jwk is a public key as RFC 7517 and RFC 8037 write it.
type jwk struct {
	Type  string `json:"kty"`
	Curve string `json:"crv"`
	ID    string `json:"kid"`
	Use   string `json:"use"`
	Alg   string `json:"alg"`
	X     string `json:"x"`
}

func (i Issuer) jwk(id string) jwk {
	return jwk{"OKP", "Ed25519", i.jwkURL(id), "sig", "EdDSA", base64.RawURLEncoding.EncodeToString(i.Public[id])}
}

func (i Issuer) ids() []string { return slices.Sorted(maps.Keys(i.Public)) }

// Profile is the document at the issuer's address: an Open Badges profile, and the controller document that says
// which keys may sign for it.
func (i Issuer) Profile() ([]byte, error) {
	doc := struct {
		Context   []string   `json:"@context"`
		ID        string     `json:"id"`
		Type      string     `json:"type"`
		Name      string     `json:"name"`
		URL       string     `json:"url"`
		Methods   []multikey `json:"verificationMethod"`
		Assertion []string   `json:"assertionMethod"`
	}{
		Context: []string{"https://www.w3.org/ns/did/v1", multikeyContext, openBadgesContext}, ID: i.ID(), Type: "Profile", Name: i.Name, URL: i.URL,
	}
	for _, id := range i.ids() {
		doc.Methods = append(doc.Methods, i.multikey(id))
		doc.Assertion = append(doc.Assertion, i.keyURL(id))
	}
	return write(doc)
}

// KeySet is every key as a JSON Web Key Set.
func (i Issuer) KeySet() ([]byte, error) {
	set := struct {
		Keys []jwk `json:"keys"`
	}{Keys: []jwk{}}
	for _, id := range i.ids() {
		set.Keys = append(set.Keys, i.jwk(id))
	}
	return write(set)
}

// PublishedKey is the document at a key's own address: the id with .jwk at its end gives a JSON Web Key, without it a
// Multikey. False: there is no such key.
func (i Issuer) PublishedKey(name string) (document []byte, known bool, err error) {
	id, isJWK := strings.CutSuffix(name, ".jwk")
	if _, known := i.Public[id]; !known {
		return nil, false, nil
	}
	if isJWK {
		document, err = write(i.jwk(id))
		return document, true, err
	}
	key := i.multikey(id)
	key.Context = multikeyContext
	document, err = write(key)
	return document, true, err
}

// write is json.Marshal without the escapes that are for pages.
func write(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}

const base58Signs = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58 writes bytes as Bitcoin does: the number in base 58, and a 1 for every zero byte before it.
func base58(b []byte) string {
	var digits []byte // the lowest first
	for _, by := range b {
		carry := int(by)
		for i := range digits {
			carry += int(digits[i]) << 8
			digits[i] = byte(carry % 58)
			carry /= 58
		}
		for ; carry > 0; carry /= 58 {
			digits = append(digits, byte(carry%58))
		}
	}
	out := make([]byte, 0, len(digits)+2)
	for _, by := range b {
		if by != 0 {
			break
		}
		out = append(out, '1')
	}
	for i := len(digits) - 1; i >= 0; i-- {
		out = append(out, base58Signs[digits[i]])
	}
	return string(out)
}
