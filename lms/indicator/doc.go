// Package indicator says what a number in a donor's report is, as data, and which numbers must not be printed: small
// ones, and those from which a small one could be told. It is pure: values in, values out.
//
// An indicator counts persons or attendances: somebody at three events is one person and three attendances.
package indicator
