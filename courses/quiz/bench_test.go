package quiz

import "testing"

// BenchmarkPaper is what the start of a quiz costs beside the database: twenty prompts.
func BenchmarkPaper(b *testing.B) {
	var prepared []*Prepared
	for range 2 {
		for _, kind := range Kinds {
			prepared = append(prepared, Prepare(samples()[kind], nil))
		}
	}
	for b.Loop() {
		for i, p := range prepared {
			_ = p.Prompt(Seed(i + 1)).Only("ru")
		}
	}
}

func BenchmarkParseAndScore(b *testing.B) {
	q := samples()[Single]
	for b.Loop() {
		a, err := ParseAnswer(q, 7, []byte(`{"choice":"b"}`))
		if err != nil || Score(q, a).State != Right {
			b.Fatal("the right answer is not right")
		}
	}
}
