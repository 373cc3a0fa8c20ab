package lms

// The things that ids point to. They carry no fields here: each slice has its own view of a thing, and
// all of them agree on what identifies it.
type (
	// Person is somebody with an account: trainee, trainer, coordinator, anybody.
	Person struct{}
	// Organisation is whom a person works for.
	Organisation struct{}
	// Centre is a place where people study together.
	Centre struct{}
	// Membership is one role of one person, with its ground.
	Membership struct{}
	// Session is one sign-in on one device.
	Session struct{}
	// Course is a course in all its versions.
	Course struct{}
	// Version is one published, immutable state of a course.
	Version struct{}
	// Cohort is a group that takes a course together.
	Cohort struct{}
	// Enrolment is one person's study of one course.
	Enrolment struct{}
	// Attempt is one try at a quiz or an interview.
	Attempt struct{}
	// Answer is one saved answer of an attempt; its id is made on the device.
	Answer struct{}
	// Submission is a worksheet or a file that was handed in.
	Submission struct{}
	// Post is one contribution to a discussion.
	Post struct{}
	// Table is where members of a cohort do an exercise together; Message is what one of them wrote there.
	Table   struct{}
	Message struct{}
	// Certificate is what a person can show for a course or a programme.
	Certificate struct{}
	// Programme is what must be done to be certified; ProgrammeVersion is one published state of it.
	Programme        struct{}
	ProgrammeVersion struct{}
	// Participation is one person in one programme.
	Participation struct{}
	// Day is an in-person day of a programme.
	Day struct{}
	// Evidence is what was learnt elsewhere, or practice that a trainer saw.
	Evidence struct{}
	// Template is what certificates of a programme look like in a language.
	Template struct{}
	// Picture is a logo or a signature that templates show.
	Picture struct{}
	// Batch is many certificates at once: issued, or as papers in one file.
	Batch struct{}
	// Recognition is that somebody recognises an issuer's certificates.
	Recognition struct{}
	// Import is one table of people that was read.
	Import struct{}
	// Indicator is a number defined as data; Report is a document of them.
	Indicator struct{}
	Report    struct{}
	// Hook is whom the program tells of what happened.
	Hook struct{}
)
