package credential

import (
	"crypto/sha512"
	"encoding/base64"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// markBytes is how much of a serial's hash a list of serials holds. 48 bits tell a genuine serial from any other; and
// they do not tell the serial, for of all there could be some four thousand share each mark.
const markBytes = 6

// Mark is how a serial stands in a list of serials: the first bytes of SHA-512 over a line and the serial.
func Mark(serial string) string {
	sum := sha512.Sum512([]byte("mostik status\n" + serial))
	return base64.RawURLEncoding.EncodeToString(sum[:markBytes])
}

// SerialList is what becomes of papers, for those who check a seal without a network: the marks of serials that stand
// no more and of those that are suspended, one after the other, as a signed token.
func (i Issuer) SerialList(revoked, suspended []string, now time.Time) (string, error) {
	marks := func(serials []string) string {
		var b strings.Builder
		for _, s := range serials {
			b.WriteString(Mark(s))
		}
		return b.String()
	}
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
		"iss": i.ID(), "nbf": now.Unix(), "revoked": marks(revoked), "suspended": marks(suspended),
	})
	t.Header["kid"] = i.jwkURL(i.KeyID)
	return t.SignedString(i.Key)
}
