package webinar

import (
	"fmt"
	"slices"
	"time"
)

// Kinds of corrections.
const (
	CorrectAdd      = "add"      // somebody was there, from and to
	CorrectChange   = "change"   // they were there from and to, whatever was counted
	CorrectStrike   = "strike"   // they were not there
	CorrectMatch    = "match"    // an entry of a roster, or a guest, is this person
	CorrectWithdraw = "withdraw" // an earlier correction was a mistake
)

// Correction is a later word on somebody's presence, with its author and a reason. It changes no line of the journal
// and no other correction.
type Correction struct {
	Number int       `json:"number"`
	Kind   string    `json:"kind"`
	At     time.Time `json:"at"`
	// Author is the name of whoever made it, "" when they were erased.
	Author string `json:"author"`
	Reason string `json:"reason"`
	// Who is the key of whose presence it is about; that of an addition is made of its number or its person.
	Who    string `json:"who"`
	Person string `json:"person_id,omitempty"`
	Name   string `json:"name,omitempty"`
	// Centre is where an addition sat, with its name.
	Centre     string    `json:"centre_id,omitempty"`
	CentreName string    `json:"centre_name,omitempty"`
	From       time.Time `json:"from,omitzero"`
	To         time.Time `json:"to,omitzero"`
	// Paper is the sheet from which an addition was typed in.
	Paper string `json:"paper_id,omitempty"`
	// Withdraws is the number of the correction that this one takes back.
	Withdraws int `json:"withdraws,omitempty"`
}

// addedKey names somebody whom only a correction knows.
func addedKey(number int) string { return fmt.Sprintf("added/%d", number) }

// standing gives the corrections that no later one takes back, in order.
func standing(all []Correction) []Correction {
	gone := map[int]bool{}
	for _, c := range slices.Backward(all) {
		if c.Kind == CorrectWithdraw && !gone[c.Number] {
			gone[c.Withdraws] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(c Correction) bool { return gone[c.Number] || c.Kind == CorrectWithdraw })
}

// correct carries the corrections out over what the journal says, and keeps that beside.
func (b *register) correct(all []Correction) {
	for _, c := range standing(all) {
		p := b.people[b.canonical(c.Who)]
		if p == nil && c.Kind == CorrectAdd {
			p = b.whom(c.Who, event{Person: c.Person, Name: c.Name})
			if c.Person != "" {
				p.Person = c.Person
			}
		}
		if p == nil {
			continue // of somebody who is no longer in the journal
		}
		p.Corrections = append(p.Corrections, c.Number)
		step := Step{At: c.At, Kind: c.Kind, By: ByCorrection, Site: c.CentreName, Correction: c.Number}
		if c.Paper != "" {
			step.By = ByPaper
		}
		p.steps = append(p.steps, step)
		if c.Kind != CorrectMatch && p.Before == nil {
			p.Before = &Before{}
			p.Before.Spans, p.Before.Minutes, p.Before.Percent = measure(p.spans, b.floor)
		}
		p.take(c, step.By)
	}
}

// take lets one correction act.
func (p *whom) take(c Correction, by string) {
	switch c.Kind {
	case CorrectAdd:
		p.spans = append(p.spans, Span{c.From, c.To})
		p.evidence(by)
		if c.Centre != "" {
			p.at(&siteLine{centre: c.Centre, name: c.CentreName})
		}
	case CorrectChange:
		p.spans = []Span{{c.From, c.To}}
		p.evidence(by)
	case CorrectStrike:
		p.spans = nil
		p.evidence(by)
	}
}

// canonical gives the key of the person to whom a way was matched.
func (b *register) canonical(key string) string {
	if s := b.known[key]; s.person != "" {
		return "person/" + s.person
	}
	return key
}
