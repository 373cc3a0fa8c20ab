package main

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/gofiber/fiber/v2"
	"github.com/pion/webrtc/v4"

	"mostik/live/gateway"
	"mostik/live/hub"
	"mostik/live/room"
	"mostik/lms"
	"mostik/lms/lmstest"
	"mostik/lms/webinar"
	"mostik/media/rtc"
)

// The webinar of nine centres of 17 January 2013, as it would be held here: three hours, of which the room's clock tells
// (it is set by the script), while lines, WebRTC, files and PostgreSQL are real. Minutes count from the host's beginning.
const (
	minutesOfAll = 180
	partEnds     = 160 // a closing item is for some only
)

// stay is when somebody is there, from one minute to the one when they are gone.
type stay struct{ from, to int }

var (
	throughout = []stay{{-5, minutesOfAll}}
	untilPart  = []stay{{-5, partEnds}}
)

// How somebody's presence is seen.
const (
	ticked   = "tick"   // the facilitator wrote them down
	expected = "listed" // they stood on the facilitator's list, and were ticked
	coded    = "code"   // they typed the digits
	device   = "device" // they read the QR code with a device that is signed in
)

// somebody is one of the people, and the truth of when they were there.
type somebody struct {
	name  string
	how   string
	stays []stay

	account lms.ID[lms.Person]
	pass    string
}

// centre is one of the nine: its people, its turn to tell, and when nobody could have been counted there.
type centre struct {
	city, country, zone string
	turn                int // the minute
	away                stay
	people              []somebody

	id          lms.ID[lms.Centre]
	facilitator lms.Actor
	seat        *seat
}

