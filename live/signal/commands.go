package signal

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// Command is something that a browser asks a room to do.
type Command interface {
	// Name is the command's type on the line.
	Name() string
	check() *Problem
	long() bool
}

// Limits of texts, in characters, and of lists.
const (
	maxText    = 4000
	maxLine    = 300
	maxOptions = 12
	maxNotes   = 12_000
	maxOffer   = 128 << 10
	maxStrokes = 200
	maxHeads   = 500
)

var (
	keyPattern  = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)
	namePattern = regexp.MustCompile(`^[A-Za-z0-9]{1,32}$`)
)

func keyed(key string) *Problem {
	if !keyPattern.MatchString(key) {
		return Refuse("malformed", "key", "a key has 1 to 64 letters, digits, dots and hyphens")
	}
	return nil
}

func text(field, s string, most int) *Problem {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return Refuse("empty", field, "there is nothing in it")
	case n > most:
		return Refuse("too-long", field, "it is too long")
	}
	return nil
}

func oneOf(field, s string, of ...string) *Problem {
	if !slices.Contains(of, s) {
		return Refuse("malformed", field, "it is none of the words that are known")
	}
	return nil
}

func first(list ...*Problem) *Problem {
	for _, p := range list {
		if p != nil {
			return p
		}
	}
	return nil
}

// short is embedded by commands of ordinary length, free by those that need no check.
type short struct{}

func (short) long() bool { return false }

type free struct{ short }

func (free) check() *Problem { return nil }

