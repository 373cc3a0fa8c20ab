package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mostik/lms/certificate"
)

// sealFile holds the private key that seals certificates, in PKCS #8 and PEM. Public keys of earlier ones,
// whose certificates must go on being verified, lie beside it as seal-*.pub in the same form (PKIX).
const sealFile = "seal.pem"

// sealingKeys reads the keys of certificates, and makes the private one when there is none.
func sealingKeys(dir string) (certificate.Keys, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return certificate.Keys{}, err
	}
	path := filepath.Join(dir, sealFile)
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(path); err == nil {
			key, err = readKey(path)
		}
	}
	if err == nil {
		err = closed(path)
	}
	if err != nil {
		return certificate.Keys{}, fmt.Errorf("the key that seals certificates: %w", err)
	}
	earlier, err := earlierKeys(dir)
	return certificate.NewKeys(key, earlier...), err
}

// closed takes a key from the eyes of others, to whom it lies open when it was copied back carelessly. Where the rights
// are not ours to change, as on a volume of secrets, it is an error only when anybody may read it.
func closed(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil && info.Mode().Perm()&0o007 != 0 {
		return fmt.Errorf("anybody may read it, and that cannot be changed: %w", err)
	}
	return nil
}

func readKey(path string) (ed25519.PrivateKey, error) {
	der, err := readPEM(path)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds no Ed25519 key", path)
	}
	return key, nil
}

func readPEM(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s is not in PEM", path)
	}
	return block.Bytes, nil
}

// makeKey writes a new key whole or not at all, and never over one that is there: link fails then, and two
// processes that start together agree on the first one's key.
func makeKey(path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	err = pem.Encode(temp, &pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func earlierKeys(dir string) ([]ed25519.PublicKey, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var keys []ed25519.PublicKey
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "seal-") || !strings.HasSuffix(e.Name(), ".pub") {
			continue
		}
		path := filepath.Join(dir, e.Name())
		der, err := readPEM(path)
		if err != nil {
			return nil, err
		}
		parsed, err := x509.ParsePKIXPublicKey(der)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		key, ok := parsed.(ed25519.PublicKey)
		if !ok {
			return nil, fmt.Errorf("%s holds no Ed25519 key", path)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
