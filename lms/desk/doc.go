// Package desk is the coordinator's desk: who is certified, in what, where and until when; whom to remind; what
// to do with many people at once. Its figures are sums that the database keeps while things happen (decision
// 0009), so that they cost the same for a hundred people and for a hundred thousand. What depends on the day is
// told apart by the day itself: at midnight nothing has to run.
//
// Everything is counted and listed within the reader's scope. Whoever coordinates one country gets for another the
// answer for a country that does not exist.
package desk
