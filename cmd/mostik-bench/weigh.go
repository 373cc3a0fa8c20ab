package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

// The budgets for the wire, in bytes.
const (
	budgetSignIn     = 60_000
	budgetToQuestion = 120_000
	budgetNavigation = 10_000
)

// files finds what a page names to be fetched: scripts, styles, modules, pictures.
var files = regexp.MustCompile(`(?:src|href)="(/[^"#]+\.(?:js|mjs|css|svg|json|webmanifest|woff2)[^"]*)"`)

// weigh walks from the sign-in page to the first question as a browser would that fetches what the pages
// name, each file once, and prints the bytes of each step, heads included.
func (b *bench) weigh(ctx context.Context, out io.Writer) error {
	web := newClient(1)
	who := b.world.beginners[0]
	fetched := map[string]bool{}
	var cookies []*http.Cookie
	open := func(path string) error {
		body, head, err := web.do(ctx, request{method: http.MethodGet, url: b.server.url + path, cookies: cookies})
		if err != nil {
			return err
		}
		page, err := unpacked(body, head)
		if err != nil {
			return err
		}
		for _, m := range files.FindAllStringSubmatch(page, -1) {
			file := strings.ReplaceAll(m[1], "&amp;", "&")
			if fetched[file] {
				continue
			}
			fetched[file] = true
			if _, _, err := web.do(ctx, request{method: http.MethodGet, url: b.server.url + file, cookies: cookies}); err != nil {
				return err
			}
		}
		return nil
	}
	lesson := "/learn/" + who.enrolment.String()
	total := int64(0)
	fmt.Fprintln(out, "\nbytes over the wire, heads included")
	for _, step := range []struct {
		name   string
		budget int64
		do     func() error
	}{
		{"first visit to sign-in", budgetSignIn, func() error { return open("/sign-in") }},
		{"signing in", 0, func() error {
			_, head, err := web.do(ctx, request{
				method: http.MethodPost, url: b.server.url + api + "/auth/login",
				body: map[string]string{"login": "actor0", "password": password},
			})
			cookies = (&http.Response{Header: head}).Cookies()
			return err
		}},
		{"my learning", 0, func() error { return open("/learn") }},
		{"the quiz's page", 0, func() error { return open(lesson + "/m1-quiz") }},
		{"the first question", 0, func() error {
			return b.post(ctx, web, who, "/enrolments/"+who.enrolment.String()+"/activities/m1-quiz/attempts", withID{newID()})
		}},
	} {
		web.bytes.Store(0)
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		n := web.bytes.Load()
		total += n
		fmt.Fprintf(out, "  %-28s %8d%s\n", step.name, n, ofBudget(n, step.budget))
	}
	fmt.Fprintf(out, "  %-28s %8d%s\n", "sign-in to the first question", total, ofBudget(total, budgetToQuestion))
	web.bytes.Store(0)
	if err := b.get(ctx, web, who, "/enrolments/"+who.enrolment.String()+"/activities/m2-indicators", nil); err != nil {
		return err
	}
	n := web.bytes.Load()
	fmt.Fprintf(out, "  %-28s %8d%s\n", "a later lesson (data only)", n, ofBudget(n, budgetNavigation))
	return nil
}

func ofBudget(n, budget int64) string {
	if budget == 0 {
		return ""
	}
	return fmt.Sprintf("  %.2f of the budget of %d", float64(n)/float64(budget), budget)
}
