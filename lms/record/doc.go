// Package record keeps grades, credits, certificates and frozen reports in a chain of hashes, so that an edit behind
// the program's back is noticed and named.
//
// Whoever writes such a fact calls [Append] in the same transaction: by the program and never by a trigger, for a
// trigger would take an edit by hand for a fact. An entry holds
//
//	digest = SHA-256(salt ‖ content)
//
// where the content is a JSON array of the row's columns that matter, made by one SQL expression, the same when the
// fact is written and when it is verified. The newest entry of a row must fit the row as it is now; earlier ones are
// its history. Entries are written unchained; one worker at a time ([Book.Chain]) puts them into the chain:
//
//	hash(1)   = SHA-256(line ‖ 32 zero bytes ‖ entry(1))
//	hash(n)   = SHA-256(line ‖ hash(n-1) ‖ entry(n))
//	entry     = position ‖ number ‖ microseconds since 1970 ‖ digest ‖ kind
//	line      = "mostik record 1\n"
//
// with numbers as 8 bytes, the highest first. After each batch the end of the chain is signed with the key that seals
// certificates. A signed head that is kept elsewhere ([Head.String]) proves later that nothing before it was rewritten,
// not even by somebody who holds the database and its keys.
//
// Erasing a person takes key, person and salt out of their entries. Without the salt a digest can be tied to nobody,
// and the chain, which knows digests only, still fits. The erasure is an entry itself and names those that it emptied:
// an entry that was emptied by anything else is found.
package record
