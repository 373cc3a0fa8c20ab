package certificate

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Errors of a sealed claim that a stranger checks offline.
var (
	// ErrSealMalformed says that the text is not a sealed claim.
	ErrSealMalformed = errors.New("not a sealed claim")
	// ErrSealUnknownKey says that the seal names a key that is not among the published ones.
	ErrSealUnknownKey = errors.New("the seal's key is not known")
	// ErrSealBroken says that claim and seal do not belong together.
	ErrSealBroken = errors.New("the seal does not fit the claim")
)

// maxSealed bounds what Open reads, in bytes; a real sealed claim has some 700.
const maxSealed = 8 << 10

// KeyID names a public key: the first nine bytes of its SHA-256, base64url.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// Sealed is a claim's canonical bytes with their signature.
type Sealed struct {
	KeyID string
	Claim []byte
	Seal  []byte
}

// Seal writes the claim canonically and signs it.
func Seal(claim Claim, key ed25519.PrivateKey) (Sealed, error) {
	b, err := json.Marshal(claim)
	if err != nil {
		return Sealed{}, fmt.Errorf("writing a claim: %w", err)
	}
	return Sealed{KeyID: KeyID(key.Public().(ed25519.PublicKey)), Claim: b, Seal: ed25519.Sign(key, b)}, nil
}

// String is the form that travels in a QR code: key id, claim and seal, joined by dots.
func (s Sealed) String() string {
	enc := base64.RawURLEncoding
	return s.KeyID + "." + enc.EncodeToString(s.Claim) + "." + enc.EncodeToString(s.Seal)
}

// Open checks a sealed claim, with no network, against published keys by their id. Errors:
// ErrSealMalformed, ErrSealUnknownKey, ErrSealBroken.
func Open(text string, keys map[string]ed25519.PublicKey) (Claim, error) {
	s, err := parseSealed(text)
	if err != nil {
		return Claim{}, err
	}
	key, ok := keys[s.KeyID]
	if !ok || len(key) != ed25519.PublicKeySize {
		return Claim{}, ErrSealUnknownKey
	}
	if !ed25519.Verify(key, s.Claim, s.Seal) {
		return Claim{}, ErrSealBroken
	}
	var claim Claim
	if err := json.Unmarshal(s.Claim, &claim); err != nil {
		return Claim{}, fmt.Errorf("%w: %w", ErrSealMalformed, err)
	}
	return claim, nil
}

func parseSealed(text string) (Sealed, error) {
	parts := strings.Split(text, ".")
	if len(text) > maxSealed || len(parts) != 3 {
		return Sealed{}, ErrSealMalformed
	}
	// Strict: the unused bits of the last sign are zero, so one sealed claim has one spelling.
	enc := base64.RawURLEncoding.Strict()
	claim, err := enc.DecodeString(parts[1])
	if err != nil {
		return Sealed{}, ErrSealMalformed
	}
	seal, err := enc.DecodeString(parts[2])
	if err != nil || len(seal) != ed25519.SignatureSize {
		return Sealed{}, ErrSealMalformed
	}
	return Sealed{KeyID: parts[0], Claim: claim, Seal: seal}, nil
}