func nine() []*centre {
	return []*centre{
		{city: "Moscow", country: "RU", zone: "Europe/Moscow", turn: 40, people: []somebody{
			{name: "Anna Smirnova", how: device, stays: throughout},
			{name: "Pavel Orlov", how: device, stays: []stay{{-3, 70}, {85, 180}}},
			{name: "Olga Kim", how: ticked, stays: throughout},
			{name: "Igor Panin", how: ticked, stays: []stay{{12, 180}}},
			{name: "Vera Titova", how: ticked, stays: []stay{{-5, 95}}},
		}},
		{city: "Astana", country: "KZ", zone: "Asia/Almaty", turn: 48, people: []somebody{
			{name: "Dana Akhmetova", how: ticked, stays: untilPart},
			{name: "Marat Ospanov", how: ticked, stays: untilPart},
			{name: "Zhanar Seitkali", how: ticked, stays: []stay{{25, partEnds}}},
			{name: "Timur Bekov", how: ticked, stays: []stay{{-5, 118}}},
			{name: "Gulnar Abdi", how: ticked, stays: untilPart},
		}},
		{city: "Almaty", country: "KZ", zone: "Asia/Almaty", turn: 56, people: []somebody{
			// She went home at 95 and stayed on by her own phone, which she had opened five minutes before.
			{name: "Aliya Satpayeva", how: expected, stays: []stay{{-5, 95}, {90, 150}}},
			{name: "Nurlan Zhakupov", how: expected, stays: throughout},
			{name: "Saule Iskakova", how: expected, stays: []stay{{17, 180}}},
			{name: "Yerlan Tulegen", how: expected, stays: []stay{{-5, 44}, {61, 180}}},
			{name: "Dina Kasymova", how: expected, stays: throughout},
		}},
		{city: "Aktobe", country: "KZ", zone: "Asia/Aqtobe", turn: 64, people: []somebody{
			{name: "Bakyt Nurpeis", how: coded, stays: untilPart},
			{name: "Aigul Omarova", how: coded, stays: []stay{{-2, 140}}},
			{name: "Ruslan Kairat", how: coded, stays: []stay{{33, partEnds}}},
			{name: "Madina Serik", how: coded, stays: untilPart},
			{name: "Oleg Zaitsev", how: coded, stays: untilPart},
		}},
		// Its line went at 100 and came back at 130: ten minutes of that count, for people go on sitting there.
		{city: "Shymkent", country: "KZ", zone: "Asia/Almaty", turn: 72, away: stay{110, 130}, people: []somebody{
			{name: "Farida Yusupova", how: ticked, stays: untilPart},
			{name: "Kanat Abenov", how: ticked, stays: untilPart},
			{name: "Laura Musina", how: ticked, stays: []stay{{8, partEnds}}},
			{name: "Sergei Kan", how: ticked, stays: []stay{{-5, 98}}},
			{name: "Assel Tore", how: ticked, stays: untilPart},
		}},
		{city: "Karaganda", country: "KZ", zone: "Asia/Almaty", turn: 80, people: []somebody{
			{name: "Irina Volkova", how: ticked, stays: throughout},
			{name: "Askar Dzhaksybekov", how: ticked, stays: untilPart},
			{name: "Natalya Pak", how: ticked, stays: throughout},
			{name: "Yulia Berg", how: ticked, stays: untilPart},
			{name: "Daniyar Amir", how: ticked, stays: []stay{{-5, 20}, {21, 180}}},
		}},
		// Its line went at 93; a host wrote down that it goes on by telephone, and in the end who left.
		{city: "Petropavlovsk", country: "KZ", zone: "Asia/Almaty", turn: 88, people: []somebody{
			{name: "Svetlana Fomina", how: ticked, stays: untilPart},
			{name: "Viktor Lang", how: ticked, stays: untilPart},
			{name: "Rimma Sokol", how: ticked, stays: untilPart},
			{name: "Aidos Karim", how: ticked, stays: []stay{{-5, 55}}},
			{name: "Lidia Nam", how: ticked, stays: untilPart},
		}},
		// Its line went at 60 and came back at 66: nobody lost a minute.
		{city: "Esik", country: "KZ", zone: "Asia/Almaty", turn: 96, people: []somebody{
			{name: "Zarina Tokay", how: ticked, stays: untilPart},
			{name: "Murat Dias", how: ticked, stays: untilPart},
			{name: "Kamila Rakhim", how: ticked, stays: []stay{{-5, 63}}},
			{name: "Bolat Yesen", how: ticked, stays: untilPart},
			{name: "Elena Shin", how: ticked, stays: untilPart},
		}},
		{city: "Dushanbe", country: "TJ", zone: "Asia/Dushanbe", turn: 104, people: []somebody{
			{name: "Dilnoza Rahimova", how: coded, stays: throughout},
			{name: "Farrukh Nazarov", how: coded, stays: throughout},
			{name: "Mehrangez Saidova", how: coded, stays: []stay{{29, 180}}},
			{name: "Rustam Sharipov", how: coded, stays: []stay{{-4, 132}}},
			{name: "Nigina Karimova", how: coded, stays: throughout},
		}},
	}
}

// there is the truth: whether somebody is counted in a minute of the webinar.
func (p *somebody) there(minute int, away stay) bool {
	if minute >= away.from && minute < away.to {
		return false
	}
	return slices.ContainsFunc(p.stays, func(s stay) bool { return minute >= s.from && minute < s.to })
}

// reenactment is the server, the people and the script.
type reenactment struct {
	*testing.T
	world    *lmstest.World
	calendar *webinar.Service
	journal  string
	address  string
	webinar  string
	prepared webinar.Poll
	begins   time.Time
	clock    atomic.Int64
	centres  []*centre
	leads    lms.Actor
	host     *seat
	guest    *seat
	own      *seat // the phone of one who also sat at a centre
	script   map[int][]func()
}

func (r *reenactment) now() time.Time { return time.UnixMilli(r.clock.Load()).UTC() }

func (r *reenactment) at(minute int, what func()) { r.script[minute] = append(r.script[minute], what) }

