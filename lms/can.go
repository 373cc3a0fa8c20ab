package lms

import "slices"

// Action is something that an actor may or may not do. The table below is the only place that says who.
type Action string

// The actions. A use case asks for exactly one of them after it has loaded the facts.
const (
	// Study is everything that a person does in an enrolment of their own: pages, attempts, answers,
	// surveys, submissions. No role reads or does it for them.
	Study Action = "study"
	// OpenSealed reads and writes reflections and private worksheets. It stands apart from Study so that
	// the matrix shows that nobody but the owner has it.
	OpenSealed Action = "open-sealed"
	// ReadOwn covers a person's own profile, export and erasure.
	ReadOwn Action = "read-own"
	// Browse is the catalogue, and enrolling oneself where a course is open.
	Browse Action = "browse"
	// Discuss reads and writes the threads of an activity.
	Discuss Action = "discuss"

	// ReadCohort opens a cohort's report, its people and their progress.
	ReadCohort Action = "read-cohort"
	// ReadProgress opens one person's progress in a course: no answers, no sealed notes.
	ReadProgress Action = "read-progress"
	// Mark reads open answers, worksheets and files that were handed in, and marks them.
	Mark Action = "mark"
	// ReadSubmission fetches one file that was handed in.
	ReadSubmission Action = "read-submission"
	// ReadTables reads the tables of a cohort at an exercise: who sits there and what they wrote.
	ReadTables Action = "read-tables"
	// ReadStatistics reads question statistics, which name nobody.
	ReadStatistics Action = "read-statistics"
	// GrantAllowance gives a person one more attempt, more time or a later due date.
	GrantAllowance Action = "grant-allowance"
	// TakeAttendance says who was there.
	TakeAttendance Action = "take-attendance"
	// SetDates sets due dates and events of a cohort.
	SetDates Action = "set-dates"
	// Moderate hides a post.
	Moderate Action = "moderate"
	// ReadCertificate opens a certificate's PDF.
	ReadCertificate Action = "read-certificate"

	// ReadDraft is the author's view of a course: structure, coverage, problems, questions with answers.
	ReadDraft Action = "read-draft"
	// ImportCourse publishes a new version.
	ImportCourse Action = "import-course"
	// ReviewLanguage lifts the mark "translation not yet reviewed by a native speaker" from a language of a
	// course, and puts it back. A test that certifies follows from it, so it is not its authors' own word.
	ReviewLanguage Action = "review-language"
	// ReadPapers opens what facilitators need in the room: guides, run-sheets, games. It names nobody, so
	// whoever has it anywhere has it for every course.
	ReadPapers Action = "read-papers"

	// ReadWebinar opens a webinar and lets one in; the facts' owner is whoever was invited.
	ReadWebinar Action = "read-webinar"
	// HostWebinar is to lead it: whoever may is a host in the room.
	HostWebinar Action = "host-webinar"
	// SitWebinar is to come as the site of a centre, with its roster.
	SitWebinar Action = "sit-webinar"
	// ManageWebinar makes webinars, changes them and reads what happened there.
	ManageWebinar Action = "manage-webinar"

	// ReadReport reads what was said at a webinar and who was there, once it is over; the facts' owner is whoever led it.
	ReadReport Action = "read-report"
	// TakeFile takes a file along that stayed of a webinar, once it is over; the facts' owner is whoever led it or was there.
	TakeFile Action = "take-webinar-file"
	// CorrectAttendance reads who was there and says what was wrong with it; a facilitator for the own centre.
	CorrectAttendance Action = "correct-attendance"

	// ReadProgramme opens a programme: its rule, its days and webinars. It names nobody. A programme of all
	// countries is open to whoever has it anywhere.
	ReadProgramme Action = "read-programme"
	// ManageProgramme writes a programme and publishes its versions.
	ManageProgramme Action = "manage-programme"
	// ReadParticipation opens one person's standing in a programme, with its evidence.
	ReadParticipation Action = "read-participation"
	// Participate is what a person does in a programme of their own: join, hand evidence in.
	Participate Action = "participate"
	// EnrolParticipant puts people into a programme and withdraws them.
	EnrolParticipant Action = "enrol-participant"
	// DecideEvidence accepts or refuses what was handed in, and approves practice.
	DecideEvidence Action = "decide-evidence"

	// IssueCertificate issues for those who passed, and enters papers of the past.
	IssueCertificate Action = "issue-certificate"
	// ChangeCertificate suspends, reinstates, revokes, renews and issues anew.
	ChangeCertificate Action = "change-certificate"
	// ManageTemplates writes what certificates look like.
	ManageTemplates Action = "manage-templates"
	// ManageRecognition writes who recognises whose certificates.
	ManageRecognition Action = "manage-recognition"

	// ReadDesk is the coordinator's desk: sums, lists, funnel, what expires.
	ReadDesk Action = "read-desk"
	// ReadCallList lists whom to ring up, with their numbers.
	ReadCallList Action = "read-call-list"
	// Remind sends reminders.
	Remind Action = "remind"

	// ImportPeople reads people, enrolments and past results from a table, and takes an import back.
	ImportPeople Action = "import-people"
	// MergePeople makes two records of one person one.
	MergePeople Action = "merge-people"

	// ReadReports reads indicators and frozen reports of the own part of the world.
	ReadReports Action = "read-reports"
	// ManageReports defines indicators, enters totals and targets, and freezes.
	ManageReports Action = "manage-reports"

	// VerifyRecord reads the record and has it verified.
	VerifyRecord Action = "verify-record"
	// ManageHooks says whom the program tells of certificates and completions.
	ManageHooks Action = "manage-hooks"

	// ReadPerson sees a person's record in administration.
	ReadPerson Action = "read-person"
	// CreatePerson makes an account; the facts are where the person will belong.
	CreatePerson Action = "create-person"
	// EditPerson changes a person's record or signs them out.
	EditPerson Action = "edit-person"
	// BlockPerson blocks and unblocks an account.
	BlockPerson Action = "block-person"
	// ErasePerson and ExportPerson act for a person who asked for it.
	ErasePerson  Action = "erase-person"
	ExportPerson Action = "export-person"
	// IssueCode prints a one-time code, with which whoever holds it can sign in as the person.
	IssueCode Action = "issue-code"
	// GrantRole gives or takes a role; Facts.Role and the other facts describe the role and its ground.
	GrantRole Action = "grant-role"

	// ReadPlaces lists organisations and centres for administration.
	ReadPlaces Action = "read-places"
	// ManageOrganisation and ManageCentre make and change them.
	ManageOrganisation Action = "manage-organisation"
	ManageCentre       Action = "manage-centre"
	// ManageCohort makes and changes a cohort.
	ManageCohort Action = "manage-cohort"
	// Enrol puts people into a cohort and withdraws them.
	Enrol Action = "enrol"
	// ReadAttention lists what needs somebody's attention.
	ReadAttention Action = "read-attention"
	// ReadAudit reads who did what.
	ReadAudit Action = "read-audit"
	// ReadMail reads the mails that the program sends, and sends one again.
	ReadMail Action = "read-mail"
)

