package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"mostik/lms"
	"mostik/lms/account"
	"mostik/lms/db"
)

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Make an account. The first one must be an administrator's; others get a one-time code to sign in with."`
	List     userListCmd     `cmd:"" help:"List people, by family name."`
	Password userPasswordCmd `cmd:"" help:"Set somebody's password and end their sessions. It is asked for, or read from standard input."`
	Code     userCodeCmd     `cmd:"" help:"Print a one-time code with which somebody sets a first or new password."`
	Role     userRoleCmd     `cmd:"" help:"Give somebody a role, or take it."`
}

// acting is the administrator in whose name a command acts: rights are decided as they are on the pages.
type acting struct {
	As string `help:"The administrator in whose name it is done, as the log of acts will say. Without it, the one who has been administrator longest." placeholder:"LOGIN"`
}

type userAddCmd struct {
	acting
	Given       string   `required:"" help:"Given name."`
	Family      string   `required:"" help:"Family name."`
	LatinGiven  string   `help:"Given name in Latin letters, exactly as in the passport."`
	LatinFamily string   `help:"Family name in Latin letters, exactly as in the passport."`
	Email       string   `help:"E-mail address."`
	Login       string   `help:"Short login name. Without it and without e-mail one is made."`
	Country     string   `help:"Country, as KZ."`
	Language    string   `help:"Language of the pages: en, ru, sk, kk, tg or ky." default:"en"`
	Role        []string `help:"A role, as trainee, admin, or with its ground as coordinator:country:KZ. May be repeated."`
}

type userListCmd struct {
	acting
	Text string `arg:"" optional:"" help:"Only those whose name, e-mail or login has this in it."`
}

type userPasswordCmd struct {
	Login string `arg:"" help:"E-mail or login."`
}

type userCodeCmd struct {
	acting
	Login string `arg:"" help:"E-mail or login."`
}

type userRoleCmd struct {
	acting
	Login string `arg:"" help:"E-mail or login."`
	Role  string `arg:"" help:"As trainer, or with its ground as coordinator:country:KZ, trainer:cohort:<id>."`
	Take  bool   `help:"Take the role instead of giving it."`
}

// withAccounts runs a command's work on the accounts of an up-to-date database.
func withAccounts(e *environment, work func(ctx context.Context, d *database, s *account.Service) error) error {
	return withServices(e, func(ctx context.Context, d *database, s *services) error { return work(ctx, d, s.accounts) })
}

// errNoAdministrator says what to do in an empty database.
var errNoAdministrator = errors.New("there is no administrator yet: begin with " +
	"'mostik user add --role admin --given … --family … --email …'")

// actor finds the administrator in whose name to act.
func (a acting) actor(ctx context.Context, d *database) (lms.Actor, error) {
	actor := lms.Actor{Grants: []lms.Grant{{Role: lms.Admin, Scope: lms.AllGround()}}, Language: "en"}
	err := db.Row(ctx, d.DB, `
		SELECT p.id
		  FROM memberships m JOIN persons p ON p.id = m.person_id
		 WHERE m.role = 'admin' AND m.scope_kind = 'all' AND p.state = 'active'
		   AND ($1 = '' OR lower(p.email) = lower($1) OR lower(p.login) = lower($1))
		 ORDER BY m.created_at, m.id
		 LIMIT 1`, a.As).Scan(&actor.Person)
	if err = db.Found(err, "administrator"); lms.KindOf(err) == lms.NotFound {
		if a.As != "" {
			return actor, fmt.Errorf("%s is no administrator", a.As)
		}
		return actor, errNoAdministrator
	}
	return actor, err
}

// personOf finds somebody by the e-mail or login that they sign in with.
func personOf(ctx context.Context, d *database, login string) (id lms.ID[lms.Person], err error) {
	err = db.Row(ctx, d.DB, `
		SELECT id FROM persons
		 WHERE state <> 'erased' AND (lower(email) = lower($1) OR lower(login) = lower($1))
		 ORDER BY lower(email) = lower($1) DESC
		 LIMIT 1`, login).Scan(&id)
	if err = db.Found(err, "person"); lms.KindOf(err) == lms.NotFound {
		return id, fmt.Errorf("nobody signs in as %s", login)
	}
	return id, err
}

// parseRole reads "trainer", which holds everywhere, or a role with its ground.
func parseRole(s string) (lms.Grant, error) {
	if !strings.Contains(s, ":") {
		s += ":" + string(lms.Everywhere)
	}
	return lms.ParseGrant(s)
}

func (u userAddCmd) person() (account.NewPerson, error) {
	in := account.NewPerson{
		GivenName: u.Given, FamilyName: u.Family, LatinGiven: u.LatinGiven, LatinFamily: u.LatinFamily,
		Email: u.Email, Login: u.Login, Country: u.Country, Language: u.Language,
	}
	for _, r := range u.Role {
		g, err := parseRole(r)
		if err != nil {
			return in, err
		}
		in.Roles = append(in.Roles, g)
	}
	return in, nil
}

