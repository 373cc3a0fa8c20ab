package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// printTable prints what was measured beside targets and Moodle's figures.
func printTable(out io.Writer, results []result) {
	if len(results) == 0 {
		return
	}
	t := tabwriter.NewWriter(out, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\nprocessor ms an operation\tn\tGo\tPostgreSQL\tsum\ttarget\tsum/target\tsum/bare\tstatements\tbytes\tMoodle 4.5\tMoodle/sum\t")
	for _, r := range results {
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%.2f\t%.2f\t%s\t%s\t%s\t%s\t%.0f\t%s\t%s\t\n", r.name, r.cost.n, millis(r.cost.program), millis(r.postgres), r.ms(),
			figure(r.target, "%g"), ratio(r.ms(), r.target), ratio(r.ms(), r.bare), statements(r.statements), r.bytes,
			figure(r.moodle, "%.0f"), ratio(r.moodle, r.ms()))
	}
	_ = t.Flush()
	fmt.Fprintln(out, "\nA save may cost 1.60 of the bare handler. Moodle's figures were measured elsewhere, on a machine of this kind.")
	for _, r := range results {
		if r.note != "" {
			fmt.Fprintf(out, "%s: %s.\n", r.name, r.note)
		}
	}
}

func figure(v float64, format string) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf(format, v)
}

func ratio(a, b float64) string {
	if a == 0 || b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", a/b)
}

func statements(n float64) string {
	if n < 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", n)
}
