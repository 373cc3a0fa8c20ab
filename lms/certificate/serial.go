package certificate

import (
	"crypto/rand"
	"errors"
	"strings"
)

// alphabet has 31 signs, a prime number, and none that look alike (0 and O, 1, I and L).
const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// serialLength counts the random signs; one check sign follows. 31^12 is about 2^59.
const serialLength = 12

// ErrSerial says that a text cannot be a serial: it has the wrong length, a sign outside the alphabet,
// or a check sign that does not fit, as after a slip of the pen.
var ErrSerial = errors.New("not a certificate's serial")

// NewSerial draws an unguessable serial in its printed form, "7F4K-M2XP-9QWT3".
func NewSerial() string {
	signs := make([]byte, 0, serialLength+1)
	var pool [32]byte
	for len(signs) < serialLength {
		rand.Read(pool[:]) // never fails: crypto/rand ends the program instead
		for _, b := range pool {
			// 248 is the largest multiple of 31 in a byte: above it the draw would favour some signs.
			if b < 248 && len(signs) < serialLength {
				signs = append(signs, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	signs = append(signs, checkSign(string(signs)))
	return group(string(signs))
}

// ParseSerial reads what a person typed: lower case, spaces, missing hyphens, and Cyrillic letters that
// look like Latin ones are forgiven. It returns the printed form, or ErrSerial.
func ParseSerial(typed string) (string, error) {
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch {
		case r == '-' || r == ' ' || r == '\u00a0' || r == '\u2010' || r == '\u2011' || r == '\u2013':
			continue
		case lookAlikes[r] != 0:
			r = lookAlikes[r]
		}
		if r > 127 || strings.IndexByte(alphabet, byte(r)) < 0 || b.Len() > serialLength {
			return "", ErrSerial
		}
		b.WriteByte(byte(r))
	}
	s := b.String()
	if len(s) != serialLength+1 || checkSign(s[:serialLength]) != s[serialLength] {
		return "", ErrSerial
	}
	return group(s), nil
}

// lookAlikes maps Cyrillic capitals to the Latin ones that a Russian keyboard's owner meant.
var lookAlikes = map[rune]rune{
	'А': 'A', 'В': 'B', 'Е': 'E', 'К': 'K', 'М': 'M', 'Н': 'H', 'Р': 'P', 'С': 'C', 'Т': 'T', 'У': 'Y', 'Х': 'X',
}

// checkSign is a sum weighted by place, modulo the prime 31: it notices any one wrong sign and any two
// neighbours exchanged.
func checkSign(s string) byte {
	sum := 0
	for i := range len(s) {
		sum += (i + 2) * strings.IndexByte(alphabet, s[i])
	}
	return alphabet[sum%len(alphabet)]
}

func group(s string) string { return s[:4] + "-" + s[4:8] + "-" + s[8:] }
