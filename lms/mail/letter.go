package mail

import (
	"fmt"
	"html/template"
	"strings"
)

// Letter is what a mail says, from which its plain text and its simple HTML are made. Every text is in the reader's
// language and is escaped where it needs to be.
type Letter struct {
	Language string
	Heading  string
	// Paragraphs come first, Facts as lines of a table below them, then List under its own title.
	Paragraphs []string
	Facts      []Fact
	ListTitle  string
	List       []string
	// Button and its address; the address stands as text too.
	Button, URL string
	Foot        []string
}

// Fact is a line with what it is.
type Fact struct{ Label, Value string }

// Text writes the letter in plain text.
func (l Letter) Text() string {
	var b strings.Builder
	block := func(lines ...string) {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		for _, line := range lines {
			b.WriteString(line + "\n")
		}
	}
	block(l.Heading)
	for _, p := range l.Paragraphs {
		block(p)
	}
	if len(l.Facts) > 0 {
		var lines []string
		for _, f := range l.Facts {
			lines = append(lines, f.Label+": "+f.Value)
		}
		block(lines...)
	}
	if len(l.List) > 0 {
		lines := []string{l.ListTitle}
		for _, item := range l.List {
			lines = append(lines, "- "+item)
		}
		block(lines...)
	}
	if l.URL != "" {
		block(l.Button+":", l.URL)
	}
	for _, f := range l.Foot {
		block(f)
	}
	return b.String()
}

// page has its few styles in place, for mail programs drop style sheets; and nothing that is fetched, so that
// nobody learns when a mail was read.
var page = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><title>{{.Heading}}</title></head>
<body style="margin:0;padding:16px;font-family:sans-serif;font-size:17px;line-height:1.5;color:#1b2629;background:#ffffff">
<div style="max-width:36em">
<h1 style="font-size:21px;line-height:1.3;margin:0 0 16px">{{.Heading}}</h1>
{{- range .Paragraphs}}
<p style="margin:0 0 16px">{{.}}</p>
{{- end}}
{{- if .Facts}}
<table style="border-collapse:collapse;margin:0 0 16px">
{{- range .Facts}}
<tr><td style="padding:4px 16px 4px 0;color:#4c5b60;vertical-align:top">{{.Label}}</td><td style="padding:4px 0;font-weight:bold">{{.Value}}</td></tr>
{{- end}}
</table>
{{- end}}
{{- if .List}}
<p style="margin:0 0 4px">{{.ListTitle}}</p>
<ul style="margin:0 0 16px;padding-left:24px">
{{- range .List}}
<li>{{.}}</li>
{{- end}}
</ul>
{{- end}}
{{- if .URL}}
<p style="margin:0 0 8px"><a href="{{.URL}}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0b5f66;color:#ffffff;text-decoration:none">{{.Button}}</a></p>
<p style="margin:0 0 16px;font-size:14px;color:#4c5b60;word-break:break-all">{{.URL}}</p>
{{- end}}
{{- range .Foot}}
<p style="margin:0 0 8px;font-size:14px;color:#4c5b60">{{.}}</p>
{{- end}}
</div>
</body></html>
`))

// HTML writes the letter as a page of its own.
func (l Letter) HTML() (string, error) {
	var b strings.Builder
	if err := page.Execute(&b, l); err != nil {
		return "", fmt.Errorf("writing a mail: %w", err)
	}
	return b.String(), nil
}