// serve starts the parts that the program puts together, with the script's clock.
func (r *reenactment) serve() {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		r.Fatal(err)
	}
	engine, err := rtc.NewEngine(rtc.Config{UDP: "127.0.0.1:0"})
	if err != nil {
		r.Fatal(err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	dir := r.TempDir()
	r.calendar = &webinar.Service{DB: r.world.DB, Key: key, Now: r.now}
	h, err := hub.New(hub.Config{Engine: engine, Dir: dir, Info: known(r.calendar), Expected: r.calendar.Expected, Now: r.now, Log: quiet})
	if err != nil {
		r.Fatal(err)
	}
	r.calendar.Rooms = h
	r.journal = filepath.Join(dir, hub.JournalDir)
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	gateway.New(h, key.Public().(ed25519.PublicKey), r.now, quiet).Mount(app)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.Fatal(err)
	}
	r.address = l.Addr().String()
	go func() { _ = app.Listener(l) }()
	r.Cleanup(func() {
		h.Close()
		_ = app.ShutdownWithTimeout(time.Second)
		engine.Close()
	})
}

// actor makes somebody with an account and a role.
func (r *reenactment) actor(name, country string, at lms.ID[lms.Centre], grants ...lms.Grant) lms.Actor {
	given, family, _ := strings.Cut(name, " ")
	id := r.world.Person(lmstest.PersonSpec{GivenName: given, FamilyName: family, Country: country, Centre: at, Grants: grants})
	return lms.Actor{Person: id, Grants: grants}
}

// plan puts the webinar on the calendar.
func (r *reenactment) plan() {
	r.leads = r.actor("Galina Moroz", "RU", lms.ID[lms.Centre]{}, lms.Grant{Role: lms.Coordinator, Scope: lms.AllGround()})
	course, version := r.world.Course("burnout", `{}`)
	in := webinar.Input{
		Title: "Предотвращение выгорания", Language: "ru", StartsAt: r.begins, EndsAt: r.begins.Add(minutesOfAll * time.Minute), WaitingRoom: true,
		Agenda: []webinar.Item{{Title: "Выступления", Minutes: 40}, {Title: "Опыт центров", Minutes: 80}, {Title: "Тренинг", Minutes: 40}, {Title: "Завершение", Minutes: 20}},
	}
	for _, c := range r.centres {
		c.id = r.world.Centre(c.country)
		r.world.Exec(`UPDATE centres SET name = $2, time_zone = $3 WHERE id = $1`, c.id, c.city, c.zone)
		in.Centres = append(in.Centres, c.id)
		c.facilitator = r.actor("Facilitator "+c.city, c.country, c.id, lms.Grant{Role: lms.Facilitator, Scope: lms.CentreGround(c.id)})
		for i := range c.people {
			if p := &c.people[i]; p.how == expected || p.how == device {
				p.account = r.actor(p.name, c.country, c.id).Person
				if p.how == expected {
					r.world.Enrol(p.account, course, version, lms.ID[lms.Cohort]{})
				}
			}
		}
	}
	v, err := r.calendar.Create(r.Context(), r.leads, in)
	if err != nil {
		r.Fatal(err)
	}
	r.webinar = v.ID
	prepared, err := r.calendar.SetPolls(r.Context(), r.leads, r.webinar, []webinar.Poll{
		{Question: "Как часто вы устаёте от работы?", Kind: "single", Options: []string{"Редко", "Часто"}, Anonymous: true},
	})
	if err != nil {
		r.Fatal(err)
	}
	r.prepared = prepared[0]
}

// seatOf makes a seat for an admission.
func (r *reenactment) seatOf(name string, mark byte, a webinar.Admission, err error) *seat {
	r.Helper()
	if err != nil {
		r.Fatalf("%s is not admitted: %v", name, err)
	}
	return sit(r.T, r.address, r.webinar, name, a.Ticket, mark)
}

