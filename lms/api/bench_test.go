package api

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/valyala/fasthttp"

	"mostik/lms"
	"mostik/lms/account"
)

// BenchmarkRoute is what stands around a use case: the token, reading, presenting, counting. It is to stay
// small beside the transaction of saving an answer.
func BenchmarkRoute(b *testing.B) {
	old := routeFiles
	b.Cleanup(func() { routeFiles = old })
	type in struct {
		Attempt  lms.ID[lms.Attempt] `path:"id"`
		ID       lms.ID[lms.Answer]  `path:"answer_id"`
		Question string              `json:"question_key" required:"true" maxLength:"64"`
		Revision int64               `json:"revision" required:"true" minimum:"0"`
		Content  json.RawMessage     `json:"content"`
	}
	type out struct {
		ID       lms.ID[lms.Answer] `json:"answer_id"`
		Revision int64              `json:"revision"`
		Late     bool               `json:"late"`
	}
	routeFiles = []func(*Server, *router){func(_ *Server, r *router) {
		register(r, http.MethodPut, "/attempts/{id}/answers/{answer_id}", op{Summary: "x", Tag: "x", Access: asks(lms.Study)},
			func(_ context.Context, _ lms.Actor, in in) (out, error) { return out{in.ID, in.Revision, false}, nil })
	}}
	keys, err := account.KeysFromSeed(make([]byte, 32))
	if err != nil {
		b.Fatal(err)
	}
	accounts := account.Bare(keys)
	s, err := New(Deps{Account: accounts})
	if err != nil {
		b.Fatal(err)
	}
	handler := s.NewApp().Handler()
	token := account.TokenFor(accounts, lms.Actor{Person: lms.NewID[lms.Person](), Session: lms.NewID[lms.Session]()})
	path := prefix + "/attempts/" + lms.NewID[lms.Attempt]().String() + "/answers/" + lms.NewID[lms.Answer]().String()
	b.ReportAllocs()
	for b.Loop() {
		var c fasthttp.RequestCtx
		c.Request.Header.SetMethod(http.MethodPut)
		c.Request.SetRequestURI(path)
		c.Request.Header.Set("Authorization", "Bearer "+token)
		c.Request.SetBodyString(`{"question_key":"q-single","revision":1767225600000,"content":{"choice":"b"}}`)
		handler(&c)
		if c.Response.StatusCode() != http.StatusOK {
			b.Fatalf("%s", c.Response.Body())
		}
	}
}
