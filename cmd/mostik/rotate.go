package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"mostik/lms/certificate"
)

type keysCmd struct {
	List   keysListCmd   `cmd:"" help:"List the public keys; what the earlier ones sealed verifies for ever."`
	Rotate keysRotateCmd `cmd:"" help:"Seal with a new key from the next start on. The public half of the old one stays, its private half is destroyed."`
}

type keysListCmd struct{}

// Run lists the keys, the one that seals marked.
func (keysListCmd) Run(env *environment) error {
	cfg, err := readConfig(env.vars)
	if err != nil {
		return err
	}
	keys, err := sealingKeys(cfg.keyFolder())
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(keys.Public)) {
		mark := ""
		if id == keys.ID() {
			mark = "  seals now"
		}
		fmt.Fprintf(env.out, "%s%s\n", id, mark)
	}
	return nil
}

type keysRotateCmd struct{}

// Run takes a new key.
func (keysRotateCmd) Run(env *environment) error {
	cfg, err := readConfig(env.vars)
	if err != nil {
		return err
	}
	before, after, err := rotateKeys(cfg.keyFolder())
	if err != nil {
		return err
	}
	fmt.Fprintf(env.out, "%s seals from the next start on; %s stays published. Back up %s now, then start Mostik again.\n", after, before, cfg.keyFolder())
	return nil
}

// rotateKeys keeps the public half of the key that seals and puts a new key in its place. The public half is safe on
// the disk before the private one is written over: a crash between the two leaves a key twice, and never none.
func rotateKeys(dir string) (before, after string, err error) {
	keys, err := sealingKeys(dir)
	if err != nil {
		return "", "", err
	}
	before = keys.ID()
	der, err := x509.MarshalPKIXPublicKey(keys.Sealing.Public())
	if err != nil {
		return "", "", err
	}
	if err := writeWhole(filepath.Join(dir, "seal-"+before+".pub"), &pem.Block{Type: "PUBLIC KEY", Bytes: der}); err != nil {
		return "", "", err
	}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", "", err
	}
	if der, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		return "", "", err
	}
	return before, certificate.KeyID(public), writeWhole(filepath.Join(dir, sealFile), &pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// writeWhole puts a file in its place whole or not at all.
func writeWhole(path string, block *pem.Block) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	err = pem.Encode(temp, block)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
