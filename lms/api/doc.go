// Package api is HTTP in and HTTP out, and decides nothing: a handler decodes, calls one use case of a
// slice, and presents. One file a slice declares its routes; every route is declared through the typed
// helpers of route.go, from which the OpenAPI document, its readable page and the tests of rights are
// made. Failures leave through problem.go alone.
package api
