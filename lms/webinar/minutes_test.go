package webinar

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

var (
	noon  = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	usual = rule{grace: DefaultGrace * time.Minute}
)

func at(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }

func join(minute int, seat, person string) event {
	return event{Kind: kindJoin, Seat: seat, Person: person, Name: person, At: at(minute)}
}

func leave(minute int, seat string) event { return event{Kind: kindLeave, Seat: seat, At: at(minute)} }

func siteOn(minute int) event {
	return event{Kind: kindJoin, Seat: "p2", Centre: "almaty", Name: "Almaty", At: at(minute)}
}

func siteOff(minute int) event {
	return event{Kind: kindLeave, Seat: "p2", Centre: "almaty", Name: "Almaty", At: at(minute)}
}

func seen(minute int, name, state, by string) event {
	return event{Kind: kindRoster, Seat: "p2", Centre: "almaty", Entry: "e-" + name, Name: name, State: state, Evidence: by, At: at(minute)}
}

func once(minute int, kind string) event { return event{Kind: kind, Seat: "p1", At: at(minute)} }

// Each script is a webinar of 100 minutes unless it says otherwise; minutes are by name.
func TestMinutes(t *testing.T) {
	phone := func(minute int, state string) event {
		return event{Kind: kindPhone, Seat: "p2", Centre: "almaty", State: state, At: at(minute)}
	}
	pause := func(minute int) event { return event{Kind: kindPause, Detail: "tea", At: at(minute)} }
	for name, c := range map[string]struct {
		events      []event
		corrections []Correction
		grace       time.Duration
		floor       int
		want        map[string]int
	}{
		"whoever came before the beginning counts from the beginning": {
			events: []event{join(-20, "p1", "Trainer"), once(0, kindBegin), once(100, kindEnd)},
			want:   map[string]int{"Trainer": 100},
		},
		"by a site and by one's own phone counts once": {
			events: []event{
				once(0, kindBegin), siteOn(-10),
				{Kind: kindRoster, Seat: "p2", Centre: "almaty", Entry: "e1", Person: "Aliya", Name: "Aliya", State: "here", Evidence: ByCode, At: at(5)},
				join(30, "p3", "Aliya"), leave(50, "p3"),
				{Kind: kindRoster, Seat: "p2", Centre: "almaty", Entry: "e1", Person: "Aliya", Name: "Aliya", State: "left", Evidence: ByTick, At: at(40)},
				once(100, kindEnd),
			},
			want: map[string]int{"Aliya": 45},
		},
		"late, and gone before the end": {
			events: []event{once(0, kindBegin), siteOn(0), seen(20, "Bakyt", "late", ByTick), seen(60, "Bakyt", "left", ByTick), once(100, kindEnd)},
			want:   map[string]int{"Bakyt": 40},
		},
		"a site whose line drops for good counts for ten minutes more": {
			events: []event{once(0, kindBegin), siteOn(0), seen(0, "Aliya", "here", ByTick), siteOff(70), once(100, kindEnd)},
			want:   map[string]int{"Aliya": 80},
		},
		"or for as long as the webinar says": {
			events: []event{once(0, kindBegin), siteOn(0), seen(0, "Aliya", "here", ByTick), siteOff(70), once(100, kindEnd)},
			grace:  25 * time.Minute, want: map[string]int{"Aliya": 95},
		},
		"a site that is back within the limit was never away": {
			events: []event{once(0, kindBegin), siteOn(0), seen(0, "Aliya", "here", ByTick), siteOff(20), siteOn(30), once(100, kindEnd)},
			want:   map[string]int{"Aliya": 100},
		},
		"beyond the limit it was away from the limit on": {
			events: []event{once(0, kindBegin), siteOn(0), seen(0, "Aliya", "here", ByTick), siteOff(20), siteOn(50), once(100, kindEnd)},
			want:   map[string]int{"Aliya": 80},
		},
		"by telephone a site goes on": {
			events: []event{once(0, kindBegin), siteOn(0), seen(0, "Aliya", "here", ByTick), siteOff(20), phone(25, "phone"), once(100, kindEnd)},
			want:   map[string]int{"Aliya": 100},
		},
		"a telephone found too late does not mend what was before": {
			events: []event{once(0, kindBegin), siteOn(0), seen(0, "Aliya", "here", ByTick), siteOff(20), phone(50, "phone"), once(100, kindEnd)},
			want:   map[string]int{"Aliya": 80},
		},
		"from the telephone back to the line, and then the line drops": {
			events: []event{once(0, kindBegin), siteOn(0), seen(0, "Aliya", "here", ByTick), phone(20, "phone"), siteOn(40), siteOff(50), once(100, kindEnd)},
			want:   map[string]int{"Aliya": 60},
		},
		"whoever is ticked while the line is down counts within the limit only": {
			events: []event{once(0, kindBegin), siteOn(0), siteOff(20), seen(25, "Aliya", "here", ByTick), siteOn(60), once(100, kindEnd)},
			want:   map[string]int{"Aliya": 45},
		},
		"pauses are nobody's": {
			events: []event{once(0, kindBegin), join(0, "p1", "Trainer"), join(0, "p3", "Dilnoza"), pause(40), leave(41, "p3"), once(60, kindResume), join(70, "p3", "Dilnoza"), once(100, kindEnd)},
			floor:  80, want: map[string]int{"Trainer": 80, "Dilnoza": 70},
		},
		"a pause that the end finds open": {
			events: []event{once(0, kindBegin), join(0, "p1", "Trainer"), pause(90), once(100, kindEnd)},
			floor:  90, want: map[string]int{"Trainer": 90},
		},
		"a pause before anything began is none": {
			events: []event{pause(-10), once(0, kindBegin), join(0, "p1", "Trainer"), once(100, kindEnd)},
			want:   map[string]int{"Trainer": 100},
		},
		"a room that was ended by mistake and opened again gives its seats anew": {
			events: []event{
				once(0, kindBegin), join(0, "p1", "Trainer"), join(0, "p2", "Dilnoza"), once(30, kindEnd), leave(30, "p1"), leave(30, "p2"),
				join(40, "p1", "Dilnoza"),
				{Kind: kindBegin, At: at(50)},
				join(50, "p2", "Trainer"), once(100, kindEnd),
			},
			floor: 80, want: map[string]int{"Trainer": 80, "Dilnoza": 80},
		},
		"the program is killed: who comes back was there, who does not was there until then": {
			events: []event{
				once(0, kindBegin), join(0, "p1", "Trainer"), join(0, "p3", "Dilnoza"), siteOn(0), seen(0, "Aliya", "here", ByTick), once(40, kindAlive),
				once(41, kindRestart), join(41, "p1", "Trainer"), siteOn(42), once(100, kindEnd),
			},
			want: map[string]int{"Trainer": 100, "Dilnoza": 40, "Aliya": 100},
		},
		"a room that nobody ended is over with its last sign of life": {
			events: []event{once(0, kindBegin), join(0, "p1", "Trainer"), once(99, kindAlive), once(100, kindAlive)},
			want:   map[string]int{"Trainer": 100},
		},
		"corrections": {
			events: []event{
				once(0, kindBegin), siteOn(0), seen(0, "Aliya", "here", ByTick), seen(0, "Bakyt", "here", ByTick), seen(50, "Walk-in", "here", ByTick),
				join(0, "p3", "dina"), leave(20, "p3"), once(100, kindEnd),
			},
			corrections: []Correction{
				{Number: 1, Kind: CorrectStrike, Who: "entry/e-Bakyt"},
				{Number: 2, Kind: CorrectMatch, Who: "entry/e-Walk-in", Person: "dina", Name: "dina"},
				{Number: 3, Kind: CorrectChange, Who: "entry/e-Aliya", From: at(10), To: at(200)},
				{Number: 4, Kind: CorrectAdd, Who: addedKey(4), Name: "Sheet", From: at(0), To: at(30), Paper: "scan"},
				{Number: 5, Kind: CorrectAdd, Who: "person/new", Person: "new", Name: "New", From: at(0), To: at(10)},
				{Number: 6, Kind: CorrectStrike, Who: "person/new"},
				{Number: 7, Kind: CorrectWithdraw, Withdraws: 6},
			},
			want: map[string]int{"Aliya": 90, "Bakyt": 0, "dina": 70, "Sheet": 30, "New": 10},
		},
		"a mistaken withdrawal is withdrawn": {
			events: []event{once(0, kindBegin), join(0, "p3", "Dina"), once(100, kindEnd)},
			corrections: []Correction{
				{Number: 1, Kind: CorrectStrike, Who: "person/Dina"}, {Number: 2, Kind: CorrectWithdraw, Withdraws: 1}, {Number: 3, Kind: CorrectWithdraw, Withdraws: 2},
			},
			want: map[string]int{"Dina": 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := usual
			if c.grace != 0 {
				r.grace = c.grace
			}
			if c.floor == 0 {
				c.floor = 100
			}
			floor, people := count(c.events, c.corrections, r, at(500))
			if floor.Minutes != c.floor {
				t.Errorf("the floor has %d minutes, want %d", floor.Minutes, c.floor)
			}
			got := map[string]int{}
			for _, p := range people {
				got[p.Name] = p.Minutes
				if want := (100*p.Minutes + c.floor/2) / c.floor; p.Percent != want {
					t.Errorf("%s: %d %%, want %d", p.Name, p.Percent, want)
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("minutes %v, want %v", got, c.want)
			}
		})
	}
}

func TestMinutesBeforeAnythingBegan(t *testing.T) {
	if f, people := count([]event{join(0, "p1", "Early")}, nil, usual, at(10)); !f.From.IsZero() || len(people) != 0 {
		t.Errorf("%+v %+v", f, people)
	}
}

func TestWhatACorrectionKeeps(t *testing.T) {
	_, people := count([]event{once(0, kindBegin), join(0, "p3", "Dina"), leave(20, "p3"), once(100, kindEnd)},
		[]Correction{{Number: 1, Kind: CorrectAdd, Who: "person/Dina", Person: "Dina", From: at(20), To: at(50), Paper: "scan"}}, usual, at(500))
	p := people[0]
	if p.Minutes != 50 || p.Before == nil || p.Before.Minutes != 20 || !slices.Equal(p.Evidence, []string{ByDevice, ByPaper}) || !slices.Equal(p.Corrections, []int{1}) {
		t.Errorf("%+v, before %+v", p, p.Before)
	}
}

func TestQuestionsOfPresence(t *testing.T) {
	here := func(minute int, seat, entry string) event {
		return event{Kind: kindHere, Seat: seat, Entry: entry, At: at(minute)}
	}
	_, people := count([]event{
		once(0, kindBegin), join(0, "p1", "Trainer"), siteOn(0), seen(0, "Aliya", "here", ByTick), seen(0, "Bakyt", "here", ByTick), seen(0, "Gone", "left", ByTick),
		join(0, "p3", "Dina"), join(0, "p4", "Asleep"),
		here(5, "p3", ""), // to no question
		once(10, kindAsk), here(11, "p3", ""), here(11, "p2", ""),
		once(30, kindAsk), here(31, "p2", "e-Aliya"), here(40, "p4", ""), // too late
		once(100, kindEnd),
	}, nil, usual, at(500))
	got := map[string][2]int{}
	for _, p := range people {
		got[p.Name] = [2]int{p.Answered, p.Asked}
	}
	want := map[string][2]int{"Trainer": {0, 0}, "Aliya": {2, 2}, "Bakyt": {1, 2}, "Gone": {0, 0}, "Dina": {1, 2}, "Asleep": {0, 2}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// randomScript is what some people and one site do in a webinar, each in an order of their own, at full minutes so that
// much happens at once.
func randomScript(r *rand.Rand) [][]event {
	var actors [][]event
	floor := []event{once(0, kindBegin)}
	for minute := r.IntN(40); minute < 110; minute += 10 + r.IntN(40) {
		floor = append(floor, event{Kind: kindPause, At: at(minute)}, once(minute+1+r.IntN(9), kindResume))
	}
	actors = append(actors, floor)
	for i := range 4 {
		var one []event
		seat, person := fmt.Sprint("a", i), fmt.Sprint("person", i/2) // two seats to a person
		for minute := r.IntN(50) - 10; minute < 130; minute += 1 + r.IntN(30) {
			one = append(one, join(minute, seat, person), leave(minute+r.IntN(20), seat))
		}
		slices.SortStableFunc(one, func(a, b event) int { return a.At.Compare(b.At) })
		actors = append(actors, one)
	}
	var site []event
	for minute := -5; minute < 130; minute += 1 + r.IntN(20) {
		switch r.IntN(5) {
		case 0:
			site = append(site, siteOff(minute))
		case 1:
			site = append(site, event{Kind: kindPhone, Seat: "p2", Centre: "almaty", State: "phone", At: at(minute)})
		case 2:
			site = append(site, seen(minute, "Aliya", "left", ByTick))
		case 3:
			site = append(site, seen(minute, "Aliya", "here", ByCode))
		case 4:
			site = append(site, siteOn(minute))
		}
	}
	return append(actors, site)
}

// mixed makes one journal: in order of time, and what is of one minute in any order that keeps each actor's own.
func mixed(r *rand.Rand, actors [][]event) []event {
	left := make([][]event, len(actors))
	copy(left, actors)
	var all []event
	for {
		var next []int
		for i, list := range left {
			if len(list) == 0 {
				continue
			}
			switch {
			case len(next) == 0 || list[0].At.Before(left[next[0]][0].At):
				next = []int{i}
			case list[0].At.Equal(left[next[0]][0].At):
				next = append(next, i)
			}
		}
		if len(next) == 0 {
			return append(all, once(120, kindEnd))
		}
		i := next[r.IntN(len(next))]
		if left[i][0].At.Before(at(120)) {
			all = append(all, left[i][0])
		}
		left[i] = left[i][1:]
	}
}

// Whatever happens: nobody has more minutes than the floor, a correction of the same span changes nothing, and the
// order in which things of one moment were written down does not matter.
func TestMinutesHoldWhateverHappens(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		script := randomScript(r)
		floor, people := count(mixed(r, script), nil, usual, at(500))
		again, same := count(mixed(r, script), nil, usual, at(500))
		sums := func(list []Presence) map[string]any {
			m := map[string]any{}
			for _, p := range list {
				m[p.Key] = []any{p.Minutes, p.Percent, p.Spans}
			}
			return m
		}
		if again.Minutes != floor.Minutes || !reflect.DeepEqual(sums(people), sums(same)) {
			t.Fatalf("seed %d: order matters:\n%v\n%v", seed, sums(people), sums(same))
		}
		for _, p := range people {
			if p.Minutes > floor.Minutes || p.Percent > 100 || p.Minutes < 0 {
				t.Fatalf("seed %d: %s has %d of %d minutes", seed, p.Name, p.Minutes, floor.Minutes)
			}
			for i, s := range p.Spans {
				if !s.To.After(s.From) || i > 0 && !s.From.After(p.Spans[i-1].To) || s.From.Before(floor.From) || s.To.After(floor.To) {
					t.Fatalf("seed %d: %s has odd spans %v", seed, p.Name, p.Spans)
				}
			}
		}
	}
}
