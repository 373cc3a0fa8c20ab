package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// operation is one thing that people wait for.
type operation struct {
	name string
	// target is in processor milliseconds, Go and PostgreSQL together; 0 where none was set. moodle is what
	// Moodle 4.5, tuned, spent on the same on a machine like the one the targets were set on.
	target, moodle float64
	// warm, n and counted are how often it is done: before measuring, measured, and with statements counted.
	warm, n, counted int
	// do does it once; i never repeats.
	do func(ctx context.Context, c *client, i int) error
	// before runs ahead of everything else, unmeasured.
	before func(ctx context.Context) error
	// program is whose time is taken beside PostgreSQL's; nil is the server.
	program *process
}

// cost is what an operation cost, a time each.
type cost struct {
	n          int
	program    time.Duration
	postgres   time.Duration
	statements float64 // -1: not counted
	bytes      float64
}

func (c cost) ms() float64 { return millis(c.program) + millis(c.postgres) }

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

type result struct {
	operation
	cost
	// bare is what the handler without anything around the same statement cost; 0 where there is none.
	bare float64
	note string
}

type bench struct {
	options
	world        *world
	server, bare *process
	weights      strings.Builder // what the walk over the wire found, to be printed
}

// all measures everything; what fails is told and does not stop the rest.
func (b *bench) all(ctx context.Context) (results []result, failures []string) {
	add := func(name string, f func() ([]result, error)) {
		if !b.only.MatchString(name) || ctx.Err() != nil {
			return
		}
		r, err := f()
		results = append(results, r...)
		if err != nil {
			failures = append(failures, fmt.Sprintf("%s: %v", name, err))
		}
	}
	add(saveAnswer, func() ([]result, error) { return b.answers(ctx) })
	for _, op := range b.operations() {
		add(op.name, func() ([]result, error) {
			c, err := b.measure(ctx, op)
			if err != nil {
				return nil, err
			}
			return []result{{operation: op, cost: c}}, nil
		})
	}
	add("CSV", func() ([]result, error) { return b.csv(ctx) })
	add("bytes", func() ([]result, error) { return nil, b.weigh(ctx, &b.weights) })
	return results, failures
}

// measure takes the processor time of an operation.
func (b *bench) measure(ctx context.Context, op operation) (c cost, err error) {
	if op.before != nil {
		if err := op.before(ctx); err != nil {
			return c, err
		}
	}
	if op.program == nil {
		op.program = b.server
	}
	web := newClient(b.clients)
	if err := b.repeat(ctx, web, op, 0, op.warm); err != nil {
		return c, err
	}
	web.bytes.Store(0)
	before, err := b.used(op.program)
	if err != nil {
		return c, err
	}
	if err := b.repeat(ctx, web, op, op.warm, op.n); err != nil {
		return c, err
	}
	after, err := b.used(op.program)
	if err != nil {
		return c, err
	}
	n := time.Duration(op.n)
	c = cost{
		n: op.n, program: (after.program - before.program) / n, postgres: (after.postgres - before.postgres) / n,
		bytes: float64(web.bytes.Load()) / float64(op.n), statements: -1,
	}
	if b.world.counts && op.counted > 0 {
		c.statements, err = b.statements(ctx, web, op)
	}
	return c, err
}

// statements counts them over some more repeats, when no time is taken.
func (b *bench) statements(ctx context.Context, web *client, op operation) (float64, error) {
	if err := b.world.count(ctx, true); err != nil {
		return 0, err
	}
	err := errors.Join(b.world.sql(ctx, `SELECT pg_stat_statements_reset()`), b.repeat(ctx, web, op, op.warm+op.n, op.counted))
	n, err2 := b.world.counted(ctx)
	return float64(n) / float64(op.counted), errors.Join(err, err2, b.world.count(ctx, false))
}

// used is the processor time so far.
func (b *bench) used(p *process) (c cost, err error) {
	var err2 error
	c.program, err = processTime(p.pid())
	c.postgres, err2 = familyTime(b.world.pg.PID())
	return c, errors.Join(err, err2)
}

// repeat does an operation n times, from the given number on, with as many requests under way as there are
// clients. The first error ends it.
func (b *bench) repeat(ctx context.Context, web *client, op operation, from, n int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(b.clients, n) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := op.do(ctx, web, from+i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