// Run makes the account and says how its owner signs in.
func (u userAddCmd) Run(e *environment) error {
	in, err := u.person()
	if err != nil {
		return err
	}
	return withAccounts(e, func(ctx context.Context, d *database, s *account.Service) error {
		actor, err := u.actor(ctx, d)
		if errors.Is(err, errNoAdministrator) && len(in.Roles) == 1 && in.Roles[0].Role == lms.Admin {
			return firstAdministrator(ctx, e, s, in)
		}
		if err != nil {
			return err
		}
		p, err := s.CreatePerson(ctx, actor, in)
		if err != nil {
			return err
		}
		return printCode(ctx, e, s, actor, p.ID)
	})
}

func firstAdministrator(ctx context.Context, e *environment, s *account.Service, in account.NewPerson) error {
	password, err := askPassword(e)
	if err != nil {
		return err
	}
	in.Roles = nil // CreateAdministrator gives it
	if _, err := s.CreateAdministrator(ctx, in, password); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s %s is administrator and signs in as %s\n", in.GivenName, in.FamilyName, strings.TrimSpace(in.Email+" "+in.Login))
	return nil
}

func printCode(ctx context.Context, e *environment, s *account.Service, actor lms.Actor, id lms.ID[lms.Person]) error {
	codes, err := s.IssueCodes(ctx, actor, []lms.ID[lms.Person]{id})
	if err != nil {
		return err
	}
	for _, c := range codes {
		fmt.Fprintf(e.out, "%s signs in as %s with the code %s, once, until %s\n",
			c.Person.Name, c.Login, c.Code, c.ExpiresAt.Format("2006-01-02"))
	}
	return nil
}

// Run lists people.
func (u userListCmd) Run(e *environment) error {
	return withAccounts(e, func(ctx context.Context, d *database, s *account.Service) error {
		actor, err := u.actor(ctx, d)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "NAME\tLOGIN\tE-MAIL\tCOUNTRY\tROLES\tSTATE")
		for page := 1; ; page++ {
			list, err := s.People(ctx, actor, account.PeopleQuery{Text: u.Text, Page: page})
			if err != nil {
				return err
			}
			for _, p := range list.Items {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Name, p.Login, p.Email, p.Country, strings.Join(p.Roles, ","), p.State)
			}
			if page >= list.Pages {
				return table.Flush()
			}
		}
	})
}

// Run sets a password.
func (u userPasswordCmd) Run(e *environment) error {
	return withAccounts(e, func(ctx context.Context, _ *database, s *account.Service) error {
		password, err := askPassword(e)
		if err != nil {
			return err
		}
		if err := s.SetPassword(ctx, u.Login, password); err != nil {
			return err
		}
		fmt.Fprintf(e.out, "the password of %s is set, and sessions from before have ended\n", u.Login)
		return nil
	})
}

// Run prints a code.
func (u userCodeCmd) Run(e *environment) error {
	return withAccounts(e, func(ctx context.Context, d *database, s *account.Service) error {
		actor, err := u.actor(ctx, d)
		if err != nil {
			return err
		}
		id, err := personOf(ctx, d, u.Login)
		if err != nil {
			return err
		}
		return printCode(ctx, e, s, actor, id)
	})
}

// Run gives or takes a role.
func (u userRoleCmd) Run(e *environment) error {
	g, err := parseRole(u.Role)
	if err != nil {
		return err
	}
	return withAccounts(e, func(ctx context.Context, d *database, s *account.Service) error {
		actor, err := u.actor(ctx, d)
		if err != nil {
			return err
		}
		id, err := personOf(ctx, d, u.Login)
		if err != nil {
			return err
		}
		if !u.Take {
			_, err := s.GrantRole(ctx, actor, id, g)
			return err
		}
		return takeRole(ctx, s, actor, id, g)
	})
}

func takeRole(ctx context.Context, s *account.Service, actor lms.Actor, id lms.ID[lms.Person], g lms.Grant) error {
	p, err := s.PersonByID(ctx, actor, id)
	if err != nil {
		return err
	}
	for _, r := range p.Roles {
		ground := lms.Ground{Kind: lms.GroundKind(r.Scope.Kind), Country: r.Scope.Country}
		if r.Scope.ID != "" {
			if ground.ID, err = lms.ParseID[lms.Ground](r.Scope.ID); err != nil {
				return err
			}
		}
		if r.Role == g.Role && ground == g.Scope {
			return s.TakeRole(ctx, actor, id, r.ID)
		}
	}
	return fmt.Errorf("they do not hold %s", g)
}

// askPassword reads a password: from a terminal without showing it and twice, else one line.
func askPassword(e *environment) (string, error) {
	fd := int(e.in.Fd())
	if !term.IsTerminal(fd) {
		line, err := bufio.NewReader(e.in).ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", errors.Join(errors.New("no password came from standard input"), err)
		}
		return line, nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Once more: "} {
		fmt.Fprint(e.errOut, prompt)
		b, err := term.ReadPassword(fd)
		fmt.Fprintln(e.errOut)
		if err != nil {
			return "", err
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two differ")
	}
	return typed[0], nil
}
