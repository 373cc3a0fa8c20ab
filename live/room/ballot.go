package room

import "mostik/live/signal"

// fewest is how many votes an anonymous poll needs before its result is seen, and how many are written down at once.
const fewest = 5

// box holds the votes of an anonymous poll that are not written down yet: who voted, and sums. It is in memory only. A
// state is written each second and lies in backups; were each vote in it at once, two states would tell who chose
// what. A program that is killed forgets those votes and their marks alike, and whoever cast them votes again.
type box struct {
	voted   map[string]bool
	counts  map[string]int
	cast    int
	largest int
}

// cast counts a vote of an anonymous poll.
func (p *Poll) cast(person string, votes map[string]int) {
	b := &p.box
	ensure(&b.voted)
	ensure(&b.counts)
	most, sum := 0, 0
	for key, n := range votes {
		b.counts[key] += n
		most, sum = max(most, n), sum+n
	}
	if p.Kind == "multiple" {
		sum = most
	}
	b.voted[person] = true
	b.cast += sum
	b.largest = max(b.largest, sum)
	if len(b.voted) >= fewest {
		p.empty()
	}
}

// empty puts what is in the box to the rest.
func (p *Poll) empty() {
	ensure(&p.Voted)
	ensure(&p.Counts)
	for person := range p.box.voted {
		p.Voted[person] = true
	}
	for key, n := range p.box.counts {
		p.Counts[key] += n
	}
	p.Cast += p.box.cast
	p.Largest = max(p.Largest, p.box.largest)
	p.box = box{}
}

// hasVoted tells whether somebody has voted, as long as that matters.
func (p *Poll) hasVoted(person string) bool { return p.Voted[person] || p.box.voted[person] }

// open lets people vote. An anonymous poll that was closed stays so: a result before and one after a vote would tell
// what it was.
func (p *Poll) open() *signal.Problem {
	if p.Anonymous && p.State == "closed" {
		return signal.Refuse("closed", "key", "an anonymous poll is opened once")
	}
	p.State = "open"
	return nil
}

// shut ends the voting. Who voted in an anonymous poll is forgotten: its last few votes are written down here, and
// beside their marks they would tell too much.
func (p *Poll) shut() *signal.Problem {
	if p.State == "draft" {
		return unknown
	}
	p.State = "closed"
	p.Shown = p.Shown || p.Reveal
	if p.Anonymous {
		p.empty()
		p.Voted = map[string]bool{}
	}
	return nil
}

// showable tells whether the result of an anonymous poll may be seen: when nothing can be added to it any more, from
// five votes, and where four of them came otherwise than the largest bundle, whose giver knows it. A site's result
// alone is that of its people.
func (p *Poll) showable() bool {
	others := p.Cast - p.Largest
	return p.State == "closed" && p.Cast >= fewest && (others == 0 || others >= fewest-1)
}
