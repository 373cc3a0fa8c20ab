package account

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Keys are the server's secrets of this slice.
type Keys struct {
	// Access signs access tokens.
	Access ed25519.PrivateKey
	// code makes the HMAC of one-time codes, throttle that of sign-in failures, device signs device cookies and refresh
	// seals refresh tokens.
	code, throttle, device, refresh []byte
}

// AccessFile is the name of the file that [LoadKeys] reads.
const AccessFile = "access.ed25519"

// LoadKeys reads <dir>/access.ed25519, and makes it at the first start with mode 0600. The other secrets
// are derived from its seed. Losing the file signs everybody out and voids printed codes, nothing else.
func LoadKeys(dir string) (Keys, error) {
	seed, err := seedFile(filepath.Join(dir, AccessFile))
	if err != nil {
		return Keys{}, fmt.Errorf("the key of access tokens: %w", err)
	}
	return KeysFromSeed(seed)
}

// KeysFromSeed derives all secrets from an Ed25519 seed of 32 bytes.
func KeysFromSeed(seed []byte) (Keys, error) {
	if len(seed) != ed25519.SeedSize {
		return Keys{}, fmt.Errorf("a seed has %d bytes and not %d", ed25519.SeedSize, len(seed))
	}
	k := Keys{Access: ed25519.NewKeyFromSeed(seed)}
	for purpose, to := range map[string]*[]byte{
		"mostik one-time codes": &k.code, "mostik sign-in failures": &k.throttle, "mostik devices": &k.device,
		"mostik refresh tokens": &k.refresh,
	} {
		var err error
		if *to, err = hkdf.Key(sha256.New, seed, nil, purpose, 32); err != nil {
			return Keys{}, err
		}
	}
	return k, nil
}

// seedFile reads a seed written as hex, or makes one. Two processes that start together agree: the file is
// linked into place whole, and who comes second reads the first one's.
func seedFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeSeed(path); err == nil {
			text, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, err
	}
	var seed [ed25519.SeedSize]byte
	if len(text) < hex.EncodedLen(len(seed)) {
		return nil, fmt.Errorf("%s is too short to be a key", path)
	}
	if _, err := hex.Decode(seed[:], text[:hex.EncodedLen(len(seed))]); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return seed[:], nil
}

func makeSeed(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	var seed [ed25519.SeedSize]byte
	_, _ = rand.Read(seed[:])                             // never fails (crypto/rand)
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // CreateTemp makes files with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = fmt.Fprintln(f, hex.EncodeToString(seed[:]))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
