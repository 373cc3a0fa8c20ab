// Package quiz knows the kinds of question: what a trainee is shown (Prompt, a type without a key in
// it), how an answer from the browser is read (Parse), what it is worth (Score, a pure function of
// question and answer), what may be shown afterwards (Review), which questions a paper asks (Draw)
// and how a question has served (Stats).
//
// A seed of the attempt's paper orders the options. Where the written order or the keys themselves
// would give the answer away (the right side of matching, the items of ordering and categorise) the
// browser sees handles "s1", "s2" … in the shown order instead of keys. Answers are kept with keys:
// Parse turns handles into keys and Show turns them back.
//
// The answers as the browser sends them:
//
//	single      {"choice":"a"}
//	multiple    {"choices":["a","c"]}
//	truefalse   {"value":true}
//	matching    {"pairs":{"l1":"s2"}}      left key to shown handle
//	ordering    {"order":["s3","s1","s2"]} handles, first to last
//	categorise  {"groups":{"s1":"act"}}    handle to category
//	numeric     {"number":"17,5"}          comma or point
//	short, open {"text":"…"}
//	cloze       {"gaps":{"g1":"a","g2":"…"}}
//
// An empty object is an answer taken back: unanswered.
package quiz
