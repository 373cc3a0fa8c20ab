package credential

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
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

var update = flag.Bool("update", false, "write testdata/first.* anew: never, once they were released")

// verifyToken is what a reader does who has the key set.
func verifyToken(signed string, keys map[string]ed25519.PublicKey) (jwt.MapClaims, error) {
	claims := jwt.MapClaims{}
	_, err := jwt.NewParser(jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithStrictDecoding(), jwt.WithTimeFunc(func() time.Time { return testFacts().From.AddDate(0, 1, 0) })).
		ParseWithClaims(signed, claims, func(t *jwt.Token) (any, error) {
			kid, _ := t.Header["kid"].(string)
			name := strings.TrimSuffix(kid[strings.LastIndex(kid, "/")+1:], ".jwk")
			key, known := keys[name]
			if !known {
				return nil, errors.New("no such key")
			}
			return key, nil
		})
	return claims, err
}

// verifyProof is what a reader does with a Data Integrity proof: all from the document, nothing from what the writer kept.
func verifyProof(raw []byte, keys map[string]ed25519.PublicKey) error {
	var document map[string]any
	if err := json.Unmarshal(raw, &document); err != nil {
		return err
	}
	list, _ := document["proof"].([]any)
	if len(list) != 1 {
		return errors.New("no proof")
	}
	proof, _ := list[0].(map[string]any)
	delete(document, "proof")
	value, _ := proof["proofValue"].(string)
	delete(proof, "proofValue")
	proof["@context"] = document["@context"]
	var signed []byte
	for _, part := range []map[string]any{proof, document} {
		text, err := canonize(part)
		if err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(text))
		signed = append(signed, sum[:]...)
	}
	method, _ := proof["verificationMethod"].(string)
	key, known := keys[method[strings.LastIndex(method, "/")+1:]]
	signature, err := unbase58(strings.TrimPrefix(value, "z"))
	if err != nil {
		return err
	}
	if !known || !ed25519.Verify(key, signed, signature) {
		return errors.New("the signature does not fit")
	}
	return nil
}

func unbase58(s string) ([]byte, error) {
	n := new(big.Int)
	for _, r := range s {
		i := strings.IndexRune(base58Signs, r)
		if i < 0 {
			return nil, errors.New("not base58")
		}
		n.Add(n.Mul(n, big.NewInt(58)), big.NewInt(int64(i)))
	}
	return append(make([]byte, len(s)-len(strings.TrimLeft(s, "1"))), n.Bytes()...), nil
}

