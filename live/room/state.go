package room

import (
	"mostik/live"
	"mostik/live/signal"
)

// State is everything that a room knows.
type State struct {
	Webinar string `json:"webinar"`
	// Number is that of the newest change, Next the number of the next person.
	Number uint64 `json:"number"`
	Next   int    `json:"next"`

	Room      Info                 `json:"room"`
	People    map[string]*Person   `json:"people"`
	Seats     map[string]*Seat     `json:"seats"` // by person
	Roster    map[string]*Entry    `json:"roster"`
	Chat      map[string]*Line     `json:"chat"`
	Questions map[string]*Question `json:"questions"`
	Polls     map[string]*Poll     `json:"polls"`
	Files     map[string]*File     `json:"files"`
	Decks     map[string]*Deck     `json:"decks"`
	Tracks    map[string]*Track    `json:"tracks"`
	Slide     *Slide               `json:"slide,omitempty"`
	Timer     *Timer               `json:"timer,omitempty"`
	Notes     *Notes               `json:"notes,omitempty"`
	Check     *Check               `json:"check,omitempty"`
	// Bans are those who may not come back.
	Bans map[string]*Ban `json:"bans"`
	// Left are those whom a host took out, by the key that they had: nobody in the room is told.
	Left map[string]Left `json:"left,omitempty"`
	// Cut are the tickets of devices that were in when the door was locked and whose sessions ended since, with the moments
	// of that: one comes back for each.
	Cut map[string][]int64 `json:"cut,omitempty"`
}

// Info is the room itself.
type Info struct {
	Title       string `json:"title"`
	Language    string `json:"language,omitempty"`
	Began       int64  `json:"began,omitempty"` // Unix milliseconds, as every time here
	Ended       int64  `json:"ended,omitempty"`
	Locked      bool   `json:"locked,omitempty"`
	WaitingRoom bool   `json:"waiting_room,omitempty"`
	Layout      string `json:"layout"`
	Pin         string `json:"pin,omitempty"`
	Chat        string `json:"chat"`
	// PrivateOff keeps participants from writing to each other alone, NamelessOff questions from having no name.
	PrivateOff  bool         `json:"private_off,omitempty"`
	NamelessOff bool         `json:"nameless_off,omitempty"`
	Agenda      []AgendaItem `json:"agenda,omitempty"`
	AgendaAt    string       `json:"agenda_at,omitempty"`
	// Paused is since when the floor is paused, 0 when it is not.
	Paused     int64  `json:"paused,omitempty"`
	PauseLabel string `json:"pause_label,omitempty"`
}

// AgendaItem is a point of the agenda.
type AgendaItem struct {
	Key     string `json:"key"`
	Title   string `json:"title"`
	Minutes int    `json:"minutes,omitempty"`
}

// Roles in a room.
const (
	roleHost     = "host"
	roleSpeaker  = "speaker"
	roleAudience = "audience"
)

