package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// client keeps its connections alive, as a browser does, and counts every byte that goes over them.
type client struct {
	http  *http.Client
	bytes atomic.Int64
}

func newClient(connections int) *client {
	c := &client{}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	c.http = &http.Client{
		Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
		Transport: &http.Transport{
			MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections, DisableCompression: true,
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := dialer.DialContext(ctx, network, addr)
				return &counted{conn, &c.bytes}, err
			},
		},
	}
	return c
}

// counted counts what is read and written, so heads count too.
type counted struct {
	net.Conn
	n *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.n.Add(int64(n))
	return n, err
}

// request is one request; Body is sent as JSON, and what comes back is read into Into.
type request struct {
	method, url string
	token       string
	person      string // for the bare handler
	cookies     []*http.Cookie
	body        any
	into        any
}

// do sends a request and gives the answer's body and head. Anything but success is an error.
func (c *client) do(ctx context.Context, r request) (body []byte, head http.Header, err error) {
	var sent io.Reader
	if r.body != nil {
		raw, err := json.Marshal(r.body)
		if err != nil {
			return nil, nil, err
		}
		sent = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, sent)
	if err != nil {
		return nil, nil, err
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept-Encoding", "gzip, deflate, br")
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	if r.person != "" {
		req.Header.Set("X-Person", r.person)
	}
	for _, cookie := range r.cookies {
		req.AddCookie(cookie)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil {
		return nil, nil, err
	}
	if res.StatusCode >= 400 {
		return nil, nil, fmt.Errorf("%s %s: %d %.300s", r.method, r.url, res.StatusCode, body)
	}
	if r.into != nil {
		err = json.Unmarshal(body, r.into)
	}
	return body, res.Header, err
}