// Facts are what a use case knows of the thing that it is asked about. What does not apply stays empty;
// an empty fact fits no bounded grant.
type Facts struct {
	Owner   ID[Person]
	Country string
	Centre  ID[Centre]
	Course  ID[Course]
	Cohort  ID[Cohort]
	// Courses and Cohorts are those that a person studies in, for questions about a person.
	Courses []ID[Course]
	Cohorts []ID[Cohort]
	// Role is the role that is given or taken, for GrantRole only.
	Role Role
	// Holds are the roles that the person has to whom something is done, for actions with power over an
	// account: nobody gets at rights that they could not give.
	Holds []Holding
}

// Holding is a role of somebody, with the facts of its ground: a centre's country, a cohort's course and
// country. Everywhere tells a role without bound.
type Holding struct {
	Role       Role
	Everywhere bool
	Country    string
	Centre     ID[Centre]
	Course     ID[Course]
	Cohort     ID[Cohort]
}

func (h Holding) facts() Facts {
	return Facts{Role: h.Role, Country: h.Country, Centre: h.Centre, Course: h.Course, Cohort: h.Cohort}
}

// rule says who may do one action.
type rule struct {
	// anyone lets everybody who is signed in.
	anyone bool
	// owner lets the person whom the thing belongs to.
	owner bool
	// roles lets those who hold one of the roles on one of its grounds, where the ground fits the facts.
	roles map[Role][]GroundKind
	// seenBy is the action whose holder sees the thing and is therefore told "forbidden"; without it the
	// thing is not found.
	seenBy Action
	// power marks actions that give whoever does them the rights of the person they are done to.
	power bool
}