// opens is a centre's facilitator entering with its connection, for the first time or again: a new ticket leads to the
// same seat.
func (r *reenactment) opens(c *centre) {
	a, err := r.calendar.Admit(r.Context(), c.facilitator, r.webinar, &c.id)
	again := r.seatOf(c.city, byte('1'+slices.Index(r.centres, c)), a, err)
	if c.seat == nil {
		c.seat = again
	}
	c.seat.ticket = again.ticket
	c.seat.enter()
	c.seat.play()
}

// comes is somebody coming into their centre's room, or coming back.
func (r *reenactment) comes(c *centre, p *somebody, late bool) {
	again := p.pass != ""
	switch p.how {
	case ticked:
		if again {
			c.seat.must("site.tick", map[string]any{"entry": p.pass, "state": "here"})
			return
		}
		p.pass = strings.ReplaceAll(p.name, " ", "-")
		c.seat.must("site.walkin", map[string]any{"key": p.pass, "name": p.name})
	case expected:
		state := "here"
		if late {
			state = "late"
		}
		p.pass = r.listed(c, p.name)
		c.seat.must("site.tick", map[string]any{"entries": []string{p.pass}, "state": state})
	default:
		if again {
			if err := r.calendar.CheckOut(p.pass, true); err != nil {
				r.Fatal(err)
			}
			return
		}
		r.checksIn(c, p)
	}
}

// listed finds somebody on the centre's list.
func (r *reenactment) listed(c *centre, name string) (key string) {
	eventually(r.T, name+" to be on the list of "+c.city, func() bool {
		c.seat.mu.Lock()
		defer c.seat.mu.Unlock()
		for k, raw := range c.seat.state["roster"] {
			var e struct{ Name string }
			if json.Unmarshal(raw, &e) == nil && e.Name == name {
				key = k
			}
		}
		return key != ""
	})
	return key
}

// checksIn is somebody using their own phone: the digits and a name, or the QR code's word and an account.
func (r *reenactment) checksIn(c *centre, p *somebody) {
	var shown struct{ Code, Word string }
	c.seat.must("site.code", map[string]any{}, &shown)
	code, name, who := shown.Code, p.name, lms.Actor{}
	if p.how == device {
		code, name, who = shown.Word, "", lms.Actor{Person: p.account}
	}
	places, err := r.calendar.FindSite(netip.MustParseAddr("192.0.2.7"), code)
	if err != nil {
		r.Fatal(err)
	}
	i := slices.IndexFunc(places, func(p room.Place) bool { return p.Site == c.city })
	if i < 0 {
		r.Fatalf("the code of %s leads to %+v", c.city, places)
	}
	if p.pass, err = r.calendar.CheckIn(r.Context(), who, places[i].Door, name); err != nil {
		r.Fatal(err)
	}
}

// goes is somebody leaving. by is who ticks them off: the facilitator, or the host for a centre on the telephone.
func (r *reenactment) goes(c *centre, p *somebody, by *seat) {
	if p.how == coded || p.how == device {
		if err := r.calendar.CheckOut(p.pass, false); err != nil {
			r.Fatal(err)
		}
		return
	}
	by.must("site.tick", map[string]any{"entries": []string{p.pass}, "state": "left"})
}

// connected are those whose line is up.
func (r *reenactment) connected() (list []*seat) {
	all := []*seat{r.host, r.guest, r.own}
	for _, c := range r.centres {
		all = append(all, c.seat)
	}
	for _, s := range all {
		if s != nil && s.player != nil {
			list = append(list, s)
		}
	}
	return list
}

// people writes everybody's coming and going into the script.
func (r *reenactment) people() {
	for _, c := range r.centres {
		for i := range c.people {
			p := &c.people[i]
			stays := p.stays
			if p.how == expected && len(stays) > 1 && stays[1].from < stays[0].to {
				stays = stays[:1] // the other is by their own phone
			}
			for _, s := range stays {
				r.at(s.from, func() { r.comes(c, p, s.from > 0) })
				if s.to < minutesOfAll {
					r.at(s.to, func() {
						by := c.seat
						if by.player == nil {
							by = r.host
						}
						r.goes(c, p, by)
					})
				}
			}
		}
	}
}

