package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"mostik/lms/mail"
)

// nobodysAddress stands in mails that go nowhere (RFC 2606): a folder needs no sender, and a calendar file wants one.
const nobodysAddress = "mostik@localhost.invalid"

// sender is who Mostik writes as.
func (c Config) sender() mail.Sender {
	if c.MailFrom == "" {
		return mail.Sender{Name: c.Programme, Address: nobodysAddress}
	}
	return mail.Sender{Name: c.Programme, Address: c.MailFrom}
}

// transport is where mails go: a demonstration writes to nobody, whatever else is set.
func (c Config) transport() mail.Transport {
	if c.Demo || c.SMTPHost == "" {
		return &mail.Folder{Sender: c.sender(), Dir: c.mailFolder()}
	}
	return c.smtp()
}

func (c Config) smtp() *mail.SMTP {
	return &mail.SMTP{
		Sender: c.sender(), Host: c.SMTPHost, Port: c.SMTPPort, Security: mail.Security(c.SMTPSecurity), User: c.SMTPUser, Password: c.SMTPPassword,
	}
}

func (c Config) checkMail() error {
	var faults []error
	if c.MailFrom != "" {
		if err := mail.CheckAddress("", c.MailFrom); err != nil {
			faults = append(faults, fmt.Errorf("MOSTIK_MAIL_FROM: %q is not like training@example.org", c.MailFrom))
		}
	}
	if c.SMTPHost != "" && c.MailFrom == "" {
		faults = append(faults, errors.New("MOSTIK_SMTP_HOST needs MOSTIK_MAIL_FROM"))
	}
	if c.SMTPPort < 1 || c.SMTPPort > 65535 {
		faults = append(faults, fmt.Errorf("MOSTIK_SMTP_PORT: %d is no port", c.SMTPPort))
	}
	switch mail.Security(c.SMTPSecurity) {
	case mail.StartTLS, mail.TLS:
	case mail.Plain:
		if c.SMTPPassword != "" && !loopback(c.SMTPHost) {
			faults = append(faults, errors.New("MOSTIK_SMTP_SECURITY=none would send the password in the open; it is refused for a server on another machine"))
		}
	default:
		faults = append(faults, fmt.Errorf("MOSTIK_SMTP_SECURITY: %q is none of starttls, tls, none", c.SMTPSecurity))
	}
	return errors.Join(faults...)
}

// probeTime bounds a try of the mail server.
const probeTime = 15 * time.Second

// examineMail signs in to the mail server, and sends nothing.
func examineMail(ctx context.Context, c Config) finding {
	if c.SMTPHost == "" {
		f := finding{warn, "no mail server is named: mails are written into " + c.mailFolder() + " and reach nobody", "set MOSTIK_SMTP_HOST and MOSTIK_MAIL_FROM"}
		if c.Demo {
			f = finding{verdict: ok, what: "mails of the demonstration are written into " + c.mailFolder()}
		}
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	server := net.JoinHostPort(c.SMTPHost, strconv.Itoa(c.SMTPPort))
	if err := c.smtp().Probe(ctx); err != nil {
		return finding{bad, "the mail server " + server + " cannot be used: " + err.Error(), "check MOSTIK_SMTP_HOST, _PORT, _SECURITY, _USER and _PASSWORD; mails wait meanwhile and are tried for two days"}
	}
	if u, err := url.Parse(c.PublicURL); err == nil && loopback(u.Hostname()) {
		return finding{warn, "the mail server " + server + " lets Mostik in, but links in mails lead to " + c.PublicURL, "set MOSTIK_PUBLIC_URL to the address that people type"}
	}
	return finding{verdict: ok, what: "the mail server " + server + " lets Mostik in"}
}