// Person is a connection as others see it: somebody, or a site with several people.
type Person struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"` // person, site, guest, device
	Role   string `json:"role"`
	City   string `json:"city,omitempty"`
	Zone   string `json:"zone,omitempty"`
	Heads  int    `json:"heads,omitempty"`
	Line   string `json:"line"` // on, away, phone
	Mic    bool   `json:"mic,omitempty"`
	Cam    bool   `json:"cam,omitempty"`
	Screen bool   `json:"screen,omitempty"`
	Hand   int64  `json:"hand,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Quiet  bool   `json:"quiet,omitempty"`
}

// Seat is what only the room knows of a connection.
type Seat struct {
	Secret string      `json:"secret"`
	Ticket live.Ticket `json:"ticket"`
	// Waiting tells that a host has not let them in yet.
	Waiting bool `json:"waiting,omitempty"`
	// Heads is what a site's facilitator said, 0 for as many as the roster says.
	Heads int `json:"heads,omitempty"`
	// Quiet tells that a host stopped their messages.
	Quiet bool  `json:"quiet,omitempty"`
	Since int64 `json:"since"`
	// Device tells that what sits here sends and has no line.
	Device bool `json:"device,omitempty"`
	// Left is when the line was lost, 0 while it holds.
	Left int64 `json:"left,omitempty"`
	// Done remembers the last commands by their ids, so that a repeat is carried out once.
	Done []string `json:"done,omitempty"`
	// said are times of what they wrote last.
	said map[pace][]int64
	line bool
	// consoles are a site's further lines, by the names that they gave themselves.
	consoles map[string]bool
}

// Entry is one of the people at a site.
type Entry struct {
	Site   string `json:"site"` // the site's person key
	Name   string `json:"name"`
	Person string `json:"account,omitempty"` // once matched; nobody in the room is told
	State  string `json:"state"`
	By     string `json:"by,omitempty"` // device, code, tick
	At     int64  `json:"at,omitempty"`
}

// Line is a line of chat.
type Line struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Text   string `json:"text"`
	At     int64  `json:"at"`
	Hidden bool   `json:"hidden,omitempty"`
}

// Question is one that was asked.
type Question struct {
	Text   string          `json:"text"`
	Name   string          `json:"name,omitempty"`
	From   string          `json:"from,omitempty"`
	At     int64           `json:"at"`
	State  string          `json:"state"`
	Voters map[string]bool `json:"voters"`
}

// Poll is a poll. Of an anonymous one Voted and Counts are kept apart and in no order, and change together only by
// several votes at once, so that nobody can join them: see ballot.go.
type Poll struct {
	Question  string          `json:"question"`
	Kind      string          `json:"kind"`
	Options   []signal.Option `json:"options"`
	State     string          `json:"state"` // draft, open, closed
	Anonymous bool            `json:"anonymous,omitempty"`
	Shown     bool            `json:"shown,omitempty"`
	// Reveal shows the results as soon as the poll is closed; Planned tells that the calendar brought it.
	Reveal  bool     `json:"reveal,omitempty"`
	Planned bool     `json:"planned,omitempty"`
	Right   []string `json:"right,omitempty"`
	At      int64    `json:"at"`
	// Voted tells who has voted; Votes what, where it is not anonymous; Counts the sums, where it is.
	Voted  map[string]bool           `json:"voted"`
	Votes  map[string]map[string]int `json:"votes,omitempty"`
	Counts map[string]int            `json:"counts,omitempty"`
	Cast   int                       `json:"cast,omitempty"`
	// Largest is how many votes of an anonymous poll came as one.
	Largest int `json:"largest,omitempty"`
	box     box
}

// File is one that was put into the room.
type File struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	Type string `json:"type"`
	From string `json:"from"`
	At   int64  `json:"at"`
	// Keep is how long it stays: a word of package shelf.
	Keep string `json:"keep,omitempty"`
	// Taken are words for what was taken out of it when it came.
	Taken []string `json:"taken,omitempty"`
}

// Deck is a set of slides.
type Deck struct {
	Title string `json:"title"`
	Pages int    `json:"pages"`
	By    string `json:"by"`
	At    int64  `json:"at"`
	// Notes are the presenter's own, by page.
	Notes map[int]string `json:"notes,omitempty"`
	// State is "" when it can be shown, "preparing" or "failed"; Why is the word of a failure.
	State string `json:"state,omitempty"`
	Why   string `json:"why,omitempty"`
}

// Slide is what is shown now.
type Slide struct {
	ID      string          `json:"id"`
	Title   string          `json:"title"`
	Page    int             `json:"page"`
	Pages   int             `json:"pages"`
	By      string          `json:"by"`
	Drawing []signal.Stroke `json:"drawing,omitempty"`
	Pointer *[2]float64     `json:"pointer,omitempty"`
}

// Track is a sound or picture that somebody sends.
type Track struct {
	Person string `json:"person"`
	Kind   string `json:"kind"`
	Source string `json:"source"`
	Muted  bool   `json:"muted,omitempty"`
}

// Timer counts down.
type Timer struct {
	Ends  int64  `json:"ends"`
	Label string `json:"label,omitempty"`
}

// Notes are written together.
type Notes struct {
	Text    string `json:"text"`
	Version int    `json:"version"`
	By      string `json:"by"`
}

// New makes the state of a webinar that nobody has entered.
func New(webinar string, info Info) *State {
	if info.Layout == "" {
		info.Layout = "speaker"
	}
	if info.Chat == "" {
		info.Chat = "all"
	}
	s := &State{Webinar: webinar, Room: info}
	s.fill()
	return s
}

// fill makes the maps that a value read back may lack.
func (s *State) fill() {
	ensure(&s.People)
	ensure(&s.Seats)
	ensure(&s.Roster)
	ensure(&s.Chat)
	ensure(&s.Questions)
	ensure(&s.Polls)
	ensure(&s.Files)
	ensure(&s.Decks)
	ensure(&s.Tracks)
	ensure(&s.Bans)
	ensure(&s.Left)
	ensure(&s.Cut)
}

func ensure[V any](m *map[string]V) {
	if *m == nil {
		*m = map[string]V{}
	}
}

// NameOf gives the name of somebody who is or was in the room, "" for nobody.
func (s *State) NameOf(person string) string {
	if p := s.People[person]; p != nil {
		return p.Name
	}
	if seat := s.Seats[person]; seat != nil {
		return seat.Ticket.Name
	}
	return s.Left[person].Name
}
