// Package mail sends mails. A mail is queued in the transaction that causes it, so that there is none without a
// cause and no cause without its mail; a worker takes what is due and hands it to a transport: a server (SMTP,
// RFC 5321) or, in a demonstration, a folder.
//
// A mail goes out once. Only a program that dies between the server's "accepted" and its own note of it tries the
// same mail again, after [lease], under the same Message-ID; and a calendar file says nothing new the second time.
package mail
