package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Sender is who writes: the display name and the address of the From header.
type Sender struct{ Name, Address string }

// calendarFile is what the attached invitation is called.
const calendarFile = "webinar.ics"

// compose makes the mail of RFC 5322: text, HTML and, where there is one, the calendar file; the calendar stands among
// the alternatives (RFC 6047, 2.4), where mail programs offer to take it over, and as a file for all others.
func (s Sender) compose(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&mail.Address{Name: s.Name, Address: s.Address})
	msg.ToMailAddress(&mail.Address{Name: m.Name, Address: m.Address})
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Queued)
	_, host, _ := strings.Cut(s.Address, "@")
	msg.SetMessageIDWithValue(m.ID.String() + "@" + host)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody answers it by machine
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	if m.Calendar != "" {
		kind := gomail.ContentType("text/calendar; method=" + m.Method)
		msg.AddAlternativeString(kind, m.Calendar, gomail.WithPartEncoding(gomail.EncodingB64))
		err := msg.AttachReader(calendarFile, strings.NewReader(m.Calendar), gomail.WithFileContentType("application/ics"))
		if err != nil {
			return nil, fmt.Errorf("attaching the calendar file: %w", err)
		}
	}
	return msg, nil
}

// Security is how the line to a mail server is sealed.
type Security string

// The ways: STARTTLS that must come about (RFC 3207), TLS from the first byte (RFC 8314), and none, for a server on
// the same machine.
const (
	StartTLS Security = "starttls"
	TLS      Security = "tls"
	Plain    Security = "none"
)

// SMTP hands mails to a server.
type SMTP struct {
	Sender
	Host     string
	Port     int
	Security Security
	// User and Password sign in where User is not "".
	User, Password string
	// Roots are the authorities to trust; nil means the system's.
	Roots *tls.Config
}

// dialTime bounds how long a server may take to answer one command.
const dialTime = 20 * time.Second

func (s *SMTP) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(dialTime), gomail.WithoutNoop()}
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.Roots != nil {
		options = append(options, gomail.WithTLSConfig(s.Roots))
	}
	if s.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if s.Security == Plain {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

// Probe signs in to the server and sends nothing.
func (s *SMTP) Probe(ctx context.Context) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	if err := c.DialWithContext(ctx); err != nil {
		return err
	}
	return c.Close()
}

// Send hands messages over in one connection. A refused one does not keep the others back.
func (s *SMTP) Send(ctx context.Context, messages []Message) []Outcome {
	outcomes := make([]Outcome, len(messages))
	all := func(err error) []Outcome {
		for i := range outcomes {
			outcomes[i].Err = err
		}
		return outcomes
	}
	c, err := s.client()
	if err != nil {
		return all(err)
	}
	if err := c.DialWithContext(ctx); err != nil {
		return all(err)
	}
	defer c.Close()
	for i, m := range messages {
		if outcomes[i].Err = ctx.Err(); outcomes[i].Err != nil {
			continue
		}
		msg, err := s.compose(m)
		if err == nil {
			err = c.Send(msg)
		}
		outcomes[i] = outcome(err)
	}
	return outcomes
}

// outcome reads a server's answer: what it refuses for good (5yz of RFC 5321, 4.2.1) is not tried again.
func outcome(err error) Outcome {
	if err == nil {
		return Outcome{}
	}
	refused, ok := errors.AsType[*gomail.SendError](err)
	return Outcome{Err: err, Final: ok && refused.ErrorCode() >= 500 && !refused.IsTemp()}
}

// Folder writes mails as files, for a demonstration or until a server is named.
type Folder struct {
	Sender
	Dir string
}

// ending of the files (RFC 5322 messages).
const ending = ".eml"

// Send writes one file a message, named by its id: a second try writes the same file.
func (f *Folder) Send(ctx context.Context, messages []Message) []Outcome {
	outcomes := make([]Outcome, len(messages))
	for i, m := range messages {
		if outcomes[i].Err = ctx.Err(); outcomes[i].Err == nil {
			outcomes[i].Err = f.write(m)
		}
	}
	return outcomes
}

func (f *Folder) write(m Message) error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return err
	}
	msg, err := f.compose(m)
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(f.Dir, ".part-")
	if err != nil {
		return err
	}
	_, err = msg.WriteTo(part)
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), filepath.Join(f.Dir, m.ID.String()+ending))
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return nil
}

// Tidy removes the files of mails that are not known any more: swept, or of somebody who was erased.
func (f *Folder) Tidy(known func([]string) (map[string]bool, error)) error {
	files, err := filepath.Glob(filepath.Join(f.Dir, "*"+ending))
	if err != nil || len(files) == 0 {
		return err
	}
	ids := make([]string, len(files))
	for i, path := range files {
		ids[i] = strings.TrimSuffix(filepath.Base(path), ending)
	}
	stay, err := known(ids)
	if err != nil {
		return err
	}
	for i, path := range files {
		if !stay[ids[i]] {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}
