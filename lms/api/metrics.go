package api

import (
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts requests by the route's template, so that no id becomes a label.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(reg prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mostik_api_requests_total", Help: "Requests to the API, by route and status.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "mostik_api_request_seconds", Help: "Time from a request's head to the end of its handler.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route"}),
	}
	if reg != nil {
		reg.MustRegister(m.requests, m.seconds)
	}
	return m
}

// route gives the function that counts one route's answers; counters are looked up once a status.
func (m *metrics) route(rt *route) func(status int, took time.Duration) {
	seconds := m.seconds.WithLabelValues(rt.method, rt.path)
	var byStatus sync.Map
	return func(status int, took time.Duration) {
		counter, ok := byStatus.Load(status)
		if !ok {
			counter, _ = byStatus.LoadOrStore(status, m.requests.WithLabelValues(rt.method, rt.path, strconv.Itoa(status)))
		}
		counter.(prometheus.Counter).Inc()
		seconds.Observe(took.Seconds())
	}
}
