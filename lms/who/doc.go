// Package who is a filter over people as data: lists, selections, reminders and cohorts by rule speak it. It is
// read strictly from a query or from JSON, and becomes one condition in SQL that also keeps to the part of the
// world in which the reader may see people. Filter and rights are composed in one place, so that no list can
// have the one without the other.
//
// A filter has one JSON form: lists are sorted and hold nothing twice, what does not narrow is left out. What was
// stored is therefore compared as text.
package who