// lines writes into the script which line comes and goes.
func (r *reenactment) lines() {
	for i, c := range r.centres {
		r.at(-20+i, func() { r.opens(c) })
	}
	r.at(0, func() {
		a, err := r.calendar.Admit(r.Context(), r.leads, r.webinar, nil)
		r.host = r.seatOf("Galina Moroz", 'H', a, err)
		r.host.enter()
		r.host.play()
		r.host.speak()
	})
	r.at(32, r.guestEnters)
	r.at(150, func() { r.drops(r.guest) })
	r.at(90, func() {
		a, err := r.calendar.Admit(r.Context(), lms.Actor{Person: r.person("Aliya Satpayeva").account}, r.webinar, nil)
		r.own = r.seatOf("Aliya Satpayeva", 'O', a, err)
		r.own.enter()
		r.own.play()
	})
	r.at(150, func() { r.drops(r.own) })

	esik, phone, away := r.of("Esik"), r.of("Petropavlovsk"), r.of("Shymkent")
	for _, down := range []struct {
		at int
		c  *centre
	}{{60, esik}, {93, phone}, {100, away}} {
		r.at(down.at, func() { r.drops(down.c.seat) })
	}
	for _, up := range []struct {
		at int
		c  *centre
	}{{66, esik}, {130, away}} {
		r.at(up.at, func() {
			was := up.c.seat.you
			r.opens(up.c)
			if up.c.seat.you != was {
				r.Errorf("%s came back as another", up.c.city)
			}
		})
	}
	r.at(94, func() {
		r.host.must("site.phone", map[string]any{"person": phone.seat.you, "on": true, "number": "+7 7152 46 00 00"})
		r.of("Moscow").seat.sees("people", phone.seat.you, `"line":"phone"`)
	})
}

// drops is a line that is lost, or given up; the room notices before the clock goes on.
func (r *reenactment) drops(s *seat) {
	s.leave()
	r.host.sees("people", s.you, `"line":"away"`)
}

func (r *reenactment) of(city string) *centre {
	return r.centres[slices.IndexFunc(r.centres, func(c *centre) bool { return c.city == city })]
}

func (r *reenactment) person(name string) *somebody {
	for _, c := range r.centres {
		for i := range c.people {
			if c.people[i].name == name {
				return &c.people[i]
			}
		}
	}
	r.Fatalf("there is no %s", name)
	return nil
}

// guestEnters is the expert in Prague, by the guests' link: outside at 30, let in at 32.
func (r *reenactment) guestEnters() {
	p, err := r.calendar.Plan(r.Context(), r.leads, r.webinar)
	if err != nil {
		r.Fatal(err)
	}
	a, err := r.calendar.AdmitGuest(r.Context(), strings.TrimPrefix(p.GuestPath, "/guest/"), "Jana Novotná", "")
	r.guest = r.seatOf("Jana Novotná", 'G', a, err)
	r.guest.enter()
	if m := r.guest.ask("media.play", map[string]any{"offer": "v=0\r\n"}); m.Type != "no" {
		r.Error("who waits outside is answered")
	}
	r.host.sees("waiting", r.guest.you, "Jana Novotná")
	r.host.must("stage.admit", map[string]any{"person": r.guest.you})
	r.guest.sees("people", r.host.you, "Galina Moroz")
	r.guest.play()
}

