package certificate_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/credential"
)

// token reads a signed token without its signature: that is lms/credential's to test.
func token(t *testing.T, signed []byte) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(string(signed), claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// standing reads what a stranger finds in the lists that a credential points to.
func (b *bench) standing(claims jwt.MapClaims) (set []string) {
	b.T.Helper()
	for _, s := range claims["credentialStatus"].([]any) {
		s := s.(map[string]any)
		var place int
		if err := json.Unmarshal([]byte(s["statusListIndex"].(string)), &place); err != nil {
			b.T.Fatal(err)
		}
		purpose := s["statusPurpose"].(string)
		signed, err := b.StatusList(b.T.Context(), 1, credential.Purpose(purpose), credential.JWT)
		if err != nil {
			b.T.Fatal(err)
		}
		list := token(b.T.(*testing.T), signed)
		if list["id"] != s["statusListCredential"] || list["iss"] != claims["iss"] {
			b.T.Errorf("the list is %v, the credential points to %v", list["id"], s["statusListCredential"])
		}
		packed, err := base64.RawURLEncoding.DecodeString(list["credentialSubject"].(map[string]any)["encodedList"].(string)[1:])
		if err != nil {
			b.T.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			b.T.Fatal(err)
		}
		bits, err := io.ReadAll(z)
		if err != nil {
			b.T.Fatal(err)
		}
		if bits[place/8]>>(7-place%8)&1 == 1 {
			set = append(set, purpose)
		}
	}
	return set
}

// A credential follows its certificate through its life, by the lists and not by itself.
func TestACredentialThroughItsLife(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("life", "KZ"))
	serial := b.issue(award)
	holder := lms.Actor{Person: award.Person}
	signed, err := b.Credential(t.Context(), holder, serial, credential.JWT)
	if err != nil {
		t.Fatal(err)
	}
	claims := token(t, signed)
	raw, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{award.Holder, award.Title, `"Certification"`, `"creditsEarned":24`, "/verify/" + serial} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the credential does not say %s", want)
		}
	}
	if strings.Contains(string(raw), award.Person.String()) || strings.Contains(string(raw), award.Participation.String()) {
		t.Error("the credential tells an account")
	}
	again, err := b.Credential(t.Context(), holder, serial, credential.JWT)
	if err != nil || !bytes.Equal(again, signed) {
		t.Errorf("the second download differs: %v", err)
	}
	desk := b.may(lms.Coordinator, lms.CountryGround("KZ"))
	for _, step := range []struct {
		act  certificate.Act
		want []string
	}{
		{"", nil}, {certificate.Suspend, []string{"suspension"}}, {certificate.Reinstate, nil}, {certificate.Revoke, []string{"revocation"}},
	} {
		if step.act != "" {
			if err := b.Change(t.Context(), desk, serial, step.act, "A reason."); err != nil {
				t.Fatal(err)
			}
		}
		b.now = b.now.Add(time.Minute) // a list may be a minute old
		if got := b.standing(claims); !slices.Equal(got, step.want) {
			t.Errorf("after %q the lists say %v, want %v", step.act, got, step.want)
		}
	}
}

func TestWhoMayTakeACredential(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("rights", "KZ"))
	serial := b.issue(award)
	for who, actor := range map[string]lms.Actor{
		"a stranger with an account": {Person: b.passed(b.aProgramme("other", "KZ")).Person}, "a coordinator of TJ": b.may(lms.Coordinator, lms.CountryGround("TJ")),
	} {
		if _, err := b.Credential(t.Context(), actor, serial, credential.JWT); lms.KindOf(err) != lms.NotFound {
			t.Errorf("%s: %v", who, err)
		}
	}
	if _, err := b.Credential(t.Context(), b.may(lms.Coordinator, lms.CountryGround("KZ")), serial, credential.Integrity); err != nil {
		t.Errorf("a coordinator of KZ: %v", err)
	}
	if _, err := b.Credential(t.Context(), lms.Actor{Person: award.Person}, serial, "xml"); code(err) != "form-unknown" {
		t.Errorf("a third form: %v", err)
	}
	for _, list := range []int{2, 99} {
		if _, err := b.StatusList(t.Context(), list, credential.Revocation, credential.JWT); lms.KindOf(err) != lms.NotFound {
			t.Errorf("list %d: %v", list, err)
		}
	}
	if _, err := b.StatusList(t.Context(), 1, "message", credential.JWT); lms.KindOf(err) != lms.NotFound {
		t.Errorf("a purpose that is none: %v", err)
	}
}

// Places are drawn by lot: no two certificates share one, and their order says nothing.
func TestPlacesAreDrawnByLot(t *testing.T) {
	b := newBench(t)
	id, version := b.programme("lot", "KZ")
	for range 20 {
		award := b.passed(id, version, "KZ", "Name")
		if _, err := b.Credential(t.Context(), lms.Actor{Person: award.Person}, b.issue(award), credential.JWT); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.Int(`SELECT count(DISTINCT (list, place)) FROM certificate_places`); n != 20 {
		t.Errorf("%d places for 20", n)
	}
	if b.Int(`SELECT count(*) FROM (SELECT place > lag(place) OVER (ORDER BY certificate_id) AS up FROM certificate_places) x WHERE up`) == 19 {
		t.Error("the places are in the order of issue")
	}
}

// A list that was made before the clock was put back is not handed out until the clock is there again.
func TestAListOfAClockThatWasPutBackIsMadeAnew(t *testing.T) {
	b := newBench(t)
	award := b.passed(b.aProgramme("clock", "KZ"))
	serial := b.issue(award)
	signed, err := b.Credential(t.Context(), lms.Actor{Person: award.Person}, serial, credential.JWT)
	if err != nil {
		t.Fatal(err)
	}
	claims := token(t, signed)
	if set := b.standing(claims); set != nil {
		t.Fatalf("set at once: %v", set)
	}
	before, err := b.SerialList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(-time.Hour)
	if err := b.Change(t.Context(), b.may(lms.Coordinator, lms.CountryGround("KZ")), serial, certificate.Revoke, "A reason."); err != nil {
		t.Fatal(err)
	}
	if set := b.standing(claims); !slices.Equal(set, []string{"revocation"}) {
		t.Errorf("the lists say %v", set)
	}
	if after, err := b.SerialList(t.Context()); err != nil || token(t, []byte(after))["revoked"] == token(t, []byte(before))["revoked"] {
		t.Errorf("the list of serials is the old one, %v", err)
	}
}
