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
		limit := l.Update(now, arrives, 0, sending > line, wanted)
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
	l.Update(1, 300_000, 0.3, false, 1_200_000)
	now := int64(1)
	for range 200 {
		now += 500e6
		if l.Update(now, 300_000, 0, false, 1_200_000) == 0 {
			if now < 10e9 {
				t.Errorf("after %d ms already", now/1e6)
			}
			return
		}
	}
	t.Error("the limit stays for ever")
}
