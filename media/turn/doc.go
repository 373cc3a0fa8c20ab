// Package turn is a relay (TURN, RFC 8656) for those whose network lets little out: by UDP, TCP and TLS.
//
// It reaches one peer, our own media, and that inside the process: a relayed address is a number under Address, an
// address that no network carries (RFC 7600), and what a guest sends to any other peer is refused. So nothing of it
// can be used to reach anybody else, no port is opened for a guest, and no translation of addresses stands between
// relay and media.
//
// Ports are shared. Datagrams of guests come by the media port (Server.Share, told from the rest by RFC 7983), streams by
// the web server's (Split): STUN begins with a byte below four, and neither TLS nor HTTP does.
//
// Guests are known by credentials that expire (draft-uberti-behave-turn-rest): the name is "expiry:user", in seconds
// since 1970, the password the HMAC of the name. What has expired opens nothing new; what it opened before may go on
// while it is used, for a webinar lasts longer than a ticket.
package turn
