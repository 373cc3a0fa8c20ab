package learning

import "testing"

func TestPlainStem(t *testing.T) {
	for stem, want := range map[string]string{
		"A child is anyone under {{g1}}; *means* are not needed [@palermo art. 3(c)].": "A child is anyone under …; means are not needed.",
		"What is [debt bondage](term:debt-bondage)?":                                   "What is debt bondage?",
	} {
		if got := plainStem(stem); got != want {
			t.Errorf("plainStem(%q) = %q", stem, got)
		}
	}
}
