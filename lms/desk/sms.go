package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Gateway sends short messages through somebody's HTTP gateway. What is sent is a template of the site's own, for no
// two gateways take the same.
type Gateway struct {
	method, address, body, kind string
	header                      http.Header
	client                      *http.Client
}

// gatewayTime bounds one request to a gateway.
const gatewayTime = 15 * time.Second

// GatewayConfig is what a site says of its gateway. In URL and Body {to} stands for the number and {text} for the
// message: escaped for a query in the URL and in a form, as a JSON string's inside in a body of application/json.
type GatewayConfig struct {
	URL, Body, ContentType string
	// Authorization is sent as the header of that name, "" for none.
	Authorization string
}

// NewGateway checks a configuration; without a URL there is no gateway, and nil.
func NewGateway(c GatewayConfig) (*Gateway, error) {
	if c.URL == "" {
		return nil, nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("not an address of a gateway that begins with http:// or https://") // it may hold a key
	}
	for _, part := range []string{"{to}", "{text}"} {
		if !strings.Contains(c.URL+c.Body, part) {
			return nil, fmt.Errorf("neither address nor body of the gateway has %s", part)
		}
	}
	g := &Gateway{method: http.MethodGet, address: c.URL, body: c.Body, kind: c.ContentType, header: http.Header{}}
	if c.Body != "" {
		g.method = http.MethodPost
		if g.kind == "" {
			g.kind = "application/x-www-form-urlencoded"
		}
		g.header.Set("Content-Type", g.kind)
	}
	if c.Authorization != "" {
		g.header.Set("Authorization", c.Authorization)
	}
	g.client = &http.Client{Timeout: gatewayTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return g, nil
}

// number leaves the plus and the digits of a telephone number.
func number(phone string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, phone)
}

// errAway says that the gateway did not answer, or that it cannot do so for anybody just now.
var errAway = errors.New("the gateway is away")

// Send hands one message over. Any answer but 2xx is an error, which holds neither number nor message.
func (g *Gateway) Send(ctx context.Context, phone, words string) error {
	to := number(phone)
	if strings.Trim(to, "+") == "" {
		return errors.New("not a telephone number")
	}
	fill := func(template string, escape func(string) string) string {
		return strings.NewReplacer("{to}", escape(to), "{text}", escape(words)).Replace(template)
	}
	escape := url.QueryEscape
	if strings.HasPrefix(g.kind, "application/json") {
		escape = insideJSON
	}
	req, err := http.NewRequestWithContext(ctx, g.method, fill(g.address, url.QueryEscape), strings.NewReader(fill(g.body, escape)))
	if err != nil {
		return errors.New("the gateway's address cannot be filled in")
	}
	req.Header = g.header.Clone()
	res, err := g.client.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // the address holds the number
		}
		return fmt.Errorf("%w: %w", errAway, err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	switch {
	case res.StatusCode/100 == 2:
		return nil
	case res.StatusCode/100 == 5 || res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("%w: it answered %d", errAway, res.StatusCode)
	}
	return fmt.Errorf("the gateway answered %d", res.StatusCode)
}

// insideJSON writes a text as it stands between the quotes of a JSON string.
func insideJSON(s string) string {
	raw, _ := json.Marshal(s) // a text
	return string(raw[1 : len(raw)-1])
}
