// Package report counts for whoever pays. Indicators are data; a report is some of them for one programme, one period
// and one country or all; what is small or would give something small away is not printed; a frozen report is the bytes
// that were handed over, and the same data give the same bytes.
//
// Everything is counted from the rows, never from kept sums, so that each number opens to what it is and, for whoever
// may, to its people. Who counts: everybody with a participation in the programme, withdrawn ones too, from the first
// thing they did. Somebody who was at a programme's webinar without being in the programme is a guest and not counted.
// Days are of UTC.
//
// Beneficiaries are totals with a source and an author. Nothing of the self-check for burnout is on the server, so
// nothing of it is counted.
package report