// presents is the opening: slides that all see, and the host in sound and picture at everybody.
func (r *reenactment) presents() {
	r.host.must("room.agenda", map[string]any{"at": "a1"})
	r.heardBy(r.host)
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		r.Log("no slides: pdftoppm (Debian: poppler-utils) is not installed")
		return
	}
	pdf := fpdf.New("L", "mm", "A4", "")
	for page := range 3 {
		pdf.AddPage()
		pdf.SetFont("Helvetica", "", 40)
		pdf.Text(40, 60, fmt.Sprintf("Signs of burnout %d", page+1))
	}
	var deck bytes.Buffer
	if err := pdf.Output(&deck); err != nil {
		r.Fatal(err)
	}
	r.host.upload(deck.Bytes(), map[string]string{"key": "d1", "name": "Burnout.pdf", "as": "slides"})
	r.host.sees("decks", "d1", `"pages":3`)
	for page := 1; page <= 3; page++ {
		r.host.must("slides.show", map[string]any{"deck": "d1", "page": page})
		for _, s := range r.connected() {
			s.sees("slides", "deck", fmt.Sprintf(`"page":%d`, page))
			if raw := s.fetch(fmt.Sprintf("/decks/d1/%d", page)); !bytes.HasPrefix(raw, []byte("\xff\xd8")) {
				r.Errorf("%s: page %d is no picture: %d bytes", s.name, page, len(raw))
			}
		}
	}
}

// heardBy waits until everybody else sees and hears somebody: two dozen packets of sound, half a second of pictures.
func (r *reenactment) heardBy(who *seat) {
	r.Helper()
	type counted struct{ sound, pictures int }
	others := slices.DeleteFunc(r.connected(), func(s *seat) bool { return s == who })
	count := func(s *seat) counted {
		return counted{s.count(who, webrtc.RTPCodecTypeAudio), s.count(who, webrtc.RTPCodecTypeVideo)}
	}
	before := map[*seat]counted{}
	for _, s := range others {
		before[s] = count(s)
	}
	for _, s := range others {
		defer func() {
			if r.Failed() {
				s.mu.Lock()
				defer s.mu.Unlock()
				r.Logf("%s is shown %v, the line is %s, received %v", s.name, s.slots, s.line, s.got)
			}
		}()
		eventually(r.T, s.name+" hears and sees "+who.name, func() bool {
			now := count(s)
			return s.shown(who) && now.sound >= before[s].sound+24 && now.pictures >= before[s].pictures+75
		})
	}
}

// tells is a centre's turn: its hand, the stage, its camera at all others, and the stage given back.
func (r *reenactment) tells(c *centre) {
	c.seat.must("hand.raise", map[string]any{})
	r.host.sees("people", c.seat.you, `"hand":`)
	r.host.must("stage.role", map[string]any{"person": c.seat.you, "role": "speaker"})
	r.host.must("room.layout", map[string]any{"layout": "speaker", "pin": c.seat.you})
	c.seat.sees("people", c.seat.you, `"role":"speaker"`)
	c.seat.speak()
	r.heardBy(c.seat)
	c.seat.silence()
	r.host.must("room.layout", map[string]any{"layout": "grid"})
	r.host.must("stage.role", map[string]any{"person": c.seat.you, "role": "audience"})
	eventually(r.T, c.city+" is off the screen", func() bool { return !r.host.shown(c.seat) })
}

// exchanges is a file from a centre that all fetch, and one from the guest.
func (r *reenactment) exchanges() {
	for key, from := range map[string]*seat{"almaty": r.of("Almaty").seat, "prague": r.guest} {
		said := "What we learnt in " + key
		from.upload([]byte(said), map[string]string{"key": key, "name": key + ".txt"})
		for _, s := range r.connected() {
			s.sees("files", key, key+".txt")
			if raw := s.fetch("/files/" + key); string(raw) != said {
				r.Errorf("%s fetched %q", s.name, raw)
			}
		}
	}
}