// The commands, as doc.go describes them.
type (
	// Hello opens the line.
	Hello struct {
		short
		Ticket   string `json:"ticket"`
		Seat     string `json:"seat,omitempty"`
		Since    uint64 `json:"since,omitempty"`
		Language string `json:"language,omitempty"`
		// Console is the name of a site's further line, "" for the one with sound and pictures.
		Console string `json:"console,omitempty"`
	}
	// Publish offers sound and pictures.
	Publish struct {
		Offer  string        `json:"offer"`
		Tracks []TrackSource `json:"tracks,omitempty"`
		// Session is the one that goes on, "" for a new one.
		Session string `json:"session,omitempty"`
	}
	// Play offers sections to receive in.
	Play struct {
		Offer   string `json:"offer"`
		Session string `json:"session,omitempty"`
	}
	// Servers asks for relays, for a network that lets little out.
	Servers struct{ free }
	// TrackSource names the source of a section.
	TrackSource struct {
		MID    string `json:"mid"`
		Source string `json:"source"`
	}
	// Mute says that one's own source is silent.
	Mute struct {
		short
		Source string `json:"source"`
		Muted  bool   `json:"muted"`
		Person string `json:"person,omitempty"`
	}
	// Demand says how large pictures are drawn.
	Demand struct {
		short
		Slots []SlotDemand `json:"slots"`
		Save  string       `json:"save,omitempty"`
	}
	// SlotDemand is the width of one picture in device pixels.
	SlotDemand struct {
		MID   string `json:"mid"`
		Width int    `json:"width"`
	}
	// RaiseHand and LowerHand: a host may lower anybody's, and raise that of a site that is on the telephone.
	RaiseHand struct {
		free
		Person string `json:"person,omitempty"`
	}
	LowerHand struct {
		free
		Person string `json:"person,omitempty"`
	}
	// SendChat and HideChat.
	SendChat struct {
		short
		Key  string `json:"key"`
		To   string `json:"to"`
		Text string `json:"text"`
	}
	HideChat struct {
		short
		Key string `json:"key"`
	}
	// MuteChat stops somebody's messages and questions, SetTalk says what there may be besides.
	MuteChat struct {
		free
		Person string `json:"person"`
		On     bool   `json:"on"`
	}
	SetTalk struct {
		free
		Private  bool `json:"private"`
		Nameless bool `json:"nameless"`
	}
	// Ask, VoteQuestion and SetQuestion.
	Ask struct {
		short
		Key       string `json:"key"`
		Text      string `json:"text"`
		Anonymous bool   `json:"anonymous,omitempty"`
	}
	VoteQuestion struct {
		short
		Key string `json:"key"`
		On  bool   `json:"on"`
	}
	SetQuestion struct {
		short
		Key   string `json:"key"`
		State string `json:"state"`
	}
	// MakePoll, and what is done with a poll.
	MakePoll struct {
		short
		Key       string   `json:"key"`
		Question  string   `json:"question"`
		Kind      string   `json:"kind"`
		Options   []Option `json:"options"`
		Anonymous bool     `json:"anonymous,omitempty"`
		Right     []string `json:"right,omitempty"`
		// Reveal shows the results to everybody when the poll is closed.
		Reveal bool `json:"reveal,omitempty"`
	}
	// Option is one answer of a poll.
	Option struct {
		Key  string `json:"key"`
		Text string `json:"text"`
	}
	OpenPoll struct {
		short
		Key string `json:"key"`
	}
	ClosePoll struct {
		short
		Key string `json:"key"`
	}
	ShowPoll struct {
		short
		Key string `json:"key"`
		On  bool   `json:"on"`
	}
	VotePoll struct {
		short
		Key     string         `json:"key"`
		Choices []string       `json:"choices,omitempty"`
		Heads   map[string]int `json:"heads,omitempty"`
	}
	// SetRole, MuteOther (everybody but hosts when no person is named), RemovePerson, Pardon (of a ban, by its key) and
	// Admit are a host's.
	SetRole struct {
		short
		Person string `json:"person"`
		Role   string `json:"role"`
	}
	MuteOther struct {
		free
		Person string `json:"person,omitempty"`
	}
	Pardon struct {
		short
		Key string `json:"key"`
	}
	RemovePerson struct {
		free
		Person string `json:"person"`
		Ban    bool   `json:"ban,omitempty"`
	}
	Admit struct {
		free
		Person string `json:"person"`
	}
	// Lock, SetLayout, SetChat, SetAgenda and EndRoom are about the room.
	Lock struct {
		free
		On bool `json:"on"`
	}
	SetLayout struct {
		short
		Layout string `json:"layout"`
		Pin    string `json:"pin,omitempty"`
	}
	SetChat struct {
		short
		Who string `json:"who"`
	}
	SetAgenda struct {
		free
		At string `json:"at"`
	}
	EndRoom struct{ free }
	// NoteSlide writes the presenter's notes on a page.
	NoteSlide struct {
		short
		Deck string `json:"deck"`
		Page int    `json:"page"`
		Text string `json:"text"`
	}
	// ShowSlide, Point, Draw and ClearSlide.
	ShowSlide struct {
		short
		Deck string `json:"deck"`
		Page int    `json:"page"`
	}
	Point struct {
		free
		X float64 `json:"x"`
		Y float64 `json:"y"`
	}
	Draw struct {
		short
		Strokes []Stroke `json:"strokes"`
	}
	// Stroke is a line on a slide, in parts of its width and height.
	Stroke struct {
		Colour string       `json:"colour"`
		Points [][2]float64 `json:"points"`
	}
	ClearSlide struct{ free }
	// SetTimer and StopTimer.
	SetTimer struct {
		short
		Minutes float64 `json:"minutes"`
		Label   string  `json:"label,omitempty"`
	}
	StopTimer struct{ free }
	// WriteNotes replaces the shared notes when they are as the writer saw them.
	WriteNotes struct {
		short
		Text    string `json:"text"`
		Version int    `json:"version"`
	}
	// React is a sign that is not kept.
	React struct {
		short
		Kind string `json:"kind"`
	}
	// SiteCode, TickRoster, WalkIn, SetHeads and SetPhone are a site's. A host may do all but the first for a site,
	// named by Person: somebody reports by telephone.

	// SiteCode asks for what is shown for check-in. Address is that of the server as the browser knows it, for the QR
	// code; without it there is none.
	SiteCode struct {
		short
		Address string `json:"address,omitempty"`
	}
	// TickRoster sets where one entry is, or several at once.
	TickRoster struct {
		short
		Entry   string   `json:"entry,omitempty"`
		Entries []string `json:"entries,omitempty"`
		State   string   `json:"state"`
	}
	WalkIn struct {
		short
		Key     string `json:"key"`
		Visitor string `json:"name"`
		Person  string `json:"person,omitempty"`
	}
	// SetHeads says how many sit there, the list apart; 0 follows the list.
	SetHeads struct {
		short
		Count  int    `json:"count"`
		Person string `json:"person,omitempty"`
	}
	// SetPhone keeps the number under which a site can be called, and whether it goes on by telephone.
	SetPhone struct {
		short
		On     bool   `json:"on"`
		Number string `json:"number,omitempty"`
		Person string `json:"person,omitempty"`
	}
	// DropFile takes a file away.
	DropFile struct {
		short
		Key string `json:"key"`
	}
	// KeepFile says how long it stays.
	KeepFile struct {
		short
		Key  string `json:"key"`
		Keep string `json:"keep"`
	}
)

