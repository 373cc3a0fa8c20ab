// Package hook tells other programs of certificates and completions: by webhooks, and as xAPI statements to a learning
// record store.
//
// What happened is read from the record (lms/record), in the order of its chain, so nothing is missed, and whoever
// studies pays nothing for it. Deliveries are tried beside each other, and again, so that one may overtake another: the
// timestamp of a message tells which happened first. A crash between the answer and our note tells a thing twice, with
// the same id. A delivery names an entry of the record and keeps no words; what
// is sent is written from the rows of the moment, and holds ids, dates and figures, never a name or an address.
//
// A webhook is signed in the manner of Standard Webhooks: the heads webhook-id, webhook-timestamp (seconds) and
// webhook-signature, which is
//
//	"v1," + base64( HMAC-SHA256(key, id + "." + timestamp + "." + body) )
//
// with the key that was shown once, "whsec_" and base64. A receiver refuses a timestamp that is minutes old, and an id
// that it has seen. An LRS gets statements of xAPI 1.0.3 (2.0 reads them too): somebody, known to it by the id of their
// account here, completed a course or a programme, or earned a certificate.
//
// Anything but 2xx is tried again, ten seconds later and then ever more slowly, for three days. Addresses of loopback,
// of private and of local networks are refused when the connection is made, whatever the name said before, unless the
// operator allowed them.
package hook
