// Package signal is what a browser and a room say to each other: messages, their limits, their decoding.
//
// # The line
//
// A WebSocket at /api/v1/webinars/{webinar}/socket, subprotocol "mostik.1". Each frame is one JSON object in
// UTF-8 of at most 256 kB (an offer) or 16 kB (everything else):
//
//	{"t": "hand.raise", "id": "c17", "d": {…}}
//
// "t" is the type, "id" the sender's own number of a command, which the answer repeats in "re"; "d" the content.
// Unknown fields are refused, unknown types too: {"t":"no","re":"c17","d":{"code":"unknown","detail":"…","field":"t"}}.
// More than 50 messages in a second, or 200 kB, and the line is closed with 4008.
//
// The first message of a browser is "hello", within 10 seconds:
//
//	{"t":"hello","id":"1","d":{"ticket":"eyJ…","seat":"…","since":123,"language":"ru"}}
//
// ticket is a token of package live (so it stays out of addresses and logs). seat is the secret that "welcome"
// gave earlier: who has it comes back to the same place, hand and roster included; the older line of the seat is
// closed with 4001. since is the number of the last change that the browser knows, 0 for none.
//
//	{"t":"welcome","d":{"seat":"…","you":"p3","room":"demo","number":140,"whole":true,"now":1795300000000,
//	 "grants":["publish",…],"key":"…","waiting":false}}
//
// A site's facilitator may have a console besides, on a telephone beside the projector with the camera: a further line to
// the site's seat, which says hello with a name that it makes up (1 to 32 letters and digits) and keeps while it comes back:
//
//	{"t":"hello","id":"1","d":{"ticket":"eyJ…","console":"x7Kq2","language":"ru"}}
//
// A console is told what the seat is told and does what the seat may, but for media.publish, media.play, media.servers and
// media.mute, which are forbidden there; it gets neither slots nor levels, and its grants lack "publish". media.demand is answered, so that it
// can ask whether the line is there. Answers go to the line that asked, and ids count for each line. It puts nobody out
// and is put out by nobody but a console of the same name (4001), and counts as nobody; a site has at most four ("full").
// "line" of people, and with it the site's presence, is that of the line with sound and pictures: with consoles alone a site
// is "away".
//
// key stands as k in the addresses of files and slides. number is the newest change. With "whole": true everything that there is follows as "put" messages; else
// only the changes after since. "ready" ends them. The line may close with 4003 (not let in: a "no" before it says
// why, "refused" for a ticket, "locked", "full"), 4004 (removed from
// the room), 4005 (the webinar is over), 4008 (too much), 4012 (the server restarts: come back at once).
//
// # State
//
// What a room knows is parts, each with items under keys. The room tells changes, numbered, in order; a browser
// keeps a map for each part and draws it:
//
//	{"t":"put","n":141,"d":{"part":"people","key":"p3","item":{…}}}
//	{"t":"drop","n":142,"d":{"part":"people","key":"p3"}}
//
// Parts and items (optional fields are left out when empty):
//
//	room      one item "room": {title, language, began, ends, paused, pause_label, locked, waiting_room, layout:"speaker"|"grid",
//	          pin:"p3", chat:"all"|"hosts"|"off", private_off, nameless_off, agenda:[{key,title,minutes}], agenda_at:"key"}
//	people    {name, kind:"person"|"site"|"guest"|"device", role:"host"|"speaker"|"audience", city, zone, heads, line:"on"|"away"|"phone",
//	          mic:bool, cam:bool, screen:bool, hand:1795300000000, phone}
//	          a device sends by WHIP and has no line: it is there while its session lasts, takes no messages and is no host;
//	          phone, a site's number, is told to hosts and to the site itself
//	waiting   (hosts only) {name, kind, since}
//	banned    (hosts only) {name, at}: who was taken out for good
//	roster    (the site itself and hosts) key site:entry {site, name, state:"here"|"late"|"left"|"expected", by:"device"|"code"|"tick", at}
//	tracks    {person, kind:"audio"|"video", source:"mic"|"cam"|"screen"|"screen-audio", muted}
//	slides    one item "deck": {id, title, page, pages, by, drawing:[…], pointer:[x,y]}; page pictures are fetched by HTTP
//	decks     (hosts and speakers) {title, pages, by, state:"preparing"|"failed", why, notes:{page:text}}; without a state they
//	          can be shown; notes are for hosts and for who brought the slides
//	chat      {from, to, text, at, hidden, from_name, to_name}; to is "" for all, "hosts", or a person; a hidden line has no text but for its writer and hosts
//	questions {text, from, name, at, votes, mine:bool, state:"open"|"answering"|"answered"|"hidden"}
//	polls     {question, kind:"single"|"multiple"|"scale"|"quiz", options:[{key,text}], state:"draft"|"open"|"closed", anonymous,
//	          voted:bool, votes, results:{key:count}, right:[key], shown:bool, reveal:bool}; reveal shows them
//	          to everybody when the poll is closed; results are there when shown, for an anonymous one
//	          when it is closed, from 5 votes
//	files     {name, size, type, from, from_name, at, keep:"webinar"|"case"|"course", taken:["place"|"camera"|"author"|"text"|"active"]}; taken is what was
//	          taken out of it when it came
//	timer     one item "timer": {ends, label}
//	notes     one item "notes": {text, version, by, by_name}
//	check     one item "check": {until, mine}; hosts also asked, answered, next: the newest question of presence. mine tells that
//	          one answered it, next when a host may ask again
//
// Names in items (from_name, to_name, by_name) are those of the seats, for who comes when others have left; they are
// missing where a name was erased. testdata/latecomer.jsonl is what such a one is told, word for word.
//
// # Commands
//
// Each is answered by {"t":"ok","re":"c17","d":{…}} or by "no" with code, detail and, where one is to blame, field.
// A command with an id that was carried out already is answered again and not carried out again: a browser repeats
// after a break what was not answered.
//
//	media.publish {offer,tracks:[{mid,source}],session?} → {answer,session}   sound and pictures from here, and what its
//	                                               sections are; again for more tracks or a new network
//	media.play    {offer,session?}    → {answer,session}   sections to receive in; again for more, or a new network
//	                                               session names the one that goes on; a line that broke without a word (a
//	                                               close code other than 1001) leaves its sessions for 15 seconds, and an offer
//	                                               that restarts ICE takes them over; "gone" when they are over
//	media.servers {}                  → {servers:[{urls,username,credential}],until}   relays (TURN), for a network that lets
//	                                               little out; what was opened with a credential goes on after until
//	media.mute    {source, muted, person?}   person is a device's, for a host: nobody sits there to switch its sound on again
//	media.demand  {slots:[{mid,width}], save:"off"|"lower"|"speaker"|"slides"}   how large pictures are drawn; 0 is not at all
//	hand.raise {person?}, hand.lower {person?}     a host may lower anybody's, and raise that of a site on the telephone
//	chat.send {to,text,key}   chat.hide {key}   chat.mute {person,on}   room.talk {private,nameless}
//	question.ask {text,key,anonymous}  question.vote {key,on}  question.state {key,state}
//	poll.make {key,question,kind,options,anonymous,right,reveal}  poll.open {key}  poll.close {key}  poll.show {key,on}  poll.vote {key,choices,heads?}
//	     heads: a site's several people vote at once: {key: count}, at most its head-count
//	stage.role {person,role}  stage.mute {person?}  stage.remove {person,ban}  stage.pardon {key}  stage.admit {person}
//	     stage.mute without a person is everybody but hosts. "gone": another host was faster
//	room.pause {on,label}                          announces a pause of the floor, whose minutes are nobody's, or ends it
//	presence.ask {}                                asks all who are there, at most every ten minutes (too-soon)
//	here {entries?}                                answers it, within two minutes (later it is nothing); a site for its roster or for the entries it names
//	room.lock {on}  room.layout {layout,pin}  room.chat {who}  room.agenda {at}  room.end {}
//	slides.show {deck,page}  slides.point {x,y}  slides.draw {strokes}  slides.clear {}
//	slides.note {deck,page,text}                   the presenter's notes on a page; "" takes them away
//	timer.set {minutes,label}  timer.stop {}
//	notes.write {text,version}                     refused with "changed" when version is not the newest
//	react {kind:"clap"|"yes"|"no"|"heart"|"slower"}          told to all as {"t":"reaction","d":{person,kind}}, and not kept
//	site.code {address?} → {code,word,until,qr?}   what is shown this minute: six digits; a word for addresses
//	     (address/here/word), which nobody guesses; its QR code, a row of 0 and 1 for each line
//	site.tick {entry?,entries?,state}  site.walkin {name,key}  site.heads {count}  site.phone {on,number}
//	     site.heads 0 is as many as the roster says; it is never fewer. site.phone keeps the number, and on is whether
//	     the site goes on by telephone, which it does until it says otherwise. A host may do these for a site: tick any
//	     entry, and name the site as person in the others
//	file.drop {key}  file.keep {key,keep}                uploads (tus 1.0 at /api/v1/webinars/{webinar}/uploads, metadata key, name, keep, as:"file"|"slides") and
//	                                               downloads go by HTTP: see package gateway
//
// Others that the room says: "reaction"; "slots" {mid: {track, person, source, still?}} with all sections of one's own play
// session that show something, still where the line carries no moving picture and the last one stands;
// "line" {level:"full"|"lower"|"speaker"|"slides"|"voice", loss} when the way to this browser carries more or less than
// before: smaller pictures, pictures of the last speakers only, none, and sound in long packets besides; loss from 0 to 1; "grants" […] when one's role changed; "muted" {source} when a host silenced one; "levels" {"p3": 42, …} five times a second while somebody speaks.
//
// # Who may
//
// The ticket's role decides and nothing else: host everything; speaker publishes, shows slides, sends files;
// viewer raises a hand, chats, asks, votes, and publishes only while a host has put them on stage. Nobody reads
// private chat but its two ends, waiting but hosts, another site's roster but hosts, an anonymous vote's owner but nobody.
package signal
