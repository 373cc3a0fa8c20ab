// Package webinar keeps webinars on the calendar: who may come and as what (it writes the tickets of the live wing),
// what happened there (it reads the journal), and the minutes of each person, by whichever device or site.
package webinar