// poll takes a vote with heads of centres and one of each who came alone, and holds what all see against it.
func (r *reenactment) poll(key, question string, minute int, sites []*centre, alone ...*seat) {
	if key == r.prepared.Key {
		r.host.sees("polls", key, `"draft"`) // the room began with it
	} else {
		option := []map[string]string{{"key": "o1", "text": "Редко"}, {"key": "o2", "text": "Часто"}}
		r.host.must("poll.make", map[string]any{"key": key, "question": question, "kind": "single", "options": option, "anonymous": true})
	}
	r.host.must("poll.open", map[string]any{"key": key})
	want := map[string]int{"o1": 0, "o2": 0}
	for _, c := range sites {
		heads := 0
		for i := range c.people {
			if p := &c.people[i]; p.there(minute, stay{}) && !(p.name == "Aliya Satpayeva" && r.own != nil) {
				heads++
			}
		}
		vote := map[string]int{"o1": heads / 2, "o2": heads - heads/2}
		c.seat.sees("polls", key, `"open"`)
		c.seat.must("poll.vote", map[string]any{"key": key, "heads": vote})
		if m := c.seat.ask("poll.vote", map[string]any{"key": key, "heads": vote}); m.Type != "no" {
			r.Errorf("%s voted twice", c.city)
		}
		want["o1"], want["o2"] = want["o1"]+vote["o1"], want["o2"]+vote["o2"]
	}
	for _, s := range alone {
		s.must("poll.vote", map[string]any{"key": key, "choices": []string{"o2"}})
		want["o2"]++
	}
	r.host.must("poll.close", map[string]any{"key": key})
	r.host.must("poll.show", map[string]any{"key": key, "on": true})
	for _, s := range r.connected() {
		var seen struct {
			State   string
			Votes   int
			Results map[string]int
		}
		eventually(r.T, s.name+" sees the results", func() bool { return s.item("polls", key, &seen) && len(seen.Results) > 0 })
		if seen.Results["o1"] != want["o1"] || seen.Results["o2"] != want["o2"] || seen.Votes != want["o1"]+want["o2"] || seen.State != "closed" {
			r.Errorf("%s sees %+v of %q, want %v", s.name, seen, question, want)
		}
	}
}

// programme writes what happens into the script.
func (r *reenactment) programme() {
	r.at(1, r.presents)
	r.at(38, func() { r.host.must("room.agenda", map[string]any{"at": "a2"}) })
	for _, c := range r.centres {
		r.at(c.turn, func() { r.tells(c) })
	}
	r.at(112, r.exchanges)
	r.at(120, func() { r.host.must("room.agenda", map[string]any{"at": "a3"}) })
	r.at(140, func() {
		with := slices.DeleteFunc(slices.Clone(r.centres), func(c *centre) bool { return c.city == "Petropavlovsk" })
		r.poll(r.prepared.Key, r.prepared.Question, 140, with, r.guest, r.own)
	})
	r.at(partEnds, func() {
		r.host.must("room.agenda", map[string]any{"at": "a4"})
		for _, c := range r.centres {
			if c.seat.player != nil && !slices.ContainsFunc(c.people, func(p somebody) bool { return p.there(partEnds, stay{}) }) {
				r.drops(c.seat)
			}
		}
		if n := len(r.connected()); n != 5 {
			r.Errorf("%d lines stay for the closing item, want those of four centres and the host", n)
		}
	})
	r.at(165, func() {
		var with []*centre
		for _, c := range r.centres {
			if c.seat.player != nil {
				with = append(with, c)
			}
		}
		r.poll("closing", "Что вы сделаете для себя завтра?", 165, with)
	})
	r.at(170, func() { r.heardBy(r.host) })
	r.at(minutesOfAll, func() { r.host.say("room.end", "end", map[string]any{}) })
	// The journal is read into the database while the webinar goes on.
	for _, minute := range []int{-1, 50, 101, 155} {
		r.at(minute, r.drain)
	}
}

func (r *reenactment) drain() {
	if err := r.calendar.Drain(r.Context(), r.journal); err != nil {
		r.Fatal(err)
	}
}

