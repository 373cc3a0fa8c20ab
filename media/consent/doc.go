// Package consent keeps asking a peer whether it still wants what is sent to it, and answers when it asks us (RFC 7675),
// once ICE has found the way to it (RFC 8445). ICE's own library would do it, at ten times the price: with hundreds of
// viewers who do little else than ask, a fifth of a server's time.
//
// It takes only what is ordinary: authentic checks from the address that media is sent to, and the answers to its own.
// Everything else, and one of these now and then, goes on to ICE, which decides as before when a peer is gone and which
// way is taken.
package consent
