package room

import (
	"path"
	"regexp"
	"slices"
)

// Erased stands where somebody's name or words were who asked to be forgotten.
const Erased = "…"

// Left is somebody whom a host took out: their seat is gone, what they said and brought is not.
type Left struct {
	Account string `json:"account,omitempty"`
	Name    string `json:"name,omitempty"`
}

var plainEnding = regexp.MustCompile(`^\.[A-Za-z0-9]{1,8}$`)

// ErasedName is what a file is called whose bringer was erased: its ending tells what it is, and nothing of anybody.
func ErasedName(name string) string {
	if ending := path.Ext(name); plainEnding.MatchString(ending) {
		return Erased + ending
	}
	return Erased
}

// AccountOf gives the account of somebody who is or was in the room, "" for none.
func (s *State) AccountOf(person string) string {
	if seat := s.Seats[person]; seat != nil {
		return seat.Ticket.Person
	}
	return s.Left[person].Account
}

// Erase takes a person out of what the room remembers: their name everywhere, the words of their lines and questions,
// the names of what they brought. keys are entries of rosters, and people of the room, that are known to be theirs
// without an account. It gives the keys of the files whose names are gone.
func (r *Room) Erase(now int64, account string, keys []string) (files []string) {
	r.now = now
	theirs := map[string]bool{}
	for person, l := range r.Left {
		if account != "" && l.Account == account || slices.Contains(keys, person) {
			theirs[person] = true
			r.Left[person] = Left{}
		}
	}
	for _, person := range sorted(r.Seats) {
		s := r.Seats[person]
		if (account == "" || s.Ticket.Person != account) && !slices.Contains(keys, person) {
			continue
		}
		theirs[person] = true
		s.Ticket.Person, s.Ticket.Name, s.Ticket.Link, s.Ticket.Device = "", "", "", ""
		if p := r.People[person]; p != nil {
			p.Name, p.Phone = Erased, ""
			r.changed("people", person)
		}
	}
	r.eraseWords(theirs)
	for _, key := range sorted(r.Roster) {
		if e := r.Roster[key]; account != "" && e.Person == account || slices.Contains(keys, key) {
			e.Name, e.Person = Erased, ""
			r.changed("roster", key)
		}
	}
	for _, key := range sorted(r.Bans) {
		if b := r.Bans[key]; account != "" && slices.Contains(b.Marks, "person/"+account) {
			delete(r.Bans, key) // there is no account left to be kept out
			r.changed("banned", key)
		}
	}
	return r.eraseFiles(theirs)
}

func (r *Room) eraseWords(theirs map[string]bool) {
	for _, key := range sorted(r.Chat) {
		l := r.Chat[key]
		if theirs[l.From] {
			l.Text = Erased
		}
		if theirs[l.From] || theirs[l.To] { // it is told with names
			r.changed("chat", key)
		}
	}
	if r.Notes != nil && theirs[r.Notes.By] {
		r.changed("notes", "notes")
	}
	for _, key := range sorted(r.Questions) {
		if q := r.Questions[key]; theirs[q.From] {
			q.From, q.Name, q.Text = "", "", Erased
			r.changed("questions", key)
		}
	}
}

// eraseFiles takes names of files and slides away, and what a presenter noted on theirs.
func (r *Room) eraseFiles(theirs map[string]bool) (files []string) {
	for _, key := range sorted(r.Files) {
		if f := r.Files[key]; theirs[f.From] {
			f.Name = ErasedName(f.Name)
			files = append(files, key)
			r.changed("files", key)
		}
	}
	for _, key := range sorted(r.Decks) {
		d := r.Decks[key]
		if !theirs[d.By] {
			continue
		}
		d.Title, d.Notes = Erased, nil
		r.changed("decks", key)
		if r.Slide != nil && r.Slide.ID == key {
			r.Slide.Title = Erased
			r.changed("slides", "deck")
		}
	}
	return files
}
