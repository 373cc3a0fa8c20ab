// Package credential writes a certificate as an Open Badges 3.0 credential (1EdTech), which is a W3C Verifiable
// Credential (Data Model 2.0), secured in two ways that programs of others verify:
//
//   - as a JSON Web Token, signed with EdDSA (Open Badges 3.0, "JSON Web Token Proof Format"; VC-JOSE-COSE): a line of
//     text that most libraries can read;
//   - with a Data Integrity proof of the cryptosuite eddsa-rdfc-2022 (W3C VC-DI-EDDSA): a JSON document that is signed
//     by its meaning and not by its bytes.
//
// The issuer is a profile at a fixed address, which is the controller document of its keys too. Every key that ever
// signed has an address of its own below it, as a Multikey and as a JWK, so credentials of earlier keys verify for ever.
//
// Whether a credential still stands is a bit in a status list (W3C Bitstring Status List v1.0), a credential itself: one
// list says what was revoked or replaced, another what is suspended. A list holds 131,072 places and whoever fetches it
// does not tell which one they ask about.
//
// The package knows no table: callers hand in the facts. It reaches for no network: the JSON-LD contexts that it needs
// are built in, and any other is refused.
package credential
