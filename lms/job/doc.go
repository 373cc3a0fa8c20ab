// Package job does what follows a commit. A use case enqueues a job inside its own transaction: the job
// exists exactly if the change does, and is then done at least once, also after a crash. So whatever a job
// does must bear being done twice.
//
// The workers are river's (github.com/riverqueue/river), and so is the form of the tables. A job's arguments
// hold ids, dates and choices, never names or addresses: they stay in the table for a day after the job is done.
package job
