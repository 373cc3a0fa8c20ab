package mail

import (
	"context"
	"log/slog"
	"time"

	"mostik/lms"
	"mostik/lms/db"
)

const (
	// lookEvery is how often the worker looks for mails that are due.
	lookEvery = 2 * time.Second
	// batch bounds how many mails a worker holds at once; a webinar of nine centres is some dozens.
	batch = 20
	// lease is how long a worker may hold a batch. A mail of one that died is taken up again afterwards.
	lease = 10 * time.Minute
	// sendTime bounds one round with the server: less than the lease, so that nobody else has the mails meanwhile.
	sendTime = 5 * time.Minute
	// tidyEvery is how often a folder forgets what the queue has forgotten.
	tidyEvery = time.Minute
	// maxFault bounds what is kept of a server's answer, in bytes.
	maxFault = 300
)

// backoff is how long a mail waits after each failed try. After the last it is given up.
var backoff = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// Message is a mail as a transport gets it.
type Message struct {
	ID                          lms.ID[Mail]
	Queued                      time.Time
	Name, Address               string
	Subject, Text, HTML, Method string
	Calendar                    string

	tries int
}

// Outcome is what became of one message; nil is well.
type Outcome struct {
	Err error
	// Final tells that another try would end alike: the address does not exist.
	Final bool
}

// Transport hands messages over. It gives an outcome for each, in order.
type Transport interface {
	Send(ctx context.Context, messages []Message) []Outcome
}

// tidier is a transport that keeps mails, and forgets those that are not known any more.
type tidier interface {
	Tidy(known func([]string) (map[string]bool, error)) error
}

// Run sends what is due until the context ends. A database or a server that is away is met again later.
func (s *Service) Run(ctx context.Context, t Transport, log *slog.Logger) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	tidied := time.Time{}
	for {
		if _, err := s.Deliver(ctx, t, log); err != nil && ctx.Err() == nil {
			log.Warn("sending mails", "error", err)
		}
		if k, ok := t.(tidier); ok && s.Now().Sub(tidied) >= tidyEvery {
			tidied = s.Now()
			if err := k.Tidy(func(ids []string) (map[string]bool, error) { return s.known(ctx, ids) }); err != nil && ctx.Err() == nil {
				log.Warn("forgetting mails", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// Deliver sends all that is due now, a batch at a time, and tells how many went out.
func (s *Service) Deliver(ctx context.Context, t Transport, log *slog.Logger) (sent int, err error) {
	defer lms.Wrap(&err, "mail.Deliver")
	for {
		taken, err := s.take(ctx)
		if err != nil || len(taken) == 0 {
			return sent, err
		}
		within, cancel := context.WithTimeout(ctx, sendTime)
		outcomes := t.Send(within, taken)
		cancel()
		// What went out is noted even when the program is asked to stop.
		note, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		n, err := s.note(note, taken, outcomes, log)
		cancel()
		sent += n
		if err != nil {
			return sent, err
		}
	}
}

// take makes a batch this worker's own for the time of the lease. Several workers never get the same mail.
func (s *Service) take(ctx context.Context) ([]Message, error) {
	now := s.Now()
	rows, err := db.Rows(ctx, s.DB, `
		UPDATE mails SET state = 'sending', tries = tries + 1, next_at = $2
		 WHERE id IN (SELECT id FROM mails WHERE state IN ('waiting', 'sending') AND next_at <= $1
		               ORDER BY next_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
		RETURNING id, queued_at, name, address, subject, body, html, method, calendar, tries`, now, now.Add(lease), batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Message
	for rows.Next() {
		var m Message
		if err := rows.Scan(&m.ID, &m.Queued, &m.Name, &m.Address, &m.Subject, &m.Text, &m.HTML, &m.Method, &m.Calendar, &m.tries); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, m)
	}
	return list, db.Translate(rows.Err())
}

// note writes down what became of a batch. The log names ids, never addresses.
func (s *Service) note(ctx context.Context, batch []Message, outcomes []Outcome, log *slog.Logger) (sent int, err error) {
	now := s.Now()
	for i, m := range batch {
		state, next, fault := Sent, now, ""
		if o := outcomes[i]; o.Err != nil {
			state, next, fault = after(o, m.tries, now)
			log.Warn("a mail was not taken", "mail", m.ID, "try", m.tries, "state", state)
		} else {
			sent++
		}
		if _, err := db.Exec(ctx, s.DB, `
			UPDATE mails SET state = $2, next_at = $3, fault = $4, sent_at = CASE WHEN $2 = 'sent' THEN $5::timestamptz END WHERE id = $1`,
			m.ID, string(state), next, fault, now); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// after decides what follows a try that failed.
func after(o Outcome, tries int, now time.Time) (State, time.Time, string) {
	fault := []rune(o.Err.Error())
	if len(fault) > maxFault {
		fault = fault[:maxFault]
	}
	if o.Final || tries > len(backoff) {
		return Failed, now, string(fault)
	}
	return Waiting, now.Add(backoff[tries-1]), string(fault)
}