var (
	anyGround = []GroundKind{Everywhere, InCountry, InCourse, InCohort, InCentre}
	// ofPlaces leaves out those who answer for a course or a cohort only.
	ofPlaces = []GroundKind{Everywhere, InCountry, InCentre}
	// ofTeaching is a trainer's: a course, a cohort or all.
	ofTeaching = []GroundKind{Everywhere, InCourse, InCohort}
	ofCountry  = []GroundKind{Everywhere, InCountry}
	ofCourse   = []GroundKind{Everywhere, InCourse}
	ofCentre   = []GroundKind{InCentre}
	ofAll      = []GroundKind{Everywhere}
)

// table is the whole of the rights. testdata/can.golden draws it out, so that a change is a diff to review.
var table = map[Action]rule{
	Study:      {owner: true},
	OpenSealed: {owner: true},
	ReadOwn:    {owner: true},
	Browse:     {anyone: true},
	// Whoever may hide a post must be able to read it.
	Discuss: {owner: true, roles: map[Role][]GroundKind{Trainer: ofTeaching, Coordinator: anyGround}},

	ReadCohort: {roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Facilitator: ofCentre, Coordinator: anyGround, Admin: ofAll,
	}},
	ReadProgress: {roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Facilitator: ofCentre, Coordinator: anyGround, Admin: ofAll,
	}},
	// Those who administer do not read what people wrote; whoever must, is made a trainer, and that is on record.
	Mark:           {roles: map[Role][]GroundKind{Trainer: ofTeaching}, seenBy: ReadCohort},
	ReadSubmission: {owner: true, roles: map[Role][]GroundKind{Trainer: ofTeaching}},
	ReadTables:     {roles: map[Role][]GroundKind{Trainer: ofTeaching}, seenBy: ReadCohort},
	ReadStatistics: {seenBy: ReadCohort, roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Author: ofCourse, Coordinator: anyGround, Admin: ofAll,
	}},
	GrantAllowance: {seenBy: ReadProgress, roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Coordinator: anyGround, Admin: ofAll,
	}},
	TakeAttendance: {seenBy: ReadCohort, roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Facilitator: ofCentre, Coordinator: anyGround, Admin: ofAll,
	}},
	SetDates: {seenBy: ReadCohort, roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Coordinator: anyGround, Admin: ofAll,
	}},
	Moderate: {seenBy: Discuss, roles: map[Role][]GroundKind{Trainer: ofTeaching, Coordinator: anyGround}},
	ReadCertificate: {owner: true, roles: map[Role][]GroundKind{
		Coordinator: anyGround, Admin: ofAll,
	}},

	ReadDraft:      {roles: map[Role][]GroundKind{Author: ofCourse, Admin: ofAll}},
	ImportCourse:   {roles: map[Role][]GroundKind{Author: ofCourse, Admin: ofAll}, seenBy: ReadDraft},
	ReviewLanguage: {roles: map[Role][]GroundKind{Admin: ofAll}, seenBy: ReadDraft},
	ReadPapers: {roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Facilitator: ofCentre, Coordinator: anyGround, Author: ofCourse, Admin: ofAll,
	}},

	ReadWebinar: {owner: true, roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Facilitator: ofCentre, Interpreter: anyGround, Coordinator: anyGround, Admin: ofAll,
	}},
	HostWebinar:   {roles: map[Role][]GroundKind{Trainer: ofTeaching, Coordinator: anyGround}, seenBy: ReadWebinar},
	SitWebinar:    {roles: map[Role][]GroundKind{Facilitator: ofCentre}, seenBy: ReadWebinar},
	ManageWebinar: {roles: map[Role][]GroundKind{Trainer: ofTeaching, Coordinator: anyGround, Admin: ofAll}, seenBy: ReadWebinar},

	ReadReport: {owner: true, roles: map[Role][]GroundKind{Trainer: ofTeaching, Coordinator: anyGround, Admin: ofAll}},
	TakeFile:   {owner: true, roles: map[Role][]GroundKind{Trainer: ofTeaching, Coordinator: anyGround, Admin: ofAll}},
	CorrectAttendance: {owner: true, roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Facilitator: ofCentre, Coordinator: anyGround, Admin: ofAll,
	}},

	ReadProgramme: {roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Facilitator: ofCentre, Coordinator: anyGround, Author: ofCourse, Admin: ofAll,
	}},
	ManageProgramme: {roles: map[Role][]GroundKind{Coordinator: ofCountry, Admin: ofAll}, seenBy: ReadProgramme},
	ReadParticipation: {owner: true, roles: map[Role][]GroundKind{
		Trainer: ofTeaching, Facilitator: ofCentre, Coordinator: anyGround, Admin: ofAll,
	}},
	Participate:      {owner: true},
	EnrolParticipant: {roles: map[Role][]GroundKind{Coordinator: anyGround, Admin: ofAll}, seenBy: ReadParticipation},
	DecideEvidence:   {roles: map[Role][]GroundKind{Trainer: ofTeaching, Coordinator: anyGround}, seenBy: ReadParticipation},

	IssueCertificate:  {roles: map[Role][]GroundKind{Coordinator: ofPlaces, Admin: ofAll}, seenBy: ReadCertificate},
	ChangeCertificate: {roles: map[Role][]GroundKind{Coordinator: ofPlaces, Admin: ofAll}, seenBy: ReadCertificate},
	ManageTemplates:   {roles: map[Role][]GroundKind{Coordinator: ofCountry, Admin: ofAll}},
	ManageRecognition: {roles: map[Role][]GroundKind{Coordinator: ofCountry, Admin: ofAll}},

	ReadDesk: {roles: map[Role][]GroundKind{Coordinator: anyGround, Admin: ofAll}},
	ReadCallList: {roles: map[Role][]GroundKind{
		Facilitator: ofCentre, Coordinator: anyGround, Admin: ofAll,
	}},
	Remind: {roles: map[Role][]GroundKind{Coordinator: anyGround, Admin: ofAll}},

	ImportPeople: {roles: map[Role][]GroundKind{Coordinator: ofPlaces, Admin: ofAll}},
	MergePeople:  {roles: map[Role][]GroundKind{Coordinator: ofPlaces, Admin: ofAll}, seenBy: ReadPerson, power: true},

	ReadReports:   {roles: map[Role][]GroundKind{Coordinator: ofCountry, Admin: ofAll}},
	ManageReports: {roles: map[Role][]GroundKind{Coordinator: ofCountry, Admin: ofAll}, seenBy: ReadReports},

	VerifyRecord: {roles: map[Role][]GroundKind{Admin: ofAll}},
	ManageHooks:  {roles: map[Role][]GroundKind{Admin: ofAll}},

	ReadPerson: {roles: map[Role][]GroundKind{Coordinator: anyGround, Admin: ofAll}},
	CreatePerson: {roles: map[Role][]GroundKind{
		Coordinator: ofPlaces, Admin: ofAll,
	}, seenBy: ReadPerson},
	EditPerson: {roles: map[Role][]GroundKind{
		Coordinator: anyGround, Admin: ofAll,
	}, seenBy: ReadPerson, power: true},
	BlockPerson: {roles: map[Role][]GroundKind{
		Coordinator: ofPlaces, Admin: ofAll,
	}, seenBy: ReadPerson, power: true},
	ErasePerson: {roles: map[Role][]GroundKind{
		Coordinator: ofPlaces, Admin: ofAll,
	}, seenBy: ReadPerson, power: true},
	ExportPerson: {roles: map[Role][]GroundKind{
		Coordinator: ofPlaces, Admin: ofAll,
	}, seenBy: ReadPerson, power: true},
	IssueCode: {roles: map[Role][]GroundKind{
		Coordinator: anyGround, Admin: ofAll,
	}, seenBy: ReadPerson, power: true},
	GrantRole: {roles: map[Role][]GroundKind{
		Coordinator: anyGround, Admin: ofAll,
	}, seenBy: ReadPerson},

	ReadPlaces:         {roles: map[Role][]GroundKind{Coordinator: anyGround, Admin: ofAll}},
	ManageOrganisation: {roles: map[Role][]GroundKind{Coordinator: ofCountry, Admin: ofAll}, seenBy: ReadPlaces},
	ManageCentre:       {roles: map[Role][]GroundKind{Coordinator: ofCountry, Admin: ofAll}, seenBy: ReadPlaces},
	ManageCohort:       {roles: map[Role][]GroundKind{Coordinator: anyGround, Admin: ofAll}, seenBy: ReadCohort},
	Enrol:              {roles: map[Role][]GroundKind{Coordinator: anyGround, Admin: ofAll}, seenBy: ReadCohort},
	ReadAttention:      {roles: map[Role][]GroundKind{Coordinator: anyGround, Admin: ofAll}},
	ReadAudit:          {roles: map[Role][]GroundKind{Admin: ofAll}},
	ReadMail:           {roles: map[Role][]GroundKind{Admin: ofAll}},
}

