package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func init() {
	grownPages = []grownPage{
		{"desk", func(*population) string { return "/desk" }},
		{"desk of one programme", func(p *population) string { return "/desk?programme=" + p.programmes[0].String() }},
		{"desk, a country's centres", func(*population) string { return "/desk?by=centre&country=KZ" }},
		{"people by name", func(*population) string { return "/desk/people" }},
		{"people by what expires", func(*population) string { return "/desk/people?sort=until" }},
		{"what expires in 90 days", func(*population) string { return "/desk/expiring" }},
	}
	certify("desk", deskRows)
	certify("filter", filterRows)
	certify("page", pageRows)
	certify("XLSX", xlsxRow)
}

func deskRows(ctx context.Context, p *population) (all []reading, err error) {
	programme := "programme=" + p.programmes[0].String()
	for _, q := range []struct {
		name, path string
		who        learner
	}{
		{"desk of all countries", "/desk", p.admin},
		{"desk of one programme", "/desk?" + programme, p.admin},
		{"desk by kind of organisation", "/desk?by=kind&" + programme, p.admin},
		{"desk by centre, all countries", "/desk?by=centre", p.admin},
		{"desk of a coordinator of KZ", "/desk", p.kz},
		{"desk of KZ by organisation", "/desk?by=organisation&country=KZ", p.kz},
		{"desk of a centre's coordinator", "/desk?by=organisation", p.centre},
	} {
		f, err := p.asked(ctx, q.name, 0.3, q.who, q.path)
		if err != nil {
			return all, err
		}
		all = append(all, f)
	}
	return all, nil
}

// filters are all that a list can be narrowed by, and some together.
func filters(p *population) map[string]string {
	programme := "programme=" + p.programmes[0].String()
	return map[string]string{
		"words": "q=" + "%D0%90%D1%85%D0%BC%D0%B5%D1%82%2099", "words that nobody has": "q=zzzzzz", "country": "country=TJ", "kind": "kind=police",
		"job and sex": "job=lawyer&sex=female", "programme": programme, "certified": programme + "&standing=certified",
		"in no programme": "standing=none", "not in this one": programme + "&standing=none", "valid": "certificate=valid", "expired": "certificate=expired",
		"no certificate": "certificate=none", "revoked": "certificate=revoked", "expires": "expires_in=30", "expires, of a programme": programme + "&expires_in=60",
		"stuck": "stuck=true", "stuck in a programme": programme + "&stuck=true", "unseen": "unseen_since=2026-06-01", "no mail": "reach=none", "by phone": "reach=phone",
		"a trainer": "role=trainer", "many": programme + "&country=KZ,RU&kind=ngo,state&standing=active,invited&sex=female&reach=mail",
	}
}

func filterRows(ctx context.Context, p *population) (all []reading, err error) {
	worst := reading{}
	for name, q := range filters(p) {
		f, err := p.asked(ctx, "filter: "+name, 1, p.admin, "/desk/people?"+q)
		if err != nil {
			return all, err
		}
		all = append(all, f)
		if f.value > worst.value {
			worst = f
		}
	}
	return append(all, reading{name: "the dearest filter", unit: ofCount, value: worst.value, limit: 1, note: worst.name}), nil
}

// pageRows are pages of the list, the second by the mark of the first.
func pageRows(ctx context.Context, p *population) (all []reading, err error) {
	for _, sort := range []string{"name", "-name", "seen", "-seen", "until", "-until"} {
		var first struct {
			Next string `json:"next"`
		}
		body, head, err := newClient(1).do(ctx, request{method: http.MethodGet, url: p.server.url + api + "/desk/people?sort=" + sort, token: p.admin.token})
		if err != nil {
			return all, err
		}
		text, err := unpacked(body, head)
		if err != nil {
			return all, err
		}
		if err := json.Unmarshal([]byte(text), &first); err != nil {
			return all, err
		}
		f, err := p.asked(ctx, "a page of people, by "+sort, 0.1, p.admin, "/desk/people?sort="+sort+"&after="+first.Next)
		if err != nil {
			return all, err
		}
		all = append(all, f)
	}
	for name, q := range map[string]string{"the first page": "", "of a programme": "sort=until&programme=" + p.programmes[0].String()} {
		f, err := p.asked(ctx, "a page of people, "+name, 0.1, p.admin, "/desk/people?"+q)
		if err != nil {
			return all, err
		}
		all = append(all, f)
	}
	return all, nil
}

// xlsxRow asks for all people as a workbook, and reads what the program held at most meanwhile.
func xlsxRow(ctx context.Context, p *population) ([]reading, error) {
	pid := p.server.pid()
	before, err := resident(pid, "VmRSS")
	if err != nil {
		return nil, err
	}
	// 5 forgets the most that was held so far (proc(5), clear_refs).
	if err := os.WriteFile(filepath.Join("/proc", strconv.Itoa(pid), "clear_refs"), []byte("5"), 0); err != nil {
		return nil, err
	}
	start, err := p.used(p.server)
	if err != nil {
		return nil, err
	}
	web := newClient(1)
	web.http.Timeout = 5 * time.Minute
	body, _, err := web.do(ctx, request{method: http.MethodGet, url: p.server.url + api + "/desk/people.xlsx", token: p.admin.token})
	if err != nil {
		return nil, err
	}
	end, err := p.used(p.server)
	if err != nil {
		return nil, err
	}
	most, err := resident(pid, "VmHWM")
	if err != nil {
		return nil, err
	}
	if len(body) < p.people*20 || string(body[:2]) != "PK" {
		return nil, fmt.Errorf("%d bytes are no workbook of %d rows", len(body), p.people)
	}
	p.remember("XLSX of "+thousands(p.people)+" rows", p.admin, "/desk/people.xlsx", end.ms()-start.ms())
	return []reading{{
		name: "XLSX of " + thousands(p.people) + " rows, what it took of memory", unit: megabytes, value: most - before, limit: 150,
		note: fmt.Sprintf("the program held %.0f MB before and %.0f MB at most; %.1f MB sent, %.1f s of processor", before, most, float64(len(body))/1e6, (end.ms()-start.ms())/1000),
	}}, nil
}

// resident reads a line of a process's status, in MB.
func resident(pid int, name string) (float64, error) {
	f, err := os.Open(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name+":"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("no %s", name)
}
