// Package page draws the pages that must be tiny or work without a script, in Go: sign-in, the public
// verification of certificates, plain errors, and the shell in which the built pages run, with the first
// data of the page inside it.
package page
