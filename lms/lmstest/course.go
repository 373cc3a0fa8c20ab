package lmstest

import (
	"maps"
	"testing/fstest"
)

// CourseKey is the key of SmallCourse.
const CourseKey = "small"

// SmallCourse is a package with one activity of nearly every kind, whole in two languages, for tests. Changed
// files may be given by path; they replace those of the package.
func SmallCourse(changed map[string]string) fstest.MapFS {
	files := maps.Clone(smallCourse)
	maps.Copy(files, changed)
	fsys := fstest.MapFS{}
	for path, text := range files {
		fsys[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// SmallCourseYAML is the structure of SmallCourse, to be changed by tests of versions.
const SmallCourseYAML = `key: small
languages: [en, ru]
hours: 2.5
level: foundation
certificate: {validity_months: 24, law_as_of: 2026-01-01}
countries: [KZ, RU]
modules:
  - key: m1
    activities:
      - {key: read-one, kind: lesson, revision: 1, minutes: 5, complete: seen}
      - {key: read-two, kind: lesson, revision: 1, minutes: 5, complete: seen}
      - key: pre
        kind: quiz
        revision: 1
        minutes: 5
        complete: submitted
        quiz: {purpose: pre, pair: base, items: [q-single, q-match], attempts: 1, review: never}
      - key: practice
        kind: quiz
        revision: 1
        minutes: 5
        complete: score
        requires: [read-one]
        quiz: {purpose: practice, items: [q-single, q-match, q-order, q-open], pass: 60, attempts: 0, shuffle: true, review: submitted}
  - key: m2
    requires: [m1]
    activities:
      - {key: talk, kind: interview, revision: 1, minutes: 10, complete: score, scenario: talk, pass: 50, required: false}
      - {key: think, kind: reflection, revision: 1, minutes: 5, complete: submitted, required: false}
      - {key: map, kind: worksheet, revision: 1, minutes: 5, complete: submitted, worksheet: map, handed_in: true, required: false}
      - key: note
        kind: file
        revision: 1
        minutes: 5
        complete: submitted
        required: false
        file: {max_mb: 1, types: [pdf, png, docx]}
        rubric: [{key: safety, points: 4}]
      - {key: exchange, kind: discussion, revision: 1, minutes: 5, complete: submitted, required: false}
      - {key: check, kind: selfcheck, revision: 1, minutes: 5, complete: none, required: false, survey: strain}
      - {key: practice-day, kind: in-person, revision: 1, minutes: 60, complete: attended, required: false}
      - {key: post, kind: quiz, revision: 1, minutes: 5, complete: submitted, quiz: {purpose: post, pair: base, items: [q-single, q-match], attempts: 1, review: submitted}}
      - key: final
        kind: quiz
        revision: 1
        minutes: 10
        complete: score
        requires: [post]
        quiz:
          purpose: final
          draw: [{tags: [final], count: 2}]
          pass: 75
          attempts: 2
          time_minutes: 20
          grace_seconds: 30
          shuffle: true
          review: passed
      - {key: reaction, kind: survey, revision: 1, minutes: 3, complete: submitted, required: false, survey: reaction}
`

var smallCourse = map[string]string{
	"course.yaml": SmallCourseYAML,
	"sources.yaml": `palermo: {title: Protocol to Prevent Trafficking in Persons, by: United Nations, year: 2000, url: "https://www.unodc.org/", checked: 2026-01-01}
`,
	"bank/all.yaml": `- key: q-single
  kind: single
  level: 1
  tags: [final]
  sources: [palermo art. 3(a)]
  options: [{key: a}, {key: b, right: true}, {key: c}]
- key: q-match
  kind: matching
  level: 2
  points: 2
  tags: [final]
  sources: [palermo art. 3(a)]
  pairs: [{left: l1, right: r1}, {left: l2, right: r2}]
  extra: [r3]
- key: q-order
  kind: ordering
  level: 2
  tags: [other]
  sources: [palermo art. 3(a)]
  items: [i1, i2, i3]
- key: q-open
  kind: open
  level: 3
  points: 4
  tags: [other]
  sources: [palermo art. 3(a)]
`,
	"scenarios/talk.yaml": `key: talk
kind: interview
child: false
start_state: {trust: 40, safety: 50}
roles:
  - {key: desk, start: n1, owes: [referred]}
indicators: [papers-held, threats]
principles:
  do-no-harm: {source: palermo art. 6}
facts:
  - {key: f-recruited, element: act}
  - {key: f-deceived, element: means}
  - {key: f-labour, element: purpose}
nodes:
  - key: n1
    shows: [papers-held]
    facts: [f-recruited, f-deceived, f-labour]
    choices:
      - {key: a, to: n2, trust: 10}
      - {key: b, to: n3, faults: [{principle: do-no-harm, weight: 3}]}
  - key: n2
    choices:
      - {key: a, to: n4, does: [referred]}
      - {key: b, to: n3}
  - key: n3
    end: left
  - key: n4
    end: referred
`,
	"surveys/strain.yaml": `key: strain
kind: selfcheck
instrument: own
frames: {often: [100, 50, 0]}
scales: [{key: work, items: [w1, w2], min_answered: 1}]
items:
  - {key: w1, frame: often}
  - {key: w2, frame: often, reversed: true}
`,
	"surveys/reaction.yaml": `key: reaction
kind: survey
anonymous: true
items:
  - {key: s1, kind: scale, from: 1, to: 5}
  - {key: s2, kind: text}
`,
	"worksheets/map.yaml": `key: map
fields:
  - {key: who, kind: line, required: true}
  - {key: how, kind: text}
`,
	"overlays/kz.yaml": `country: KZ
owner: National course lead
blocks:
  - {key: definition, kind: law, sources: [palermo], as_of: 2026-01-01, review_by: 2027-01-01}
  - {key: contacts, kind: contacts, status: unconfirmed, review_by: 2027-01-01}
`,
	"overlays/ru.yaml": `country: RU
owner: National course lead
blocks:
  - {key: definition, kind: law, sources: [palermo], as_of: 2026-01-01, review_by: 2027-01-01}
  - {key: contacts, kind: contacts, status: unconfirmed, review_by: 2027-01-01}
`,
}

func init() {
	for lang, suffix := range map[string]string{"en": "", "ru": " по-русски"} {
		for path, text := range smallWords(lang, suffix) {
			smallCourse["text/"+lang+"/"+path] = text
		}
	}
}

// smallWords are the texts of one language: English with a mark, which is all that a test needs.
func smallWords(_ string, mark string) map[string]string {
	return map[string]string{
		"course.yaml": `title: A small course` + mark + `
summary: It has one activity of each kind` + mark + `.
audience: Tests` + mark + `.
outcomes: ["You can run tests` + mark + `"]
modules:
  m1: {title: First` + mark + `, summary: The beginning` + mark + `.}
  m2: {title: Second` + mark + `, summary: The end` + mark + `.}
activities:
  read-one: {title: Read one` + mark + `}
  read-two: {title: Read two` + mark + `}
  pre: {title: Before` + mark + `}
  practice: {title: Practice` + mark + `}
  talk: {title: A talk` + mark + `}
  think: {title: Think` + mark + `, prompt: What would you do` + mark + `.}
  map: {title: A map` + mark + `}
  note: {title: A note` + mark + `, prompt: Write a note` + mark + `.}
  exchange: {title: Exchange` + mark + `, prompt: What do you see` + mark + `.}
  check: {title: Strain` + mark + `}
  practice-day: {title: A day` + mark + `, prompt: We meet` + mark + `.}
  post: {title: After` + mark + `}
  final: {title: Final test` + mark + `}
  reaction: {title: Reaction` + mark + `}
rubrics:
  note: {safety: {title: Safety` + mark + `, levels: ["0: none", "4: all"]}}
`,
		"glossary.yaml": `debt-bondage: {term: debt bondage` + mark + `, definition: Work for a debt` + mark + `.}
`,
		"lessons/read-one.md": "Some [debt bondage](term:debt-bondage) words [@palermo art. 3(a)]" + mark + ".\n\n## The law {#law}\n\n::overlay[definition]\n\n::overlay[contacts]\n",
		"lessons/read-two.md": "More words [@palermo]" + mark + ".\n",
		"bank/all.yaml": `q-single:
  stem: Which is an act` + mark + `.
  options: {a: Deceiving somebody` + mark + `, b: Harbouring somebody` + mark + `, c: Being in debt` + mark + `}
  feedback: {a: That is a means` + mark + `., b: That is an act` + mark + `., c: That is no act` + mark + `.}
q-match:
  stem: Match them` + mark + `.
  left: {l1: Left one` + mark + `, l2: Left two` + mark + `}
  right: {r1: Right one` + mark + `, r2: Right two` + mark + `, r3: Right three` + mark + `}
  feedback: {l1: It is the first` + mark + `., l2: It is the second` + mark + `.}
q-order: {stem: Put them in order` + mark + `., items: {i1: One` + mark + `, i2: Two` + mark + `, i3: Three` + mark + `}, explain: So it goes` + mark + `.}
q-open: {stem: Write it down` + mark + `., guidance: Look for safety` + mark + `.}
`,
		"scenarios/talk.yaml": `title: A talk` + mark + `
person: {name: Aigul` + mark + `, about: A cleaner` + mark + `.}
intro: You sit at a desk` + mark + `.
roles: {desk: {title: The desk` + mark + `, task: Notice and refer` + mark + `.}}
indicators: {papers-held: Papers are held` + mark + `, threats: Threats are made` + mark + `}
principles: {do-no-harm: Do no harm` + mark + `}
facts: {f-recruited: She was recruited` + mark + `, f-deceived: She was deceived` + mark + `, f-labour: She must work` + mark + `}
steps: {referred: Passed on` + mark + `}
nodes:
  n1: {says: They hold my papers` + mark + `., choices: {a: {say: You are safe here` + mark + `., comment: Good` + mark + `.}, b: {say: You must tell me all` + mark + `., comment: Harmful` + mark + `.}}}
  n2: {says: What now` + mark + `., choices: {a: {say: May I pass you on` + mark + `., comment: Good` + mark + `.}, b: {say: I cannot help` + mark + `., comment: A pity` + mark + `.}}}
  n3: {says: I go` + mark + `., ending: She leaves` + mark + `.}
  n4: {says: Thank you` + mark + `., ending: She is helped` + mark + `.}
`,
		"surveys/strain.yaml": `title: Strain` + mark + `
intro: Only you see it` + mark + `.
source: Made up for tests` + mark + `.
frames: {often: [Always` + mark + `, Sometimes` + mark + `, Never` + mark + `]}
scales: {work: {title: Work` + mark + `, about: How work tires` + mark + `.}}
items: {w1: {stem: Are you tired` + mark + `.}, w2: {stem: Are you rested` + mark + `.}}
`,
		"surveys/reaction.yaml": `title: Reaction` + mark + `
intro: Nobody knows who you are` + mark + `.
items: {s1: {stem: Was it good` + mark + `., low: No` + mark + `, high: Yes` + mark + `}, s2: {stem: Anything else` + mark + `.}}
`,
		"worksheets/map.yaml": `title: A map` + mark + `
intro: Fill it in` + mark + `.
fields: {who: {label: Who` + mark + `}, how: {label: How` + mark + `}}
`,
		"overlays/kz.yaml": `definition: The law of Kazakhstan` + mark + `.
contacts: The operator completes this` + mark + `.
`,
		"overlays/ru.yaml": `definition: The law of Russia` + mark + `.
contacts: The operator completes this` + mark + `.
`,
	}
}