func TestBase58(t *testing.T) {
	// The vectors of draft-msporny-base58.
	for text, want := range map[string]string{
		"Hello World!": "2NEpo7TZRRrLZSi2U", "The quick brown fox jumps over the lazy dog.": "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
		"\x00\x00\x28\x7f\xb4\xcd": "11233QC4", "": "",
	} {
		if got := base58([]byte(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestBothFormsVerify(t *testing.T) {
	i, now := testIssuer(), testFacts().From
	for name, f := range variants() {
		t.Run(name, func(t *testing.T) {
			signed, err := i.Credential(f, JWT, now)
			if err != nil {
				t.Fatal(err)
			}
			claims, err := verifyToken(string(signed), i.Public)
			if err != nil || claims["sub"] != pseudonym(f.Serial) || claims["jti"] != f.Address || claims["iss"] != i.ID() {
				t.Errorf("%v, %v", claims, err)
			}
			if signed, err = i.Credential(f, Integrity, now); err != nil {
				t.Fatal(err)
			}
			if err := verifyProof(signed, i.Public); err != nil {
				t.Error(err)
			}
		})
	}
}

func variants() map[string]Facts {
	plain := testFacts()
	there, programme, endless, whole := plain, plain, plain, plain
	there.Participation, there.Programme = true, true
	programme.Programme, programme.Title = true, `"Quoted" \ <b>&amp;</b> — ok`
	endless.Until, endless.HolderLatin = time.Time{}, ""
	whole.Hours = "40"
	return map[string]Facts{"a course": plain, "having been there": there, "a programme": programme, "without end": endless, "whole hours": whole}
}

// Participation and achievement are told apart by what a program reads.
func TestKinds(t *testing.T) {
	f := variants()
	for name, want := range map[string]string{
		"a course": "CertificateOfCompletion", "a programme": "Certification", "having been there": "ext:CertificateOfParticipation",
	} {
		if got := f[name].achievementType(); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	i := testIssuer()
	if i.achievementID(f["a programme"]) == i.achievementID(f["having been there"]) {
		t.Error("both have one address")
	}
}

// One changed byte is refused, wherever it is.
func TestEveryByteOfATokenCounts(t *testing.T) {
	i := testIssuer()
	signed, err := i.Credential(testFacts(), JWT, testFacts().From)
	if err != nil {
		t.Fatal(err)
	}
	for at := range signed {
		forged := bytes.Clone(signed)
		forged[at] = 'A' + (forged[at]+1)%26
		if bytes.Equal(forged, signed) {
			continue
		}
		if _, err := verifyToken(string(forged), i.Public); err == nil {
			t.Fatalf("a changed byte at %d passed", at)
		}
	}
}

// A Data Integrity proof is over the meaning: every text and every number of the document counts, blanks do not.
func TestEveryValueOfAProofCounts(t *testing.T) {
	i := testIssuer()
	signed, err := i.Credential(testFacts(), Integrity, testFacts().From)
	if err != nil {
		t.Fatal(err)
	}
	var spaced bytes.Buffer
	if err := json.Indent(&spaced, signed, "", "  "); err != nil {
		t.Fatal(err)
	}
	if err := verifyProof(spaced.Bytes(), i.Public); err != nil {
		t.Errorf("with blanks: %v", err)
	}
	inText, changed := false, 0
	for at := range signed {
		if signed[at] == '"' {
			inText = !inText
			continue
		}
		// Every seventh byte: each costs two canonical forms.
		if !inText || at%7 != 0 || signed[at] >= 0x80 {
			continue
		}
		forged := bytes.Clone(signed)
		forged[at] = 'A' + (forged[at]+1)%26
		if bytes.Equal(forged, signed) {
			continue
		}
		changed++
		if verifyProof(forged, i.Public) == nil {
			t.Fatalf("a changed byte at %d passed: …%s…", at, forged[max(0, at-30):min(len(forged), at+30)])
		}
	}
	if changed < 150 {
		t.Errorf("only %d bytes were changed", changed)
	}
}

func TestTheKeptFormOfAProofIsTheCanonicalOne(t *testing.T) {
	i := testIssuer()
	for _, when := range []string{"2026-11-21T00:00:00Z", "1999-12-31T23:59:59Z"} {
		p := proof{Type: "DataIntegrityProof", Created: when, Method: i.keyURL("new"), Suite: "eddsa-rdfc-2022", Purpose: "assertionMethod"}
		contexts := []any{credentialsContext, openBadgesContext}
		kept, err := p.canonical(contexts)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := p.canonize(contexts, when)
		if err != nil || kept != whole {
			t.Errorf("kept %s\nwhole %s, %v", kept, whole, err)
		}
	}
}

// What the first release signed verifies for ever, also when other keys sign: these files are never renewed.
func TestFirstCredentialsVerifyForEver(t *testing.T) {
	i := testIssuer()
	if *update {
		for _, form := range []Form{JWT, Integrity} {
			signed, err := i.Credential(testFacts(), form, testFacts().From)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join("testdata", "first."+string(form)), signed, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	i.Key, i.KeyID = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)), "old" // another one signs now
	read := func(form Form) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", "first."+string(form)))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if _, err := verifyToken(string(read(JWT)), i.Public); err != nil {
		t.Error(err)
	}
	if err := verifyProof(read(Integrity), i.Public); err != nil {
		t.Error(err)
	}
}

func TestForeignContextsAndControlSignsAreRefused(t *testing.T) {
	if _, err := canonize(map[string]any{"@context": "https://example.org/context", "id": "urn:x"}); err == nil {
		t.Error("a foreign context was taken")
	}
	f := testFacts()
	f.Holder = "A\bB"
	if _, err := testIssuer().Credential(f, Integrity, f.From); !errors.Is(err, errControl) {
		t.Errorf("a control sign: %v", err)
	}
	if _, err := testIssuer().Credential(testFacts(), "xml", f.From); !errors.Is(err, ErrForm) {
		t.Errorf("a third form: %v", err)
	}
}

func TestStatusLists(t *testing.T) {
	i, now := testIssuer(), testFacts().From
	places := []int{0, 1, 9, 4711, ListSize - 1}
	signed, err := i.StatusList(3, Suspension, places, now, JWT)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := verifyToken(string(signed), i.Public)
	if claims["exp"].(float64) <= claims["nbf"].(float64) {
		t.Errorf("%v, %v", claims, err)
	}
	subject := claims["credentialSubject"].(map[string]any)
	if subject["statusPurpose"] != "suspension" || claims["id"] != "http://127.0.0.1:8931/credentials/status/3/suspension" {
		t.Errorf("%v", claims)
	}
	packed, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(subject["encodedList"].(string), "u"))
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := io.ReadAll(z)
	if err != nil || len(bits) != ListSize/8 {
		t.Fatalf("%d bytes, %v", len(bits), err)
	}
	var got []int
	for place := range ListSize {
		if bits[place/8]>>(7-place%8)&1 == 1 {
			got = append(got, place)
		}
	}
	if !slices.Equal(got, places) {
		t.Errorf("%v, want %v", got, places)
	}
	if signed, err = i.StatusList(3, Suspension, places, now, Integrity); err != nil || verifyProof(signed, i.Public) != nil {
		t.Errorf("with a proof: %v", err)
	}
	if _, err := i.StatusList(3, Suspension, []int{ListSize}, now, JWT); err == nil {
		t.Error("a place beyond the end was taken")
	}
}

func TestPublishedKeys(t *testing.T) {
	i := testIssuer()
	profile, err := i.Profile()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"new", "old"} {
		multikey, known, err := i.PublishedKey(id)
		if err != nil || !known || !strings.Contains(string(multikey), `"z6Mk`) || !strings.Contains(string(profile), i.keyURL(id)) {
			t.Errorf("%s: %s, %v", id, multikey, err)
		}
		if key, known, err := i.PublishedKey(id + ".jwk"); err != nil || !known || !strings.Contains(string(key), `"crv":"Ed25519"`) {
			t.Errorf("%s: %s, %v", id, key, err)
		}
	}
	for _, id := range []string{"", "x", "new.pem", "..", ".jwk"} {
		if _, known, _ := i.PublishedKey(id); known {
			t.Errorf("%q is a key", id)
		}
	}
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

// randomFacts have texts that hold what names hold, and what breaks other formats.
func randomFacts(r *rand.Rand) Facts {
	texts := []string{"Әйгерім", "O'Neill", `"quoted"`, `back\slash`, "two\nlines", "tab\t", "<b>&amp;</b>", "urn:x:0", "_:b0", "@id", "https://example.org/x", "  ", "Ďuriš", "\U0001F600", ""}
	text := func() string { return texts[r.IntN(len(texts))] + texts[r.IntN(len(texts))] }
	f := testFacts()
	f.Serial = strconv.Itoa(r.IntN(1e9))
	f.Address += f.Serial
	f.Holder, f.HolderLatin, f.Title, f.Narrative = text(), text(), text(), text()
	f.Key, f.Hours = text(), []string{"", "0", "24", "4.5", "0.25"}[r.IntN(5)]
	f.Version, f.Programme, f.Participation = r.IntN(5), r.IntN(2) == 0, r.IntN(2) == 0
	f.Place = Place{r.IntN(3), r.IntN(1 << 17)}
	f.From = f.From.AddDate(0, 0, r.IntN(1000))
	f.Until = time.Time{}
	if r.IntN(2) == 0 {
		f.Until = f.From.AddDate(2, 0, 0)
	}
	return f
}

// What is kept of others like it gives the same form as the document itself, whatever the texts are.
func TestTheKeptFormIsTheDocuments(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	same := randomFacts(r)
	for n := range 150 {
		f := randomFacts(r)
		if n%2 == 0 { // of a form that is kept
			own := f
			f = same
			f.Serial, f.Address, f.Holder, f.HolderLatin, f.Place = own.Serial, own.Address, own.Holder, own.HolderLatin, own.Place
		}
		b, err := testIssuer().badge(f)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := write(b)
		if err != nil {
			t.Fatal(err)
		}
		var document map[string]any
		if err := json.Unmarshal(raw, &document); err != nil {
			t.Fatal(err)
		}
		want, err1 := canonize(document)
		got, err2 := b.canonical()
		if got != want || (err1 == nil) != (err2 == nil) {
			t.Fatalf("%+v:\n%s, %v\nwant\n%s, %v", f, got, err2, want, err1)
		}
	}
}

func TestWhatNoContextKnowsIsNotSigned(t *testing.T) {
	_, err := canonize(map[string]any{"@context": []any{credentialsContext, openBadgesContext}, "id": "urn:x", "type": "VerifiableCredential", "unheardOf": "x"})
	if err == nil {
		t.Error("a term was left out of what is signed")
	}
}

func TestFormsAreBounded(t *testing.T) {
	var f forms
	for n := range maxForms + 2 {
		marked := `{"@context": "` + credentialsContext + `", "id": "urn:x:` + strconv.Itoa(n) + `", "type": "VerifiableCredential"}`
		if n > 3 && n < maxForms-2 {
			f.kept[marked] = f.kept[`{"@context": "`+credentialsContext+`", "id": "urn:x:0", "type": "VerifiableCredential"}`]
			continue
		}
		if _, err := f.of([]byte(marked)); err != nil || len(f.kept) > maxForms {
			t.Fatalf("%d forms are kept, %v", len(f.kept), err)
		}
	}
	if len(f.kept) > 2 {
		t.Errorf("%d are left", len(f.kept))
	}
}

func BenchmarkFirstOfItsForm(b *testing.B) {
	i, f := testIssuer(), testFacts()
	for n := range b.N {
		f.Title = strconv.Itoa(n)
		if _, err := i.Credential(f, Integrity, f.From); err != nil {
			b.Fatal(err)
		}
	}
}
