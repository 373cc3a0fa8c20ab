package main

import (
	"strings"
	"testing"
)

const someLog = `2026-11-22 09:32:48.942 UTC [13765] LOG:  duration: 1.507 ms  plan:
	Query Text: SELECT 1
	Result  (cost=0.00..0.01 rows=1 width=4) (actual time=0.001..0.001 rows=1 loops=1)
2026-11-22 09:32:49.942 UTC [13765] LOG:  duration: 21.250 ms  plan:
	Query Text: WITH who AS (
	        SELECT p.id FROM persons p)
	SELECT count(*) FROM who
	Aggregate  (cost=16.52..16.56 rows=1 width=8) (actual time=21.053..21.057 rows=1 loops=1)
	  Buffers: shared hit=57 read=9
	  ->  Index Only Scan using persons_pkey on persons p  (cost=0.42..2.64 rows=1 width=51) (actual time=0.028..14.029 rows=100000 loops=1)
	        Index Cond: (id = ANY ('{856b60e7-968d-f0e4-0d8f-31d0c78629b9}'::uuid[]))
	        Heap Fetches: 0
	        Buffers: shared hit=2 read=2
2026-11-22 09:32:50.942 UTC [13765] LOG:  duration: 3.1 ms  plan:
	Query Text: SELECT 2
	Result  (cost=0.00..0.01 rows=1 width=4) (actual time=0.001..3.001 rows=1 loops=1)
2026-11-22 09:32:51.942 UTC [13766] LOG:  checkpoint starting: time
`

func TestTheSlowestPlanIsShown(t *testing.T) {
	want := strings.TrimPrefix(`
Aggregate  (21.057 ms rows=1 loops=1)
  Buffers: shared hit=57 read=9
  ->  Index Only Scan using persons_pkey on persons p  (14.029 ms rows=100000 loops=1)
        Index Cond: (id = ANY ('{856b60e7-968d-f0e4-0d8f-31d0c78629b9}'::uuid[]))
        Heap Fetches: 0`, "\n")
	if got := slowestPlan(someLog); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := slowestPlan("nothing"); !strings.Contains(got, "no statement") {
		t.Error(got)
	}
}
