// Package certificate issues, seals, draws and verifies certificates.
//
// A certificate is a [Claim]: a copy of the facts on the day, so that a course or a person renamed
// later does not rewrite the past. The claim's canonical bytes are signed with Ed25519 (RFC 8032), and
// the bytes that were signed are the bytes that are stored. Bytes and signature together are a sealed
// claim, which the QR code on the paper carries after the address of the public page:
//
//	https://mostik.example/verify/7F4K-M2XP-9QWT3#<key id>.<claim, base64url>.<signature, base64url>
//
// What follows the # never leaves the reader's device, so a stranger with the published keys can check
// the paper without any network, and one with a network asks the server for the state of the day.
package certificate