// mayGive lists the roles that each role may give, always on a ground that its own covers. Trainees may be
// made by everybody who may give roles at all.
var mayGive = map[Role][]Role{
	Coordinator: {Trainee, Trainer, Facilitator, Interpreter},
	Admin:       Roles(),
}

// groundsOf lists the grounds on which a role means something; others are refused when it is given, so
// that nobody believes to hold a right that the table does not know.
var groundsOf = map[Role][]GroundKind{
	Trainee:     ofAll,
	Trainer:     ofTeaching,
	Author:      ofCourse,
	Facilitator: ofCentre,
	Interpreter: anyGround,
	Coordinator: anyGround,
	Admin:       ofAll,
}

// Check refuses a grant whose role is unknown, or whose ground is malformed or gives the role no meaning.
func (g Grant) Check() error {
	if !g.Role.Known() {
		return ErrInvalid("role", "role-unknown", "not one of the roles")
	}
	if err := g.Scope.Check(); err != nil {
		return err
	}
	if !slices.Contains(groundsOf[g.Role], g.Scope.Kind) {
		return ErrInvalid("scope/kind", "scope-unfit", "this role does not go with this kind of scope")
	}
	return nil
}

// Actions lists every action of the table, sorted.
func Actions() []Action {
	all := make([]Action, 0, len(table))
	for a := range table {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}

// Can decides. It gives nil, or NotFound when the actor may not know of the thing, or Forbidden when they
// see it and may not do this to it, or Unauthorized to a stranger. An action that is not in the table is
// forbidden to all.
func (a Actor) Can(action Action, f Facts) error {
	if !a.SignedIn() {
		return &Error{Kind: Unauthorized, Code: "sign-in-needed", Detail: "sign in first"}
	}
	if a.allowed(action, f) {
		return nil
	}
	if see := table[action].seenBy; see != "" && a.allowed(see, f) {
		return ErrForbidden("you may see this and not " + string(action))
	}
	return ErrNotFound("this")
}

// May is Can for things that have no facts yet: lists and forms. It gives nil when there is any ground on
// which the actor may do the action, else Forbidden, for that a list exists is no secret.
func (a Actor) May(action Action) error {
	if !a.SignedIn() {
		return &Error{Kind: Unauthorized, Code: "sign-in-needed", Detail: "sign in first"}
	}
	if a.Scope(action).Empty() {
		return ErrForbidden("your roles do not include " + string(action))
	}
	return nil
}

func (a Actor) allowed(action Action, f Facts) bool {
	r, known := table[action]
	if !known {
		return false
	}
	if r.anyone || r.owner && f.Owner == a.Person && !f.Owner.IsZero() {
		return true
	}
	for _, g := range a.Grants {
		if r.has(g) && g.Scope.covers(f) && (action != GrantRole || slices.Contains(mayGive[g.Role], f.Role)) {
			return !r.power || a.couldGive(f.Holds)
		}
	}
	return false
}

// has tells whether a grant is of a role and a kind of ground that the rule names.
func (r rule) has(g Grant) bool { return slices.Contains(r.roles[g.Role], g.Scope.Kind) }

// couldGive tells whether the actor could have given every one of the roles. A trainee's role carries no
// right over others, so it never stands in the way.
func (a Actor) couldGive(holds []Holding) bool {
	for _, h := range holds {
		if h.Role == Trainee {
			continue
		}
		f := h.facts()
		if h.Everywhere {
			f = Facts{Role: h.Role}
		}
		if !a.allowed(GrantRole, f) {
			return false
		}
	}
	return true
}

// covers tells whether the thing that the facts describe lies on the ground.
func (g Ground) covers(f Facts) bool {
	switch g.Kind {
	case Everywhere:
		return true
	case InCountry:
		return g.Country != "" && g.Country == f.Country
	case InCentre:
		return ID[Centre](g.ID) == f.Centre && !g.ID.IsZero()
	case InCourse:
		id := ID[Course](g.ID)
		return !id.IsZero() && (id == f.Course || slices.Contains(f.Courses, id))
	case InCohort:
		id := ID[Cohort](g.ID)
		return !id.IsZero() && (id == f.Cohort || slices.Contains(f.Cohorts, id))
	}
	return false
}

// Scope is the part of the world on which an actor may do an action, for lists: a row is in it when any of
// its parts fits the row. It springs from the same table as Can.
type Scope struct {
	All       bool
	Self      ID[Person] // rows that belong to this person, where not zero
	Countries []string
	Centres   []ID[Centre]
	Courses   []ID[Course]
	Cohorts   []ID[Cohort]
}

// Empty tells that no row can be in the scope.
func (s Scope) Empty() bool {
	return !s.All && s.Self.IsZero() &&
		len(s.Countries)+len(s.Centres)+len(s.Courses)+len(s.Cohorts) == 0
}

// Covers decides for one row as a list's WHERE does for all. It knows nothing of Facts.Role and
// Facts.Holds: lists show, and have no power.
func (s Scope) Covers(f Facts) bool {
	return s.All || !s.Self.IsZero() && s.Self == f.Owner ||
		slices.ContainsFunc(s.grounds(), func(g Ground) bool { return g.covers(f) })
}

func (s Scope) grounds() []Ground {
	var all []Ground
	for _, c := range s.Countries {
		all = append(all, CountryGround(c))
	}
	for _, id := range s.Centres {
		all = append(all, CentreGround(id))
	}
	for _, id := range s.Courses {
		all = append(all, CourseGround(id))
	}
	for _, id := range s.Cohorts {
		all = append(all, CohortGround(id))
	}
	return all
}

// Scope gives the part of the world on which the actor may do an action.
func (a Actor) Scope(action Action) Scope {
	var s Scope
	r, known := table[action]
	if !known || !a.SignedIn() {
		return s
	}
	s.All = r.anyone
	if r.owner {
		s.Self = a.Person
	}
	for _, g := range a.Grants {
		if r.has(g) {
			s.add(g.Scope)
		}
	}
	return s
}

func (s *Scope) add(g Ground) {
	switch g.Kind {
	case Everywhere:
		s.All = true
	case InCountry:
		s.Countries = append(s.Countries, g.Country)
	case InCentre:
		s.Centres = append(s.Centres, ID[Centre](g.ID))
	case InCourse:
		s.Courses = append(s.Courses, ID[Course](g.ID))
	case InCohort:
		s.Cohorts = append(s.Cohorts, ID[Cohort](g.ID))
	}
}
