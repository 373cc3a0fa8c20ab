package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
)

func TestSealingKeyIsMadeOnceAndEarlierOnesAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	first, err := sealingKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := sealingKeys(dir)
	if err != nil || !first.Sealing.Equal(again.Sealing) || len(again.Public) != 1 {
		t.Fatalf("the second time: %d keys, %v", len(again.Public), err)
	}
	if st, err := os.Stat(filepath.Join(dir, sealFile)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	// An operator changes the key: the public half of the old one stays.
	der, err := x509.MarshalPKIXPublicKey(first.Sealing.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	pub := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	if err := os.WriteFile(filepath.Join(dir, "seal-2026.pub"), pub, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, sealFile)); err != nil {
		t.Fatal(err)
	}
	changed, err := sealingKeys(dir)
	if err != nil || changed.Sealing.Equal(first.Sealing) || len(changed.Public) != 2 {
		t.Errorf("after the change: %d keys, %v", len(changed.Public), err)
	}
	if err := os.WriteFile(filepath.Join(dir, sealFile), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sealingKeys(dir); err == nil {
		t.Error("garbage was taken for a key")
	}
}

func TestKeysAreRotatedAndEarlierOnesStay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	first, err := sealingKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{first.ID()}
	for range 2 {
		before, after, err := rotateKeys(dir)
		if err != nil || before != ids[len(ids)-1] {
			t.Fatalf("%s → %s, %v", before, after, err)
		}
		ids = append(ids, after)
	}
	now, err := sealingKeys(dir)
	if err != nil || now.ID() != ids[2] || len(now.Public) != 3 {
		t.Fatalf("%s of %d keys, %v", now.ID(), len(now.Public), err)
	}
	for _, id := range ids {
		if now.Public[id] == nil {
			t.Errorf("%s is not published any more", id)
		}
	}
}

// A key that was copied back with open rights is closed at the next start.
func TestKeysAreClosedToOthers(t *testing.T) {
	dir := t.TempDir()
	if _, err := sealingKeys(dir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, sealFile)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := sealingKeys(dir); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's rights are %v, %v", info.Mode(), err)
	}
}
