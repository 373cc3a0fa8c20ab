package wire

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// Header is what the server writes before a payload of its own making or another's.
type Header struct {
	// Number is the sequence number with its rollovers counted: the low 16 bits go out.
	Number uint64
	Time   uint32
	SSRC   uint32
	Type   uint8
	Marker bool
	// Transport is the transport-wide sequence number, sent as the extension TransportID; 0 leaves it out.
	Transport   uint16
	TransportID uint8
}

// Sizes of what surrounds a payload, in bytes.
const (
	fixedHeader     = 12
	extensionHeader = 8 // a one-byte extension of two bytes (RFC 8285), padded to words
	overhead        = fixedHeader + extensionHeader + maxTag
	maxTag          = 16
	maxPad          = 32
)

// size is the header's length in bytes.
func (h *Header) size() int {
	if h.TransportID == 0 {
		return fixedHeader
	}
	return fixedHeader + extensionHeader
}

// put writes the header. pad tells that padding follows the payload.
func (h *Header) put(b []byte, pad bool) {
	b[0] = 2 << 6
	if pad {
		b[0] |= 0x20
	}
	b[1] = h.Type
	if h.Marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], uint16(h.Number)) //nolint:gosec // the low bits are meant
	binary.BigEndian.PutUint32(b[4:], h.Time)
	binary.BigEndian.PutUint32(b[8:], h.SSRC)
	if h.TransportID == 0 {
		return
	}
	b[0] |= 0x10
	binary.BigEndian.PutUint32(b[12:], 0xBEDE0001)
	b[16] = h.TransportID<<4 | 1
	binary.BigEndian.PutUint16(b[17:], h.Transport)
	b[19] = 0
}

// Session seals what goes to one peer. One goroutine seals; the route may be set by any.
type Session struct {
	// aead and salt are there for the GCM profiles (RFC 7714), slow for the others.
	aead cipher.AEAD
	salt [12]byte
	// nonce is scratch, kept here because what is handed to an interface would be allocated for each packet.
	nonce [12]byte
	slow  *srtp.Context

	route atomic.Pointer[Route]
}

// Route is where a peer is reached.
type Route struct {
	// Socket and Address are there for a peer that is reached by datagrams.
	Socket  *Socket
	address sockaddr
	// Stream takes sealed packets for a peer behind TCP or a relay. It must not block.
	Stream func(packet []byte)
}

// ErrProfile is returned for an SRTP profile that is not spoken.
var ErrProfile = errors.New("unknown SRTP profile")

// NewSession makes a session from the master key and salt that DTLS agreed on for our direction.
func NewSession(profile srtp.ProtectionProfile, key, salt []byte) (*Session, error) {
	s := &Session{}
	switch profile {
	case srtp.ProtectionProfileAeadAes128Gcm, srtp.ProtectionProfileAeadAes256Gcm:
		sessionKey, err := derive(key, salt, labelKey, len(key))
		if err != nil {
			return nil, fmt.Errorf("deriving the session key: %w", err)
		}
		sessionSalt, err := derive(key, salt, labelSalt, len(s.salt))
		if err != nil {
			return nil, fmt.Errorf("deriving the session salt: %w", err)
		}
		copy(s.salt[:], sessionSalt)
		block, err := aes.NewCipher(sessionKey)
		if err != nil {
			return nil, err
		}
		s.aead, err = cipher.NewGCM(block)
		return s, err
	case srtp.ProtectionProfileAes128CmHmacSha1_80:
		var err error
		s.slow, err = srtp.CreateContext(key, salt, profile)
		return s, err
	}
	return nil, fmt.Errorf("%w: %v", ErrProfile, profile)
}

// SetRoute says where the peer is reached from now on; nil sends nothing.
func (s *Session) SetRoute(r *Route) { s.route.Store(r) }

// Tag is how many bytes sealing adds.
func (s *Session) Tag() int {
	if s.aead != nil {
		return 16
	}
	return 10
}

// seal writes a sealed packet at the beginning of b and gives its length. pad is how many bytes of padding
// follow the payload. b has room for payload, pad and overhead.
func (s *Session) seal(b []byte, h *Header, payload []byte, pad int) (int, error) {
	head := h.size()
	h.put(b, pad > 0)
	n := head + copy(b[head:], payload)
	if pad > 0 {
		clear(b[n : n+pad])
		n += pad
		b[n-1] = byte(pad)
	}
	if s.aead == nil {
		return s.sealSlowly(b, n)
	}
	// The nonce of RFC 7714, 8.1: SSRC, rollover counter and sequence number, exclusive or the salt.
	s.nonce = s.salt
	nonce := s.nonce[:]
	binary.BigEndian.PutUint32(nonce[2:], binary.BigEndian.Uint32(nonce[2:])^h.SSRC)
	binary.BigEndian.PutUint32(nonce[6:], binary.BigEndian.Uint32(nonce[6:])^uint32(h.Number>>16)) //nolint:gosec // 32 bits of rollovers
	binary.BigEndian.PutUint16(nonce[10:], binary.BigEndian.Uint16(nonce[10:])^uint16(h.Number))   //nolint:gosec // the low bits are meant
	sealed := s.aead.Seal(b[head:head], nonce, b[head:n], b[:head])
	return head + len(sealed), nil
}

func (s *Session) sealSlowly(b []byte, n int) (int, error) {
	var h rtp.Header
	if _, err := h.Unmarshal(b[:n]); err != nil {
		return 0, err
	}
	out, err := s.slow.EncryptRTP(nil, b[:n], &h)
	if err != nil {
		return 0, err
	}
	return copy(b, out), nil
}
