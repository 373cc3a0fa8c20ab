package credential

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"time"
)

// Purpose is what a status list tells.
type Purpose string

// The purposes. Revoked means that the certificate stands no more: it was revoked, or another took its place, or its
// holder had themselves erased. Suspended is for a time.
const (
	Revocation Purpose = "revocation"
	Suspension Purpose = "suspension"
)

// Purposes are the lists that every credential points to.
var Purposes = []Purpose{Revocation, Suspension}

// ListSize is how many places a list has. The standard asks for at least so many: a reader who fetches the list tells
// nobody whom they ask about.
const ListSize = 131072

// ListURL is where a status list lies.
func (i Issuer) ListURL(list int, p Purpose) string {
	return fmt.Sprintf("%s/credentials/status/%d/%s", i.URL, list, p)
}

type listCredential struct {
	Context    []string    `json:"@context"`
	ID         string      `json:"id"`
	Type       []string    `json:"type"`
	Issuer     string      `json:"issuer"`
	ValidFrom  string      `json:"validFrom"`
	ValidUntil string      `json:"validUntil"`
	Subject    listSubject `json:"credentialSubject"`
}

type listSubject struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Purpose string `json:"statusPurpose"`
	List    string `json:"encodedList"`
}

// ListLife is how long a status list may be believed.
const ListLife = 7 * 24 * time.Hour

// StatusList is the list with the given places set, in either form. The moment is when it was true.
func (i Issuer) StatusList(list int, p Purpose, set []int, now time.Time, form Form) ([]byte, error) {
	encoded, err := bitstring(set)
	if err != nil {
		return nil, err
	}
	url := i.ListURL(list, p)
	return i.secure(listCredential{
		Context: []string{credentialsContext}, ID: url, Type: []string{"VerifiableCredential", "BitstringStatusListCredential"}, Issuer: i.ID(),
		ValidFrom: moment(now), ValidUntil: moment(now.Add(ListLife)),
		Subject: listSubject{url + "#list", "BitstringStatusList", string(p), encoded},
	}, form, now, token{id: url, subject: url + "#list", from: now, until: now.Add(ListLife)})
}

// bitstring writes the places as bits, the first one the highest of the first byte, compressed with GZIP and in
// base64url without padding, "u" before it.
func bitstring(set []int) (string, error) {
	bits := make([]byte, ListSize/8)
	for _, place := range set {
		if place < 0 || place >= ListSize {
			return "", fmt.Errorf("place %d is outside a status list", place)
		}
		bits[place/8] |= 0x80 >> (place % 8)
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(bits); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return "u" + base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}
