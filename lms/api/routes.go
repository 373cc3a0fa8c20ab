package api

// routeFiles are the files that declare routes, one a slice, in the order of the document. A new file adds
// its line here.
var routeFiles = []func(*Server, *router){
	(*Server).authRoutes,
	(*Server).meRoutes,
	(*Server).peopleRoutes,
	(*Server).importRoutes,
	(*Server).ruleRoutes,
	(*Server).programmeRuleRoutes,
	(*Server).colleagueRuleRoutes,
	(*Server).adminRoutes,
	(*Server).studyRoutes,
	(*Server).attemptRoutes,
	(*Server).discussionRoutes,
	(*Server).practiceRoutes,
	(*Server).fileRoutes,
	(*Server).cohortRoutes,
	(*Server).teachRoutes,
	(*Server).authorRoutes,
	(*Server).paperRoutes,
	(*Server).certificateRoutes,
	(*Server).hookRoutes,
	(*Server).batchRoutes,
	(*Server).templateRoutes,
	(*Server).webinarRoutes,
	(*Server).attendanceRoutes,
	(*Server).mailRoutes,
	(*Server).programmeRoutes,
	(*Server).deskRoutes,
	(*Server).reportRoutes,
}
