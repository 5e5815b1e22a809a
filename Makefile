# Every target is one comment and one command; `make help` prints them.
GO ?= go
export CGO_ENABLED = 0
# The profile of cmd/awscred is for the program. What only asks whether code is right
# leaves it out, so that no package is compiled twice for that.
PLAIN = -pgo=off
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
SECONDS_PER_FUZZ ?= 20
CHROMIUM ?= chromium
.DEFAULT_GOAL := all
.PHONY: all help build test race fuzz torture sbom reproducible wiki-live html-live bench bench-repo bench-scale profile code-speed microbench golden check vet fmt staticcheck cross conformance oracle parity audit accept clean

all: build ## build bin/awscred and run it here: which, then scan (what they find is an answer, not a failure)
	@bin/awscred which; case $$? in 0|1|3) ;; *) exit 1;; esac
	@echo
	@bin/awscred scan .; case $$? in 0|1|3) ;; *) exit 1;; esac

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

build: ## build bin/awscred, static and without paths of this machine
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/awscred ./cmd/awscred

test: ## run all tests
	$(GO) test $(PLAIN) ./...

race: ## run all tests under the race detector, which needs cgo and a C compiler
	@command -v gcc >/dev/null || command -v cc >/dev/null || { echo "make race: no C compiler (gcc or cc) on PATH"; exit 2; }
	CGO_ENABLED=1 $(GO) test $(PLAIN) -race ./...

fuzz: ## run every fuzz target, or those of FUZZ, for SECONDS_PER_FUZZ seconds (20), and add to docs/fuzz.tsv
	@scripts/fuzz $(SECONDS_PER_FUZZ) $(FUZZ)

torture: ## the long form of the tests against hostile input, those of TORTURE, with TORTURE_FLAGS; writes docs/reliability.md
	$(GO) test ./internal/torture -count 1 -timeout 3h -run '$(TORTURE)' -long -record ../../docs/torture.json $(TORTURE_FLAGS)

sbom: build ## write the modules of bin/awscred as SPDX: bin/awscred.spdx.json
	$(GO) run ./internal/sbom bin/awscred > bin/awscred.spdx.json

reproducible: ## build in two directories and compare
	@scripts/reproducible

html-live: ## open the HTML report in a headless Chromium (CHROMIUM=…); pictures go to out/pictures
	@command -v $(CHROMIUM) >/dev/null || { echo "make html-live: no $(CHROMIUM) on PATH; Debian has it as the package chromium"; exit 2; }
	AWSCRED_CHROMIUM=$(CHROMIUM) AWSCRED_PICTURES=$(CURDIR)/out/pictures $(GO) test ./scanner/report -run TestBrowser -count 1 -v

bench: ## measure awscred on REPO=…, beside git and gitleaks: NAME, RECORD, RUNS, CUTOFF, GITLEAKS=off
	@scripts/bench measure

bench-repo: ## build a repository to measure on: OUT (out/bench-repo), COMMITS (20000), SEED, SECRETS
	@scripts/bench build

bench-scale: ## check that twice the history costs at most twice the time, with keys and without
	@scripts/bench scale

profile: ## write what the compiler is to know about scans, from scans of REPOS (out/bench-repo): cmd/awscred/default.pgo
	@scripts/bench profile

code-speed: ## read the source of a made tree of FILES (100000) files: it must take less than 20 seconds
	$(GO) test ./resolver/code -run TestSpeed -v -files $(or $(FILES),100000)

microbench: ## run the benchmarks of all packages
	$(GO) test -run '^$$' -bench . -benchmem ./...

golden: ## rewrite the expected outputs from what the program prints now; read the diff
	@scripts/golden

check: vet fmt staticcheck cross audit ## what CI checks besides the tests: vet, gofmt, staticcheck, builds for other systems

vet: ## go vet
	$(GO) vet $(PLAIN) ./...

fmt: ## fail if gofmt would change a file
	@test -z "$$(gofmt -s -l .)" || { gofmt -s -d .; exit 1; }

staticcheck: ## run staticcheck, at a fixed version
	GOFLAGS="$$GOFLAGS $(PLAIN)" $(GO) run $(STATICCHECK) ./...

# Each system and each architecture once.
CROSS = linux/arm64 darwin/arm64 windows/amd64
cross: ## build for other systems: CROSS (linux/arm64 darwin/arm64 windows/amd64)
	@for at in $(CROSS); do GOOS=$${at%/*} GOARCH=$${at#*/} $(GO) build $(PLAIN) -o /dev/null ./... || exit 1; done

# --config-from HEAD: also where CI is set, the baseline that is committed counts.
AUDIT = bin/awscred audit --no-machine --config-from HEAD
audit: build ## may this repository be published? (part of check)
	@if [ "$$(git rev-parse --is-shallow-repository)" = true ]; then \
		echo "this checkout is shallow: what is not here cannot be audited, and does not fail"; $(AUDIT) --allow-incomplete; \
	else $(AUDIT); fi

accept: build ## accept what make audit says, in .awscred-baseline.json: REASON="made up for tests"; read the diff
	@test -n "$(REASON)" || { echo 'make accept REASON="why"'; exit 2; }
	@$(AUDIT) --write-baseline .awscred-baseline.json --reason "$(REASON)" >/dev/null

wiki-live: ## scan a real MediaWiki and a real DokuWiki, of Debian's packages
	@scripts/wiki-live

conformance: ## run other projects' test data: AWSCRED_CONFORMANCE names the folder that has it
	@scripts/conformance

oracle: ## ask the real SDKs about generated situations: ORACLE_SEED, ORACLE_COUNT (2000), ORACLE_SDK, ORACLE_STRICT
	@scripts/oracle

parity: ## compare with gitleaks, run as a library: PARITY_MB (300 of the module cache), PARITY_REPO (this one), PARITY_SEED
	@cd internal/parity && PARITY_MB=$${PARITY_MB:-300} $(GO) test -count=1 -timeout 60m -v .

clean: ## remove what was built
	rm -rf bin out
