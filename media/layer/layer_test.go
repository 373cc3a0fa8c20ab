package layer_test

import (
	"slices"
	"testing"

	"mostik/media/layer"
)

func TestChoose(t *testing.T) {
	camera := []int{150_000, 500_000, 1_200_000}
	all := layer.Want{Rates: camera, Most: 2, Now: layer.None}
	for _, c := range []struct {
		name  string
		bits  int
		wants []layer.Want
		want  []int
	}{
		{"no limit", 0, []layer.Want{all, {camera, 0, layer.None}}, []int{2, 0}},
		{"the speaker first", 900_000, []layer.Want{all, all, all}, []int{1, 0, 0}},
		{"only the speaker", 200_000, []layer.Want{all, all}, []int{0, layer.None}},
		{"sound only", 100_000, []layer.Want{all}, []int{layer.None}},
		{"a layer is silent", 0, []layer.Want{{[]int{150_000, 0, 1_200_000}, 2, layer.None}}, []int{2}},
		{"not on the screen", 0, []layer.Want{{camera, layer.None, layer.None}}, []int{layer.None}},
		{"not begun", 0, []layer.Want{{[]int{0}, 2, layer.None}}, []int{0}},
	} {
		if got := layer.Choose(c.bits, c.wants, nil); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A line of 600 kbit/s under 1.2 Mbit/s of wishes: the limit falls at once, and what is tried is tried ever more
// seldom.
func TestLimitFallsQuicklyAndRisesSlowly(t *testing.T) {
	var l layer.Limit
	const line, wanted = 600_000, 1_200_000
	sending, trials, last := wanted, 0, 0
	for now := int64(1); now < 120e9; now += 500e6 {
		arrives := min(sending, line)
		limit := l.Update(now, arrives, 0, sending > line, wanted, 0)
		if limit > last && last > 0 {
			trials++
		}
		last = limit
		sending = wanted
		if limit > 0 {
			sending = min(wanted, limit)
		}
		if now < 1e9 && sending > line {
			t.Fatalf("after %d ms it still sends %d", now/1e6, sending)
		}
	}
	if trials == 0 || trials > 12 {
		t.Errorf("%d trials in two minutes", trials)
	}
}

func TestLimitGoesWhenTheLineIsWideAgain(t *testing.T) {
	var l layer.Limit
	l.Update(1, 300_000, 0.3, false, 1_200_000, 0)
	now := int64(1)
	for range 200 {
		now += 500e6
		if l.Update(now, 300_000, 0, false, 1_200_000, 0) == 0 {
			if now < 10e9 {
				t.Errorf("after %d ms already", now/1e6)
			}
			return
		}
	}
	t.Error("the limit stays for ever")
}

// A line has just grown narrow: what is told of it is still half of before. The first fall is by too little, so that loss
// stays, and yet it is not the line's own.
func TestOneFallProvesNothing(t *testing.T) {
	const gate, plain, joined = 60_000, 90_000, 40_000 // sound goes in long packets where the limit is near it
	var l layer.Limit
	arrives, loss := 180_000, 0.4
	clean := 0
	for now := int64(1); now < 30e9; now += 500e6 {
		sent := plain
		if limit := l.Update(now, arrives, loss, false, 600_000, 300_000); limit > 0 && limit < plain {
			sent = joined
		}
		arrives, loss = min(sent, gate), max(0, 1-gate/float64(sent))
		if now > 8e9 && loss == 0 {
			clean++
		}
	}
	if clean < 30 {
		t.Errorf("in %d of 44 looks nothing is lost", clean)
	}
}

// What a line loses whatever is sent is its own: the limit falls twice, and rises again. Loss that goes when less is
// sent was too much.
func TestLossOfTheLineItself(t *testing.T) {
	for _, c := range []struct {
		name    string
		loss    func(sent int) float64
		at      func(sent int) int
		allowed bool
	}{
		{"a radio that loses 30 %", func(int) float64 { return 0.3 }, func(sent int) int { return sent * 7 / 10 }, true},
		{
			"a gate that lets 300 kbit/s through",
			func(sent int) float64 { return max(0, 1-300_000/float64(sent)) },
			func(sent int) int { return min(sent, 300_000) }, false,
		},
	} {
		var l layer.Limit
		const wanted = 1_000_000
		sent, much := wanted, 0
		for now := int64(1); now < 60e9; now += 500e6 {
			limit := l.Update(now, c.at(sent), c.loss(sent), false, wanted, 0)
			sent = wanted
			if limit > 0 {
				sent = min(wanted, limit)
			}
			if sent > 500_000 && now > 20e9 {
				much++
			}
		}
		if most := much > 60; most != c.allowed {
			t.Errorf("%s: more than half in %d of 80 looks", c.name, much)
		}
	}
}

// A line that carries what is sent, and no more, is not asked to carry less because its limit stands below.
func TestWhatIsCarriedStays(t *testing.T) {
	single := []layer.Want{{Rates: []int{300_000}, Most: 2, Now: 0}}
	if got := layer.Choose(285_000, single, nil); got[0] != 0 {
		t.Error("a camera of one layer is dropped though it fits")
	}
	if got := layer.Choose(200_000, single, nil); got[0] != layer.None {
		t.Error("a camera of one layer is sent though it does not fit")
	}
	single[0].Now = layer.None
	if got := layer.Choose(285_000, single, nil); got[0] != layer.None {
		t.Error("a camera is begun that does not fit")
	}
}

func TestNext(t *testing.T) {
	camera := layer.Want{Rates: []int{100, 300, 900}, Most: 2}
	for _, c := range []struct {
		name   string
		wants  []layer.Want
		chosen []int
		want   int
	}{
		{"one that is not there", []layer.Want{camera, camera}, []int{1, layer.None}, 400},
		{"a better one", []layer.Want{camera, camera}, []int{1, 0}, 1000},
		{"a better one of the second", []layer.Want{camera, camera}, []int{2, 0}, 1200},
		{"all there is", []layer.Want{camera}, []int{2}, 0},
		{"a smaller place", []layer.Want{{Rates: camera.Rates, Most: 1}}, []int{1}, 0},
		{"no place", []layer.Want{{Rates: camera.Rates, Most: layer.None}}, []int{layer.None}, 0},
		{"silent ones above", []layer.Want{{Rates: []int{100, 0, 0}, Most: 2}}, []int{0}, 0},
		{"not chosen yet", []layer.Want{camera}, nil, 0},
	} {
		if got := layer.Next(c.wants, c.chosen); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestGrade(t *testing.T) {
	camera := layer.Want{Rates: []int{100, 300, 900}, Most: 2}
	unseen := layer.Want{Rates: camera.Rates, Most: layer.None}
	for _, c := range []struct {
		wants  []layer.Want
		chosen []int
		joined bool
		want   layer.Level
	}{
		{[]layer.Want{camera, unseen}, []int{2, layer.None}, false, layer.Full},
		{[]layer.Want{camera, camera}, []int{2, 0}, false, layer.Lower},
		{[]layer.Want{camera, camera}, []int{2, layer.None}, false, layer.Speaker},
		{[]layer.Want{camera, unseen}, []int{layer.None, layer.None}, false, layer.Slides},
		{[]layer.Want{camera}, []int{layer.None}, true, layer.Voice},
		{nil, nil, false, layer.Full},
	} {
		if got := layer.Grade(c.wants, c.chosen, c.joined); got != c.want {
			t.Errorf("%v of %v: %v, want %v", c.chosen, c.wants, got, c.want)
		}
	}
}
