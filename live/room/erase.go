package room

import "slices"

// Erased stands where somebody's name or words were who asked to be forgotten.
const Erased = "…"

// Erase takes a person out of what the room remembers: their name everywhere, and the words of their lines and
// questions. keys are entries of rosters, and people of the room, that are known to be theirs without an account.
func (r *Room) Erase(now int64, account string, keys []string) {
	r.now = now
	for _, person := range sorted(r.Seats) {
		s := r.Seats[person]
		if account == "" || s.Ticket.Person != account {
			if !slices.Contains(keys, person) {
				continue
			}
		}
		s.Ticket.Person, s.Ticket.Name = "", ""
		if p := r.People[person]; p != nil {
			p.Name, p.Phone = Erased, ""
			r.changed("people", person)
		}
		r.eraseWords(person)
	}
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
}

func (r *Room) eraseWords(person string) {
	for _, key := range sorted(r.Chat) {
		if l := r.Chat[key]; l.From == person {
			l.Text = Erased
			r.changed("chat", key)
		}
	}
	for _, key := range sorted(r.Questions) {
		if q := r.Questions[key]; q.From == person {
			q.From, q.Name, q.Text = "", "", Erased
			r.changed("questions", key)
		}
	}
}
