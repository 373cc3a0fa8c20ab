package credential

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"testing"
	"time"
)

func testIssuer() Issuer {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	old := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))
	return Issuer{URL: "http://127.0.0.1:8931", Name: "Мостик & partners", Key: key, KeyID: "new", Public: map[string]ed25519.PublicKey{
		"new": key.Public().(ed25519.PublicKey), "old": old.Public().(ed25519.PublicKey),
	}}
}

func testFacts() Facts {
	from := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	return Facts{
		Serial: "7F4K-M2XP-9QWT3", Address: "http://127.0.0.1:8931/verify/7F4K-M2XP-9QWT3", Holder: "Әйгерім Қуанышқызы Ғабитова",
		HolderLatin: "Aigerim Gabitova", Title: "Выявление торговли людьми", Document: "Сертификат", Narrative: "успешно завершил(а) курс «Выявление»",
		Key: "trafficking", Version: 1, Hours: "4.5", Language: "ru", From: from, Until: from.AddDate(3, 0, 0), Place: Place{1, 4711},
	}
}

func TestDump(t *testing.T) {
	i := testIssuer()
	now := time.Now()
	for _, form := range []Form{JWT, Integrity} {
		b, err := i.Credential(testFacts(), form, now)
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile("/tmp/vc/cred."+string(form), b, 0o644)
		for _, p := range Purposes {
			l, err := i.StatusList(1, p, []int{1, 2}, now, form)
			if err != nil {
				t.Fatal(err)
			}
			os.WriteFile("/tmp/vc/"+string(p)+"."+string(form), l, 0o644)
		}
	}
	p, _ := i.Profile()
	os.WriteFile("/tmp/vc/issuer.json", p, 0o644)
	for _, n := range []string{"new", "new.jwk"} {
		p, _, _ = i.PublishedKey(n)
		os.WriteFile("/tmp/vc/"+n+".json", p, 0o644)
	}
	ks, _ := i.KeySet()
	os.WriteFile("/tmp/vc/jwks.json", ks, 0o644)
}

func BenchmarkJWT(b *testing.B)       { bench(b, JWT) }
func BenchmarkIntegrity(b *testing.B) { bench(b, Integrity) }

func bench(b *testing.B, form Form) {
	i := testIssuer()
	for b.Loop() {
		if _, err := i.Credential(testFacts(), form, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}