// play lets the minutes pass.
func (r *reenactment) play() {
	for minute := -30; minute <= minutesOfAll; minute++ {
		r.clock.Store(r.begins.Add(time.Duration(minute) * time.Minute).UnixMilli())
		for _, what := range r.script[minute] {
			what()
		}
	}
}

// agree holds the attendance against the script, minute by minute.
func (r *reenactment) agree() {
	var got webinar.Attendance
	eventually(r.T, "the end is in the journal", func() bool {
		r.drain()
		var err error
		if got, err = r.calendar.Attendance(r.Context(), r.leads, r.webinar); err != nil {
			r.Fatal(err)
		}
		return got.Floor.To.Equal(r.begins.Add(minutesOfAll * time.Minute))
	})
	if got.Floor.Minutes != minutesOfAll {
		r.Errorf("the webinar had %d minutes", got.Floor.Minutes)
	}
	by := map[string]webinar.Presence{}
	for _, p := range got.People {
		if _, twice := by[p.Name]; twice {
			r.Errorf("%s is in the book twice", p.Name)
		}
		by[p.Name] = p
	}
	r.agrees(by, &somebody{name: "Galina Moroz", how: device, stays: []stay{{0, minutesOfAll}}}, stay{})
	r.agrees(by, &somebody{name: "Jana Novotná", how: device, stays: []stay{{32, 150}}}, stay{})
	count := 2
	for _, c := range r.centres {
		for i := range c.people {
			count++
			r.agrees(by, &c.people[i], c.away)
		}
	}
	if count != 47 || len(got.People) != count {
		r.Errorf("%d people are in the book, %d were there", len(got.People), count)
	}
}

func (r *reenactment) agrees(by map[string]webinar.Presence, p *somebody, away stay) {
	got, ok := by[p.name]
	if !ok {
		r.Errorf("%s is not in the book", p.name)
		return
	}
	minutes, wrong := 0, []string{}
	for minute := range minutesOfAll {
		at := r.begins.Add(time.Duration(minute)*time.Minute + 30*time.Second)
		in := slices.ContainsFunc(got.Spans, func(s webinar.Span) bool { return !at.Before(s.From) && at.Before(s.To) })
		there := p.there(minute, away)
		if there {
			minutes++
		}
		if in != there {
			wrong = append(wrong, fmt.Sprint(minute))
		}
	}
	if len(wrong) > 0 || got.Minutes != minutes {
		r.Errorf("%s: %d minutes, was there for %d; wrong in minutes %s", p.name, got.Minutes, minutes, strings.Join(wrong, " "))
	}
	evidence := map[string]string{expected: ticked}
	if want := cmp.Or(evidence[p.how], p.how); !slices.Contains(got.Evidence, want) {
		r.Errorf("%s was there by %v, want %s", p.name, got.Evidence, want)
	}
	if id := p.account; !id.IsZero() && got.Person != id.String() {
		r.Errorf("%s is not known by the account", p.name)
	}
}

func TestNineCentres(t *testing.T) {
	r := &reenactment{T: t, world: lmstest.New(t), begins: time.Date(2013, 1, 17, 7, 0, 0, 0, time.UTC), centres: nine(), script: map[int][]func(){}}
	r.clock.Store(r.begins.Add(-24 * time.Hour).UnixMilli())
	r.serve()
	r.plan()
	r.lines()
	r.people()
	r.programme()
	r.play()
	r.agree()
	packets, missing := 0, 0
	for _, c := range r.centres {
		expected, lost := c.seat.lost()
		packets, missing = packets+expected, missing+lost
	}
	t.Logf("%d packets for nine centres, %d of them lost", packets, missing) // a starved machine loses some
	if packets < 10_000 {
		t.Errorf("%d packets are not a webinar", packets)
	}
	for _, c := range r.centres {
		if c.seat.player != nil {
			<-c.seat.gone // the host has ended it for all
		}
	}
}
