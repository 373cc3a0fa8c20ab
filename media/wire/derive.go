package wire

import (
	"crypto/aes"
	"crypto/cipher"
)

// Labels of the key derivation (RFC 3711, 4.3.1).
const (
	labelKey  = 0x00
	labelSalt = 0x02
)

// derive gives n bytes of a session key or salt from the master's (RFC 3711, 4.3.1 and 4.3.3), for a key
// derivation rate of zero.
func derive(masterKey, masterSalt []byte, label byte, n int) ([]byte, error) {
	block, err := aes.NewCipher(masterKey)
	if err != nil {
		return nil, err
	}
	var iv [aes.BlockSize]byte
	copy(iv[:14], masterSalt)
	iv[7] ^= label
	out := make([]byte, n)
	cipher.NewCTR(block, iv[:]).XORKeyStream(out, out)
	return out, nil
}