var commands = map[string]func() Command{}

func init() {
	for _, make := range []func() Command{
		func() Command { return &Hello{} }, func() Command { return &Publish{} }, func() Command { return &Play{} },
		func() Command { return &Mute{} }, func() Command { return &Servers{} }, func() Command { return &Demand{} },
		func() Command { return &RaiseHand{} }, func() Command { return &LowerHand{} }, func() Command { return &SendChat{} },
		func() Command { return &HideChat{} }, func() Command { return &MuteChat{} }, func() Command { return &SetTalk{} }, func() Command { return &Ask{} }, func() Command { return &VoteQuestion{} },
		func() Command { return &SetQuestion{} }, func() Command { return &MakePoll{} }, func() Command { return &OpenPoll{} },
		func() Command { return &ClosePoll{} }, func() Command { return &ShowPoll{} }, func() Command { return &VotePoll{} },
		func() Command { return &SetRole{} }, func() Command { return &MuteOther{} }, func() Command { return &RemovePerson{} },
		func() Command { return &Admit{} }, func() Command { return &Pardon{} }, func() Command { return &Lock{} }, func() Command { return &SetLayout{} },
		func() Command { return &SetChat{} }, func() Command { return &SetAgenda{} }, func() Command { return &EndRoom{} },
		func() Command { return &ShowSlide{} }, func() Command { return &Point{} }, func() Command { return &Draw{} },
		func() Command { return &ClearSlide{} }, func() Command { return &NoteSlide{} }, func() Command { return &SetTimer{} }, func() Command { return &StopTimer{} },
		func() Command { return &WriteNotes{} }, func() Command { return &React{} }, func() Command { return &SiteCode{} },
		func() Command { return &TickRoster{} }, func() Command { return &WalkIn{} }, func() Command { return &SetHeads{} },
		func() Command { return &SetPhone{} }, func() Command { return &DropFile{} }, func() Command { return &KeepFile{} },
	} {
		commands[make().Name()] = make
	}
}

// Names on the line.
func (*Hello) Name() string        { return "hello" }
func (*Publish) Name() string      { return "media.publish" }
func (*Play) Name() string         { return "media.play" }
func (*Mute) Name() string         { return "media.mute" }
func (*Servers) Name() string      { return "media.servers" }
func (*Demand) Name() string       { return "media.demand" }
func (*RaiseHand) Name() string    { return "hand.raise" }
func (*LowerHand) Name() string    { return "hand.lower" }
func (*SendChat) Name() string     { return "chat.send" }
func (*HideChat) Name() string     { return "chat.hide" }
func (*MuteChat) Name() string     { return "chat.mute" }
func (*SetTalk) Name() string      { return "room.talk" }
func (*Ask) Name() string          { return "question.ask" }
func (*VoteQuestion) Name() string { return "question.vote" }
func (*SetQuestion) Name() string  { return "question.state" }
func (*MakePoll) Name() string     { return "poll.make" }
func (*OpenPoll) Name() string     { return "poll.open" }
func (*ClosePoll) Name() string    { return "poll.close" }
func (*ShowPoll) Name() string     { return "poll.show" }
func (*VotePoll) Name() string     { return "poll.vote" }
func (*SetRole) Name() string      { return "stage.role" }
func (*MuteOther) Name() string    { return "stage.mute" }
func (*RemovePerson) Name() string { return "stage.remove" }
func (*Admit) Name() string        { return "stage.admit" }
func (*Pardon) Name() string       { return "stage.pardon" }
func (*Lock) Name() string         { return "room.lock" }
func (*SetLayout) Name() string    { return "room.layout" }
func (*SetChat) Name() string      { return "room.chat" }
func (*SetAgenda) Name() string    { return "room.agenda" }
func (*EndRoom) Name() string      { return "room.end" }
func (*ShowSlide) Name() string    { return "slides.show" }
func (*Point) Name() string        { return "slides.point" }
func (*Draw) Name() string         { return "slides.draw" }
func (*ClearSlide) Name() string   { return "slides.clear" }
func (*NoteSlide) Name() string    { return "slides.note" }
func (*SetTimer) Name() string     { return "timer.set" }
func (*StopTimer) Name() string    { return "timer.stop" }
func (*WriteNotes) Name() string   { return "notes.write" }
func (*React) Name() string        { return "react" }
func (*SiteCode) Name() string     { return "site.code" }
func (*TickRoster) Name() string   { return "site.tick" }
func (*WalkIn) Name() string       { return "site.walkin" }
func (*SetHeads) Name() string     { return "site.heads" }
func (*SetPhone) Name() string     { return "site.phone" }
func (*DropFile) Name() string     { return "file.drop" }
func (*KeepFile) Name() string     { return "file.keep" }

