// Package account keeps people: who they are, where they belong, which roles they hold on which ground,
// and how they prove who they are.
//
// A session begins with a password or a printed one-time code and lives in two tokens. The access token is
// an EdDSA JWT of some minutes that names the person, the session and the roles, so that no request asks
// the database who is there. The refresh token is random, is kept as a hash, and changes at each use; one
// that was used before ends the session, except within a short grace that lets two tabs refresh at once.
//
// Whatever changes a person's rights (blocking, a role taken, signing out everywhere) makes the tokens
// from before void at once in this process.
package account
