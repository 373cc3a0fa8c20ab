// Package gateway is the door of the live wing: WHIP (RFC 9725) to publish and WHEP (draft-ietf-wish-whep) to
// play, each with a ticket as bearer token.
package gateway
