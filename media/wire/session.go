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
	nonceSize       = 12
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
	// aead and the salt's twelve bytes are there for the GCM profiles (RFC 7714), slow for the others.
	aead     cipher.AEAD
	saltHigh uint64
	saltLow  uint32
	slow     *srtp.Context

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
		sessionSalt, err := derive(key, salt, labelSalt, nonceSize)
		if err != nil {
			return nil, fmt.Errorf("deriving the session salt: %w", err)
		}
		s.saltHigh, s.saltLow = binary.BigEndian.Uint64(sessionSalt), binary.BigEndian.Uint32(sessionSalt[8:])
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

// Touch reads what sealing and sending need, so that the memory is near by then. What it gives means nothing.
func (s *Session) Touch() (n int) {
	if s.aead != nil {
		n = s.aead.NonceSize()
	}
	if r := s.route.Load(); r != nil {
		n += r.size()
	}
	return n
}

// Tag is how many bytes sealing adds.
func (s *Session) Tag() int {
	if s.aead != nil {
		return 16
	}
	return 10
}

// nonce writes what makes the sealing of a packet the only one of its kind (RFC 7714, 8.1): SSRC, rollover counter and
// sequence number, exclusive or the salt.
func (s *Session) nonce(to *[nonceSize]byte, h *Header) {
	binary.BigEndian.PutUint64(to[:], s.saltHigh^(uint64(h.SSRC)<<16|h.Number>>32&0xffff))
	binary.BigEndian.PutUint32(to[8:], s.saltLow^uint32(h.Number)) //nolint:gosec // the rest of it
}

// seal writes a sealed packet at the beginning of b and gives its length. pad is how many bytes of padding
// follow the payload. b has room for payload, pad and overhead. nonce is the packet's, for the GCM profiles.
func (s *Session) seal(b []byte, h *Header, payload []byte, pad int, nonce []byte) (int, error) {
	head := h.size()
	h.put(b, pad > 0)
	if pad == 0 && s.aead != nil {
		return head + len(s.aead.Seal(b[head:head], nonce, payload, b[:head])), nil
	}
	n := head + copy(b[head:], payload)
	if pad > 0 {
		clear(b[n : n+pad])
		n += pad
		b[n-1] = byte(pad)
	}
	if s.aead == nil {
		return s.sealSlowly(b, n)
	}
	return head + len(s.aead.Seal(b[head:head], nonce, b[head:n], b[:head])), nil
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
