package webinar

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func at(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }

func TestMinutes(t *testing.T) {
	events := []event{
		{Kind: "begin", At: at(0)},
		{Kind: "join", Seat: "p1", Person: "host", Name: "Trainer", At: at(0)},
		{Kind: "join", Seat: "p2", Centre: "almaty", Name: "Almaty", At: at(-10)},
		{Kind: "roster", Seat: "p2", Entry: "e1", Person: "aliya", Name: "Aliya", State: "here", Evidence: "code", At: at(-5)},
		{Kind: "roster", Seat: "p2", Entry: "e2", Name: "Bakyt", State: "late", Evidence: "tick", At: at(20)},
		// Aliya joins by her own phone as well: it counts once.
		{Kind: "join", Seat: "p3", Person: "aliya", Name: "Aliya", At: at(30)},
		{Kind: "leave", Seat: "p3", Person: "aliya", At: at(50)},
		// Bakyt leaves at 60 of 100.
		{Kind: "roster", Seat: "p2", Entry: "e2", Name: "Bakyt", State: "left", Evidence: "tick", At: at(60)},
		// The site's line drops for good at 70: its people count for ten minutes more.
		{Kind: "leave", Seat: "p2", Centre: "almaty", At: at(70)},
		{Kind: "join", Seat: "p4", Person: "guest", Name: "Prague", At: at(90)},
		{Kind: "end", At: at(100)},
	}
	floor, people := count(events, at(500))
	if floor.Minutes != 100 {
		t.Errorf("the floor has %d minutes", floor.Minutes)
	}
	want := map[string]int{"Trainer": 100, "Aliya": 80, "Bakyt": 40, "Prague": 10}
	if len(people) != len(want) {
		t.Fatalf("%d people: %+v", len(people), people)
	}
	for _, p := range people {
		if p.Minutes != want[p.Name] || p.Percent != want[p.Name] {
			t.Errorf("%s: %d minutes, %d %%, want %d: %v", p.Name, p.Minutes, p.Percent, want[p.Name], p.Spans)
		}
	}
}

// A site that goes on by telephone is there; one that comes back within the grace was never away.
func TestMinutesOfASiteWhoseLineFails(t *testing.T) {
	roster := event{Kind: "roster", Seat: "p2", Entry: "e1", Name: "Aliya", State: "here", Evidence: "tick", At: at(0)}
	down := event{Kind: "leave", Seat: "p2", Centre: "almaty", At: at(20)}
	for name, c := range map[string]struct {
		then event
		want int
	}{
		"by telephone": {event{Kind: "phone", Seat: "p2", State: "phone", At: at(21)}, 100},
		"back soon":    {event{Kind: "join", Seat: "p2", Centre: "almaty", At: at(25)}, 100},
		"never back":   {event{Kind: "agenda", At: at(50)}, 30},
	} {
		_, people := count([]event{{Kind: "begin", At: at(0)}, roster, down, c.then, {Kind: "end", At: at(100)}}, at(100))
		if len(people) != 1 || people[0].Minutes != c.want {
			t.Errorf("%s: %+v, want %d minutes", name, people, c.want)
		}
	}
}

func TestMinutesBeforeAnythingBegan(t *testing.T) {
	if f, people := count([]event{{Kind: "join", Seat: "p1", Name: "Early", At: at(0)}}, at(10)); !f.From.IsZero() || len(people) != 0 {
		t.Errorf("%+v %+v", f, people)
	}
}
