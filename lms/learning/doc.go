// Package learning keeps what one person has done with a course: enrolment, attempts and answers,
// worksheets, files, posts, progress and completion; and what trainers do about it: marks, dates,
// attendance, reports.
//
// What a trainee does arrives under an id made on the device, so a repeat is the same thing. Answers are
// appended; the highest revision of a question counts, whatever the order of arrival. Progress follows
// from what was done by pure functions (progress.go, outcome.go); an enrolment carries its sum (counts, score
// and one mark an activity) and is stored in the same statement as the activity's progress.
//
// Locks are always taken in one order, attempt before enrolment, and each write path locks the row whose
// facts it decides on: an answer and its attempt's submission can then not miss each other.
package learning
