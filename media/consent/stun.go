package consent

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the norm's choice (RFC 8489, 14.5)
	"encoding/binary"
	"hash/crc32"
	"net/netip"
)

// Messages and attributes of STUN (RFC 8489) and ICE (RFC 8445, 16.1).
const (
	headerSize = 20
	cookie     = 0x2112A442
	request    = 0x0001
	success    = 0x0101

	attrUsername     = 0x0006
	attrIntegrity    = 0x0008
	attrMapped       = 0x0020
	attrPriority     = 0x0024
	attrUseCandidate = 0x0025
	attrFingerprint  = 0x8028
	attrControlled   = 0x8029
	attrOptional     = 0x8000 // from here on an attribute may be left aside

	integritySize   = 4 + sha1.Size
	fingerprintSize = 4 + 4
	fingerprintMask = 0x5354554e
)

// message is what a check or its answer says. It points into the datagram.
type message struct {
	raw      []byte
	kind     uint16
	id       [12]byte
	username []byte
	// sealed is where the proof of origin stands.
	sealed int
	// strange tells an attribute that must be understood and is not one of an ordinary check, or a peer that believes to
	// be controlled as we are.
	strange bool
}

// isCheck tells by a few bytes what parse may find to be a check or an answer.
func isCheck(b []byte) bool {
	return len(b) >= headerSize && b[0] <= 1 && b[1] == 1 && binary.BigEndian.Uint32(b[4:]) == cookie
}

// parse reads a datagram, and tells whether it is a whole message with a proof of origin.
func parse(b []byte) (m message, ok bool) {
	if !isCheck(b) || int(binary.BigEndian.Uint16(b[2:])) != len(b)-headerSize || len(b)%4 != 0 {
		return m, false
	}
	m.raw, m.kind, m.id = b, binary.BigEndian.Uint16(b), [12]byte(b[8:])
	for at := headerSize; at+4 <= len(b); {
		kind, size := binary.BigEndian.Uint16(b[at:]), int(binary.BigEndian.Uint16(b[at+2:]))
		value := at + 4
		if size > len(b)-value {
			return m, false
		}
		switch kind {
		case attrIntegrity:
			m.sealed = at
			return m, size == sha1.Size && isFingerprint(b[value+size:])
		case attrUsername:
			m.username = b[value : value+size]
		case attrControlled:
			m.strange = true
		case attrPriority, attrUseCandidate, attrMapped:
		default:
			m.strange = m.strange || kind < attrOptional
		}
		at = value + (size+3)&^3
	}
	return m, false
}

// isFingerprint tells whether b is nothing or a fingerprint, which alone may follow the proof. What it says is of no use to
// who has that.
func isFingerprint(b []byte) bool {
	return len(b) == 0 || len(b) == fingerprintSize && binary.BigEndian.Uint32(b) == attrFingerprint<<16|4
}

// by tells whether a message was written by somebody who knows a password.
func (m *message) by(password []byte) bool {
	mac := proof(m.raw[:m.sealed], password)
	return hmac.Equal(mac[:], m.raw[m.sealed+4:m.sealed+integritySize])
}

// proof is what stands in the attribute of integrity that follows b.
func proof(b, password []byte) (mac [sha1.Size]byte) {
	var head [headerSize]byte
	copy(head[:], b)
	binary.BigEndian.PutUint16(head[2:], uint16(len(b)-headerSize+integritySize)) //nolint:gosec // a datagram's
	h := hmac.New(sha1.New, password)
	h.Write(head[:])
	h.Write(b[headerSize:])
	h.Sum(mac[:0])
	return mac
}

// begin begins a message.
func begin(b []byte, kind uint16, id [12]byte) []byte {
	b = binary.BigEndian.AppendUint16(b, kind)
	b = binary.BigEndian.AppendUint16(b, 0) // its length, by end
	b = binary.BigEndian.AppendUint32(b, cookie)
	return append(b, id[:]...)
}

// attribute begins an attribute, whose value the caller appends.
func attribute(b []byte, kind uint16, size int) []byte {
	b = binary.BigEndian.AppendUint16(b, kind)
	return binary.BigEndian.AppendUint16(b, uint16(size)) //nolint:gosec // a datagram's
}

// padded fills a message up to a whole word.
func padded(b []byte) []byte {
	return append(b, make([]byte, -len(b)&3)...)
}

// mapped appends the address that a check came from, exclusive or with what the header says (RFC 8489, 14.2).
func mapped(b []byte, from netip.AddrPort) []byte {
	head := b
	family, size := byte(1), 4
	if from.Addr().Is6() {
		family, size = 2, 16
	}
	b = attribute(b, attrMapped, 4+size)
	b = append(b, 0, family)
	b = binary.BigEndian.AppendUint16(b, from.Port()^cookie>>16)
	ip := from.Addr().As16()
	for i, each := range ip[16-size:] {
		b = append(b, each^head[4+i])
	}
	return b
}

// end appends the proof of origin and the fingerprint. The message begins where b does.
func end(b, password []byte) []byte {
	mac := proof(b, password)
	b = append(attribute(b, attrIntegrity, len(mac)), mac[:]...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)-headerSize+fingerprintSize)) //nolint:gosec // a datagram's
	sum := crc32.ChecksumIEEE(b) ^ fingerprintMask
	return binary.BigEndian.AppendUint32(attribute(b, attrFingerprint, 4), sum)
}
