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
papers:
  - {key: m1-handout, kind: handout, module: m1}
  - {key: game, kind: game}
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
      - {key: desk, kind: desk, revision: 1, minutes: 10, complete: score, required: false, desk: yard, pass: 60}
      - {key: together, kind: exercise, revision: 1, minutes: 30, complete: submitted, required: false, exercise: market}
      - {key: load, kind: worksheet, revision: 1, minutes: 5, complete: submitted, required: false, worksheet: load, handed_in: true}
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
	"decks/cases.yaml": `key: cases
cards: [{key: c1, kind: situation}, {key: c2, kind: help}]
`,
	"worksheets/load.yaml": `key: load
fields:
  - {key: hours, kind: number, unit: true, required: true}
  - key: cases
    kind: table
    rows: 3
    columns: [{key: label, kind: line}, {key: hours, kind: number}, {key: weight, kind: choice, options: ["1", "2"]}]
    totals: [hours]
    capacity: hours
`,
	"desks/yard.yaml": `key: yard
documents:
  - {key: contract, kind: contract, facts: [f1, f2]}
  - {key: note, kind: note, facts: [f3, f4]}
facts:
  - {key: f1, element: act}
  - {key: f2, element: means}
  - {key: f3, element: purpose}
  - {key: f4, element: none}
indicators:
  - {key: deception, weight: strong, facts: [f2]}
  - {key: isolation, weight: none}
conclusions:
  - {key: refer, right: true}
  - {key: wait}
  - {key: confirm, source: palermo art. 6}
`,
	"exercises/market.yaml": `key: market
parts: [{key: police}, {key: inspection}, {key: health}, {key: ngo}]
proposal:
  - {key: first, kind: choice, options: [{key: a, right: true}, {key: b}, {key: c}]}
  - {key: share, kind: choices, options: [{key: a, right: true}, {key: b}]}
  - {key: because, kind: text}
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
papers: {m1-handout: {title: A page to keep` + mark + `}, game: {title: A game` + mark + `}}
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
  desk: {title: A file` + mark + `}
  together: {title: At a table` + mark + `}
  load: {title: My load` + mark + `}
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
		"papers/m1-handout.md": "## Keep this {#keep}\n\nConsent settles nothing [@palermo art. 3(b)]" + mark + ".\n",
		"papers/game.md":       "## Rules {#rules}\n\nDraw a card" + mark + ".\n\n::cards[cases]\n",
		"decks/cases.yaml": `title: Cases` + mark + `
kinds: {situation: Situation` + mark + `, help: Help` + mark + `}
cards: {c1: {title: A form` + mark + `, text: Nobody reads it` + mark + `., back: Ask first` + mark + `.}, c2: {title: A friend` + mark + `, text: She comes along` + mark + `.}}
`,
		"worksheets/load.yaml": `title: My load` + mark + `
fields:
  hours: {label: Hours that I have` + mark + `, unit: hours a week` + mark + `}
  cases: {label: My cases` + mark + `, help: No names` + mark + `., columns: {label: Label` + mark + `, hours: Hours` + mark + `, weight: Weight` + mark + `}, options: {weight: {"1": Light` + mark + `, "2": Heavy` + mark + `}}, over: It is too much` + mark + `., within: It fits` + mark + `.}
`,
		"desks/yard.yaml": `title: The brick yard` + mark + `
intro: Read the file and sort what it tells` + mark + `.
content_note: Threats and wages kept back` + mark + `.
documents:
  contract: {title: The contract` + mark + `, text: "He was [brought by bus` + mark + `](fact:f1) and had been [told of a good job` + mark + `](fact:f2)."}
  note: {title: A note` + mark + `, text: "[Wages were not paid` + mark + `](fact:f3). He [likes football` + mark + `](fact:f4)."}
facts:
  f1: {text: He was brought by bus` + mark + `, feedback: "Why transport is one` + mark + ` [@palermo]."}
  f2: {text: He was told of a good job` + mark + `, feedback: Why deceiving is one` + mark + `.}
  f3: {text: Wages were not paid` + mark + `, feedback: Why labour is one` + mark + `.}
  f4: {text: He likes football` + mark + `, feedback: Why it is nothing` + mark + `.}
indicators:
  deception: {text: Deceived about the work` + mark + `, feedback: Why it is strong here` + mark + `.}
  isolation: {text: Kept apart` + mark + `, feedback: Why nothing says so` + mark + `.}
conclusions:
  refer: {text: "Offer a referral, with consent` + mark + `", feedback: Why one refers` + mark + `.}
  wait: {text: Wait for a complaint` + mark + `, feedback: Why one does not wait` + mark + `.}
  confirm: {text: Confirm that he was trafficked` + mark + `, feedback: Why one never confirms` + mark + `.}
`,
		"exercises/market.yaml": `title: The night market` + mark + `
intro: Agree on one referral` + mark + `.
parts:
  police: {title: You are the police` + mark + `, card: Card of the police` + mark + `.}
  inspection: {title: You are the inspection` + mark + `, card: Card of the inspection` + mark + `.}
  health: {title: You are the clinic` + mark + `, card: Card of the clinic` + mark + `.}
  ngo: {title: You are the organisation` + mark + `, card: "Card of the organisation` + mark + ` [@palermo art. 6]."}
proposal:
  first: {label: First step` + mark + `, options: {a: A safe place` + mark + `, b: A raid today` + mark + `, c: A hearing` + mark + `}, feedback: {a: Why safety is first` + mark + `., b: Why no raid` + mark + `., c: Why no hearing` + mark + `.}}
  share: {label: What we share` + mark + `, options: {a: What she agreed to` + mark + `, b: The whole file` + mark + `}, feedback: {a: Why with consent` + mark + `., b: Why not all` + mark + `.}}
  because: {label: Why` + mark + `}
debrief: Look back at the table` + mark + ` [@palermo].
`,
		"overlays/kz.yaml": `definition: The law of Kazakhstan` + mark + `.
contacts: The operator completes this` + mark + `.
`,
		"overlays/ru.yaml": `definition: The law of Russia` + mark + `.
contacts: The operator completes this` + mark + `.
`,
	}
}