func (*Publish) long() bool { return true }
func (*Play) long() bool    { return true }

func (c *Hello) check() *Problem {
	if len(c.Ticket) > 4096 || len(c.Seat) > 64 || len(c.Language) > 16 {
		return Refuse("too-long", "ticket", "it is too long")
	}
	if c.Console != "" && !namePattern.MatchString(c.Console) {
		return Refuse("malformed", "console", "a console's name has 1 to 32 letters and digits")
	}
	return nil
}
func (c *Play) check() *Problem { return offered(c.Offer) }

func offered(s string) *Problem {
	if s == "" || len(s) > maxOffer {
		return Refuse("malformed", "offer", "there is no offer, or it is too long")
	}
	return nil
}

// Sources are what a track can come from.
var Sources = []string{"mic", "cam", "screen", "screen-audio"}

func (c *Publish) check() *Problem {
	if p := offered(c.Offer); p != nil {
		return p
	}
	if len(c.Tracks) > len(Sources) {
		return Refuse("too-long", "tracks", "there are more than sources")
	}
	for _, t := range c.Tracks {
		if p := first(oneOf("source", t.Source, Sources...), text("mid", t.MID, 16)); p != nil {
			return p
		}
	}
	return nil
}
func (c *Mute) check() *Problem { return oneOf("source", c.Source, Sources...) }

func (c *Demand) check() *Problem {
	if len(c.Slots) > 64 {
		return Refuse("too-long", "slots", "there are too many")
	}
	for _, s := range c.Slots {
		if s.Width < 0 || s.Width > 10_000 || len(s.MID) > 16 {
			return Refuse("malformed", "slots", "a width is from 0 to 10000")
		}
	}
	if c.Save == "" {
		return nil
	}
	return oneOf("save", c.Save, "off", "lower", "speaker", "slides")
}
func (c *SendChat) check() *Problem { return first(keyed(c.Key), text("text", c.Text, maxText)) }
func (c *HideChat) check() *Problem { return keyed(c.Key) }
func (c *Ask) check() *Problem      { return first(keyed(c.Key), text("text", c.Text, maxText)) }

func (c *VoteQuestion) check() *Problem { return keyed(c.Key) }
func (c *SetQuestion) check() *Problem {
	return first(keyed(c.Key), oneOf("state", c.State, "open", "answering", "answered", "hidden"))
}

