package demo

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"mostik/lms"
	"mostik/lms/certificate"
	"mostik/lms/db"
	"mostik/lms/desk"
	"mostik/lms/hook"
	"mostik/lms/intake"
	"mostik/lms/learning"
	"mostik/lms/programme"
)

// storeCoordination lets the coordinators have worked: people were reminded and rung up, tables were brought.
func (l *loading) storeCoordination(ctx context.Context) error {
	for _, do := range []func(context.Context) error{l.remind, l.bring, l.foldDesk} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// reminded are the days on which people were reminded, in weeks from now.
var reminded = []float64{-3, 0}

// remind tells people what there was to tell them on some days, at a time at which it is day everywhere; the mails
// went out. Some of those who had to be rung up were reached.
func (l *loading) remind(ctx context.Context) error {
	admin := l.personOf("admin")
	actor := lms.Actor{Person: admin.id, Grants: admin.roles, Language: "en"}
	for _, weeks := range reminded {
		at := l.weeks(weeks).Truncate(24 * time.Hour).Add(-14 * time.Hour)
		s := &desk.Service{DB: l.DB, PublicURL: l.Certificates.PublicURL, Reasons: []string{"expiring", "not-started", "stuck"}, Now: func() time.Time { return at }}
		if _, err := s.Remind(ctx); err != nil {
			return err
		}
		if weeks == 0 {
			break // today's calls wait
		}
		lists, err := s.Calls(ctx, actor)
		if err != nil {
			return err
		}
		for i, c := range flat(lists) {
			outcome := [...]string{"reached", "reached", "reached", "not-reached", "wrong-number"}[i%5]
			if err := s.Rang(ctx, actor, c.ID, outcome); err != nil {
				return err
			}
		}
	}
	_, err := db.Exec(ctx, l.DB, `UPDATE mails SET state = 'sent', sent_at = next_at, tries = 1 WHERE state = 'waiting' AND next_at < $1 AND webinar_id IS NULL`, l.now)
	return err
}

func flat(lists []desk.CallList) (calls []desk.Call) {
	for _, list := range lists {
		calls = append(calls, list.Calls...)
	}
	return calls
}

// The tables of people that were brought: the first is clean and was applied, the second waits with its faults.
var (
	//go:embed people-aktobe.csv
	cleanTable []byte
	//go:embed people-libraries.csv
	dirtyTable []byte
)

// bring brings two tables of people, as a coordinator would.
func (l *loading) bring(ctx context.Context) error {
	by := l.personOf("coordinator")
	actor := lms.Actor{Person: by.id, Grants: by.roles, Language: "ru"}
	programmes := &programme.Service{DB: l.DB, Catalog: l.Catalog, Certificates: l.Certificates, Now: l.Deps.Now}
	s := &intake.Service{
		DB: l.DB, Accounts: l.Accounts, Catalog: l.Catalog, Learning: learning.New(l.DB, l.Catalog, l.Certificates, l.Catalog.Blobs, l.Deps.Now),
		Enlist: programmes.Enlist, Unlist: programmes.Unlist, Now: func() time.Time { return l.weeks(-0.4) },
	}
	v, err := s.Upload(ctx, actor, intake.Upload{Name: "актобе-сотрудники.csv", Data: cleanTable, Country: "KZ", Centre: l.centre("aktobe").id})
	if err != nil {
		return err
	}
	if v, err = s.Apply(ctx, actor, v.ID); err != nil {
		return fmt.Errorf("%w (%d faults, %d questions)", err, v.Faults, v.Questions)
	}
	if err := s.DoApply(ctx, intake.ApplyJob{Import: v.ID}); err != nil {
		return err
	}
	s.Now = l.Deps.Now
	_, err = s.Upload(ctx, actor, intake.Upload{Name: "библиотеки-области.csv", Data: dirtyTable, Country: "KZ"})
	return err
}

// foldDesk adds up what the desk shows, so that its first page is true.
func (l *loading) foldDesk(ctx context.Context) error {
	return (&desk.Service{DB: l.DB, Now: l.Deps.Now}).Fold(ctx)
}

// storeHooks tells two others: one was told all summer and is paused, the other's address is refused, for it leads back
// to this machine. So nothing is sent anywhere. It needs the record.
func (l *loading) storeHooks(ctx context.Context) error {
	admin := l.personOf("admin")
	actor := lms.Actor{Person: admin.id, Grants: admin.roles, Language: "en"}
	s := &hook.Service{DB: l.DB, PublicURL: l.Certificates.PublicURL, Now: l.Deps.Now}
	partner, _, err := s.Add(ctx, actor, hook.New{
		Kind: hook.Webhook, URL: "https://records.partner.example/mostik", Events: []string{hook.ProgrammeCompleted, hook.CertificateIssued, hook.CertificateChanged},
	})
	if err != nil {
		return err
	}
	store, _, err := s.Add(ctx, actor, hook.New{
		Kind: hook.XAPI, URL: "https://127.0.0.1:8443/xapi", Login: "mostik", Password: "made-up", Events: []string{hook.CourseCompleted, hook.CertificateIssued},
	})
	if err != nil {
		return err
	}
	if err := s.Pause(ctx, actor, partner.ID, true); err != nil {
		return err
	}
	// Both know what has been: entries get their positions later, one after the other.
	if _, err := db.Exec(ctx, l.DB, `UPDATE hooks SET told = (SELECT count(*) FROM record_entries)`); err != nil {
		return err
	}
	_, err = db.Exec(ctx, l.DB, `
		INSERT INTO hook_deliveries (id, hook_id, entry, event, happened_at, state, attempts, status, problem, tried_at)
		SELECT gen_random_uuid(), $1::uuid, e.number, CASE e.kind WHEN 'passed' THEN 'programme.completed' ELSE 'certificate.issued' END, $3::timestamptz - e.n * interval '5 hours',
		       CASE WHEN e.n = 3 THEN 'given-up' ELSE 'done' END, CASE WHEN e.n = 3 THEN 12 WHEN e.n % 7 = 0 THEN 2 ELSE 1 END,
		       CASE WHEN e.n = 3 THEN 503 ELSE 204 END, CASE WHEN e.n = 3 THEN 'status' ELSE '' END, $3::timestamptz - e.n * interval '5 hours' + interval '4 seconds'
		  FROM (SELECT number, kind, row_number() OVER (ORDER BY number DESC) AS n FROM record_entries WHERE kind IN ('passed', 'certificate') AND salt IS NOT NULL ORDER BY number DESC LIMIT 24) e
		UNION ALL
		SELECT gen_random_uuid(), $2::uuid, e.number, 'course.completed', $3::timestamptz - e.n * interval '9 hours', 'given-up', 12, 0, 'private-address', $3::timestamptz - e.n * interval '2 hours'
		  FROM (SELECT number, row_number() OVER (ORDER BY number DESC) AS n FROM record_entries WHERE kind = 'completion' AND salt IS NOT NULL ORDER BY number DESC LIMIT 4) e`,
		partner.ID, store.ID, l.now)
	return err
}

// pastPapers are certificates of others that people had on paper.
var pastPapers = []struct {
	country, title, number, issuer, hours, language string
	years, months                                   int // since it was issued, and until it expires
}{
	{"KZ", "Первая помощь пострадавшим от насилия", "№ 214", "Учебный центр (вымышленный)", "36", "ru", 2, 2},
	{"KZ", "Основы работы с мигрантами", "А-1187", "Институт повышения квалификации (вымышленный)", "72", "ru", 4, 0},
	{"SK", "Krízová intervencia", "2024/0317", "Vzdelávacie centrum (vymyslené)", "40", "sk", 2, 7},
	{"SK", "Prvá pomoc", "PP-5521", "Červený kríž (vymyslené číslo)", "16", "sk", 1, 20},
	{"RU", "Библиотека и миграция", "12-44", "Институт дополнительного образования (вымышленный)", "24", "ru", 1, 1},
	{"TJ", "Меҳнати бехатар дар хориҷа", "ТҶ-09", "Маркази омӯзишӣ (тахайюлӣ)", "18", "tg", 3, 12},
}

// enterPast enters the papers of the past, each of somebody of its country.
func (l *loading) enterPast(ctx context.Context, actor lms.Actor) error {
	for i, p := range pastPapers {
		list := l.learners(p.country)
		if len(list) <= i {
			continue
		}
		paper := certificate.Paper{
			Person: list[i].id, Kind: certificate.Achievement, Title: p.title, Number: p.number, Issuer: p.issuer,
			IssuedOn: certificate.DateOf(l.now.AddDate(-p.years, -3, 0)), Hours: p.hours, Language: p.language,
		}
		if p.months > 0 {
			end := certificate.DateOf(l.now.AddDate(0, p.months, 0))
			paper.ExpiresOn = &end
		}
		if _, err := l.Certificates.EnterPaper(ctx, actor, paper); err != nil {
			return err
		}
	}
	return nil
}
