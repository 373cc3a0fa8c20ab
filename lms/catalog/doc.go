// Package catalog keeps courses: it imports packages, publishes them as immutable versions, and holds
// the versions that are in use in memory, parsed and rendered.
//
// A version never changes, so everything that can be computed from it is computed once ([Loaded]): the
// order of activities, what each one waits for, questions with their prompts, lessons as HTML. What people
// do with a course is kept by lms/learning.
package catalog