func (c *MakePoll) check() *Problem {
	if p := first(keyed(c.Key), text("question", c.Question, maxText), oneOf("kind", c.Kind, "single", "multiple", "scale", "quiz")); p != nil {
		return p
	}
	if len(c.Options) < 2 || len(c.Options) > maxOptions {
		return Refuse("malformed", "options", "a poll has 2 to 12 options")
	}
	var keys []string
	for _, o := range c.Options {
		if p := first(keyed(o.Key), text("options", o.Text, maxLine)); p != nil {
			return p
		}
		if slices.Contains(keys, o.Key) {
			return Refuse("malformed", "options", "two options have one key")
		}
		keys = append(keys, o.Key)
	}
	for _, r := range c.Right {
		if !slices.Contains(keys, r) {
			return Refuse("malformed", "right", "the right answer is none of the options")
		}
	}
	if (c.Kind == "quiz") != (len(c.Right) > 0) {
		return Refuse("malformed", "right", "a quiz has a right answer, and nothing else has")
	}
	return nil
}
func (c *OpenPoll) check() *Problem  { return keyed(c.Key) }
func (c *ClosePoll) check() *Problem { return keyed(c.Key) }
func (c *ShowPoll) check() *Problem  { return keyed(c.Key) }
func (c *VotePoll) check() *Problem {
	if len(c.Choices) > maxOptions || len(c.Heads) > maxOptions {
		return Refuse("malformed", "choices", "there are too many")
	}
	for _, n := range c.Heads {
		if n < 0 || n > maxHeads {
			return Refuse("malformed", "heads", "a count is from 0 to 500")
		}
	}
	return keyed(c.Key)
}
func (c *SetRole) check() *Problem { return oneOf("role", c.Role, "host", "speaker", "audience") }
func (c *SetLayout) check() *Problem {
	return oneOf("layout", c.Layout, "speaker", "grid")
}
func (c *SetChat) check() *Problem { return oneOf("who", c.Who, "all", "hosts", "off") }
func (c *ShowSlide) check() *Problem {
	if c.Page < 0 || c.Page > 1000 || len(c.Deck) > 64 {
		return Refuse("malformed", "page", "a page is from 1 to 1000")
	}
	return nil
}

func (c *NoteSlide) check() *Problem {
	if utf8.RuneCountInString(c.Text) > maxText {
		return Refuse("too-long", "text", "it is too long")
	}
	return keyed(c.Deck)
}

func (c *Draw) check() *Problem {
	if len(c.Strokes) > maxStrokes {
		return Refuse("too-long", "strokes", "there are too many")
	}
	for _, s := range c.Strokes {
		if len(s.Points) > 500 || len(s.Colour) > 16 {
			return Refuse("too-long", "strokes", "a stroke has at most 500 points")
		}
	}
	return nil
}

func (c *SetTimer) check() *Problem {
	if c.Minutes <= 0 || c.Minutes > 600 || utf8.RuneCountInString(c.Label) > maxLine {
		return Refuse("malformed", "minutes", "a timer runs for up to 600 minutes")
	}
	return nil
}

func (c *WriteNotes) check() *Problem {
	if utf8.RuneCountInString(c.Text) > maxNotes {
		return Refuse("too-long", "text", "the notes are too long")
	}
	return nil
}

func (c *React) check() *Problem {
	return oneOf("kind", c.Kind, "clap", "yes", "no", "heart", "slower")
}

// maxTicks is how many entries are ticked at once.
const maxTicks = 200

var addressPattern = regexp.MustCompile(`^https?://[A-Za-z0-9.:\[\]-]{1,80}$`)

func (c *SiteCode) check() *Problem {
	if c.Address != "" && !addressPattern.MatchString(c.Address) {
		return Refuse("malformed", "address", "an address has a scheme, a host and no path")
	}
	return nil
}

func (c *TickRoster) check() *Problem {
	if c.Entry != "" {
		c.Entries = append(c.Entries, c.Entry)
	}
	if len(c.Entries) == 0 || len(c.Entries) > maxTicks {
		return Refuse("malformed", "entries", "tick 1 to 200 at once")
	}
	for _, each := range c.Entries {
		if p := keyed(each); p != nil {
			return p
		}
	}
	return oneOf("state", c.State, "here", "late", "left", "expected")
}
func (c *Pardon) check() *Problem { return keyed(c.Key) }
func (c *WalkIn) check() *Problem { return first(keyed(c.Key), text("name", c.Visitor, maxLine)) }
func (c *SetHeads) check() *Problem {
	if c.Count < 0 || c.Count > maxHeads {
		return Refuse("malformed", "count", "a count is from 0 to 500")
	}
	return nil
}

func (c *SetPhone) check() *Problem {
	if utf8.RuneCountInString(c.Number) > 40 {
		return Refuse("too-long", "number", "it is too long")
	}
	return nil
}
func (c *DropFile) check() *Problem { return keyed(c.Key) }
func (c *KeepFile) check() *Problem {
	return first(keyed(c.Key), oneOf("keep", c.Keep, "webinar", "case", "course"))
}
