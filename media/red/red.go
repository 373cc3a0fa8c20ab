// Package red reads and writes audio with redundancy (RFC 2198): a packet carries, before its own block, earlier ones
// again. Each earlier block has a header of four bytes, the last one of its own only a byte:
//
//	1 | type (7) | how much earlier (14) | length (10)    for each earlier block, the oldest first
//	0 | type (7)                                          for the packet's own
package red

import "errors"

// Bounds of an earlier block: how many timestamp ticks before the packet, and how many bytes.
const (
	MaxOffset = 1<<14 - 1
	MaxLength = 1<<10 - 1
	// MaxBlocks is how many blocks are read, the packet's own among them.
	MaxBlocks = 8
)

// Block is one of a packet's payloads.
type Block struct {
	Type uint8
	// Offset is how much earlier than the packet the block's time is, in ticks; 0 for the packet's own.
	Offset  uint32
	Payload []byte
}

// ErrPayload is returned for what is no payload with redundancy.
var ErrPayload = errors.New("not audio with redundancy")

// Parse appends the blocks of a payload, the oldest first and the packet's own last. They lie in the payload. Errors:
// ErrPayload.
func Parse(payload []byte, to []Block) ([]Block, error) {
	list, at := to, 0
	for {
		if at >= len(payload) || len(list)-len(to) == MaxBlocks {
			return to, ErrPayload
		}
		kind := payload[at] & 0x7f
		if payload[at]&0x80 == 0 {
			list = append(list, Block{Type: kind})
			at++
			break
		}
		if at+4 > len(payload) {
			return to, ErrPayload
		}
		offset := uint32(payload[at+1])<<6 | uint32(payload[at+2])>>2
		size := int(payload[at+2]&3)<<8 | int(payload[at+3])
		if size > len(payload) {
			return to, ErrPayload
		}
		list = append(list, Block{Type: kind, Offset: offset, Payload: payload[:size]}) // its length; its place is known later
		at += 4
	}
	own := len(list) - 1
	for i := len(to); i < own; i++ {
		size := len(list[i].Payload)
		if at+size > len(payload) {
			return to, ErrPayload
		}
		list[i].Payload = payload[at : at+size]
		at += size
	}
	list[own].Payload = payload[at:]
	return list, nil
}

// Begin appends the header of an earlier block. Its payload follows all headers.
func Begin(to []byte, kind uint8, offset uint32, length int) []byte {
	return append(to, 0x80|kind, byte(offset>>6), byte(offset<<2)|byte(length>>8), byte(length)) //nolint:gosec // within the bounds
}

// Own appends the header of the packet's own block, the last.
func Own(to []byte, kind uint8) []byte { return append(to, kind&0x7f) }
