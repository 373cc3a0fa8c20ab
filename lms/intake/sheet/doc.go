// Package sheet reads the tables that people have: CSV as any spreadsheet program writes it, and XLSX. It
// finds out the encoding and the separator, hands over the rows one by one with their line numbers, and
// keeps to limits, whatever the file says of itself.
//
// What a cell means is not decided here: its text is handed over as it stands in the file. In XLSX a date is
// the number that Excel counts days with (45356), and a number is written out without an exponent.
package sheet
