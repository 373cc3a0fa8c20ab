package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"mostik/lms"
)

// argon2id at the first of OWASP's recommended settings (Password Storage Cheat Sheet): 19 MiB, two
// passes, one lane. On a small server that is about 20 ms.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashLength = 32
	saltLength = 16
)

// The bounds of a password in characters. The upper one keeps hashing from being fed megabytes.
const (
	minPassword = 10
	maxPassword = 200
)

// hasher hashes passwords, at most so many at once: each takes 19 MiB, and a flood of sign-ins must not
// take the memory of those who study.
type hasher struct {
	slots chan struct{}
	// decoy is compared with where there is no such person, so that both answers take equally long.
	decoy string
}

func newHasher(parallel int) *hasher {
	if parallel <= 0 {
		parallel = runtime.NumCPU()
	}
	h := &hasher{slots: make(chan struct{}, parallel)}
	var key [hashLength]byte
	_, _ = rand.Read(key[:])
	h.decoy = phc(key[:saltLength], key[:])
	return h
}

func (h *hasher) wait(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return &lms.Error{Kind: lms.Unavailable, Code: "too-busy", RetryAfter: 2, Err: ctx.Err()}
	}
}

// hash makes the PHC string of a password. Errors: Unavailable when no slot came free in time.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.wait(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.slots }()
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt)
	return phc(salt, argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashLanes, hashLength)), nil
}

// matches compares a password with a PHC string; "" stands for a person who is not there or has no
// password, and takes as long.
func (h *hasher) matches(ctx context.Context, password, encoded string) (bool, error) {
	known := encoded != ""
	if !known {
		encoded = h.decoy
	}
	p, err := parsePHC(encoded)
	if err != nil {
		return false, err
	}
	if err := h.wait(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.slots }()
	got := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.key)))
	return subtle.ConstantTimeCompare(got, p.key) == 1 && known, nil
}

type phcHash struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

// phc writes $argon2id$v=19$m=19456,t=2,p=1$<salt>$<key> (the PHC string format).
func phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

func parsePHC(s string) (phcHash, error) {
	var p phcHash
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, errors.New("a stored password is not argon2id in PHC form")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return p, fmt.Errorf("a stored password's settings: %w", err)
	}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	p.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(err1, err2); err != nil {
		return p, fmt.Errorf("a stored password: %w", err)
	}
	if p.passes == 0 || p.lanes == 0 || p.memory > 1<<20 || len(p.key) == 0 {
		return p, errors.New("a stored password's settings are out of bounds")
	}
	return p, nil
}

// checkPassword refuses what is too short, too long, or the person's own login. Length is what counts
// (NIST SP 800-63B, 3.1.1); classes of characters are not asked for.
func checkPassword(field, password string, logins ...string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return lms.ErrInvalid(field, "malformed", "not UTF-8")
	case n < minPassword:
		return lms.ErrInvalid(field, "password-too-short", fmt.Sprintf("at least %d characters", minPassword))
	case n > maxPassword:
		return lms.ErrInvalid(field, "too-long", fmt.Sprintf("at most %d characters", maxPassword))
	}
	for _, l := range logins {
		if l != "" && strings.EqualFold(l, password) {
			return lms.ErrInvalid(field, "password-is-login", "the password is the login")
		}
	}
	if strings.Trim(password, password[:1]) == "" || easyPasswords[strings.ToLower(password)] {
		return lms.ErrInvalid(field, "password-too-easy", "this is one of the first that anybody tries")
	}
	return nil
}

// easyPasswords are tried first by everybody who guesses, in the users' languages too.
var easyPasswords = map[string]bool{
	"password": true, "password1": true, "password123": true, "12345678": true, "123456789": true,
	"1234567890": true, "87654321": true, "qwertyui": true, "qwertyuiop": true, "qwerty123": true,
	"1q2w3e4r": true, "1q2w3e4r5t": true, "1qaz2wsx": true, "iloveyou": true, "admin123": true,
	"йцукенгш": true, "йцукенгшщз": true, "пароль123": true, "парольпароль": true, "letmein1": true,
	"welcome1": true, "abcd1234": true, "11223344": true, "zxcvbnm1": true, "mostik123": true,
}
