# Mostik. `make help` lists what there is.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

# Everything that ends up in the program, so that nothing is built twice and nothing is forgotten.
FRONTEND := $(shell find frontend/src frontend/public frontend/build frontend/*.json frontend/*.ts frontend/*.js -type f 2>/dev/null)
SOURCES  := go.mod go.sum frontend/src/routes.json \
            $(shell find cmd courses lms live media migrations -type f -not -name '*_test.go' -not -path '*/testdata/*' 2>/dev/null) \
            $(wildcard frontend/*.go)
MODULES  := frontend/node_modules/.mostik-stamp
DIST     := frontend/dist/.vite/manifest.json
E2E      := frontend/e2e

.PHONY: help run build test bench lint dev schema course-table setup-run setup-test frontend go-test vet fuzz e2e frontend-test

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: setup-run bin/mostik ## Install, build and serve http://127.0.0.1:8080 with made-up people
	@exec bin/mostik serve --demo

build: bin/mostik bin/mostik-bench ## Leave the programs in bin/

# Checking the pages' sources takes one processor, Go's compiler the other.
test: setup-test $(DIST) ## Run every test there is
	@$(MAKE) --no-print-directory -j2 -Otarget frontend-test go-all
	@$(MAKE) --no-print-directory fuzz e2e

.PHONY: go-all
go-all: ; @$(MAKE) --no-print-directory vet go-test

bench: setup-run bin/mostik bin/mostik-bench ## Measure, and print ratios
	@bin/mostik-bench
	@bin/mostik-bench certification

lint: $(DIST) ## Check form: gofumpt, vet, staticcheck, svelte-check, eslint
	@out=$$(go tool gofumpt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not formatted (go tool gofumpt -w):"; echo "$$out"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
	cd frontend && npm run check && npm run lint

dev: setup-run $(DIST) ## Serve, and rebuild as sources change
	@exec .ci/dev

schema: setup-run ## Write migrations/schema.sql from the migrations
	go test ./migrations -run TestSchemaFileIsWhatTheMigrationsMake -count=1 -update

course-table: ## Write docs/courses.md from the courses
	go test ./courses/content -run TestTheTableOfCoursesIsCurrent -count=1 -update

setup-run:
	@.ci/setup run

setup-test:
	@.ci/setup test

bin/mostik: $(SOURCES) $(DIST)
	@mkdir -p bin
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/mostik

bin/mostik-bench: $(SOURCES) $(DIST)
	@mkdir -p bin
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/mostik-bench

$(MODULES): frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The build's own list of files stands for the build.
$(DIST): $(FRONTEND) $(MODULES)
	cd frontend && npm run build
	@touch $@

frontend-test: $(DIST)
	cd frontend && npm run check && npm test

vet: $(DIST)
	go vet -trimpath ./...

# What is pure starts no goroutine and shares nothing (a test of cmd/mostik holds that), so the race detector, which
# makes it ten times slower, has nothing to find there. The same flags as the program's build: it is compiled once.
# Many tests wait, for a line that is silent or a server that starts: four packages at once keep two processors busy.
go-test: $(DIST)
	go tool gotestsum --format pkgname-and-test-fails -- -trimpath -timeout 15m ./courses/...
	go tool gotestsum --format pkgname-and-test-fails -- -race -p 4 -timeout 15m $$(go list ./... | grep -v '^mostik/courses')

fuzz:
	@.ci/fuzz

# Browser tests start the built program themselves.
e2e: setup-test bin/mostik
	@if [ -f $(E2E)/package.json ]; then \
		cd $(E2E) && if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then \
			npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json; fi && npm test; \
	fi
