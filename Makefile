FUZZTIME ?= 1m
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: help build test lint fuzz mutate soak bench bench-peers profile golden screens release deb reproduce clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

build: ## the program, ./cmppdump
	CGO_ENABLED=0 go build ./cmd/cmppdump

test: ## all tests that need neither root nor tools
	go test ./...

lint: ## gofmt, vet, staticcheck
	@files=$$(gofmt -l .); test -z "$$files" || { echo "gofmt -w $$files"; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...

fuzz: ## every fuzz target for FUZZTIME (1m) each
	@set -e; grep -rn --include='*_test.go' '^func Fuzz' . | \
	sed 's,^\./\(.*\)/[^/]*:[0-9]*:func \(Fuzz[A-Za-z0-9_]*\).*,\1 \2,' | sort | \
	while read -r dir target; do \
		echo "== $$dir $$target"; \
		go test "./$$dir" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME); \
	done

mutate: ## MUTATE_SEEDS (200) variants of generated traffic, against their truth
	MUTATE_SEEDS=$${MUTATE_SEEDS:-200} go test -count=1 -timeout 2h ./cmd/cmppdump -run TestMutations

soak: ## live traffic for SOAK (1h), as root: memory and descriptors stay flat
	SOAK=$${SOAK:-1h} CMPPDUMP_ROOT=1 go test -count=1 -timeout 90m -v -run 'TestRootSoak$$' ./cmd/cmppdump

bench: ## all benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-peers: ## cmppdump beside cat, tcpdump, capinfos and tshark: SIZES (200000 2000000 10000000), RUNS (5), TSHARK_RUNS (1); 6 GB in BENCH_DIR
	@set -e; bin=$$(mktemp -d); trap 'rm -rf "$$bin"' EXIT; \
	CGO_ENABLED=0 go build -o "$$bin" ./cmd/cmppdump ./pcaps/gen/cmd/gen ./pcaps/gen/cmd/bench; \
	"$$bin/bench" -cmppdump "$$bin/cmppdump" -gen "$$bin/gen" -sizes "$${SIZES:-200000 2000000 10000000}" \
		-runs $${RUNS:-5} -slow-runs $${TSHARK_RUNS:-1} -dir "$${BENCH_DIR:-$${TMPDIR:-/tmp}/cmppdump-bench}"

profile: ## CPU profiles of -q, text and JSON on a generated capture: *.prof, and what is at the top
	@set -e; for form in quiet text json; do \
		go test -run '^$$' -bench "Main/$$form" -o cmppdump.test -cpuprofile $$form.prof ./cmd/cmppdump; \
		go tool pprof -top -nodecount 25 cmppdump.test $$form.prof; \
	done

screens: ## the pictures of the README, out of the live view
	go test ./render/live -run TestPictures -update

golden: ## what the tests expect, written anew: look at git diff
	@set -e; grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n 1 dirname | sort -u | \
	while read -r dir; do go test "$$dir" -update; done

release: ## dist/: static binaries, .deb and .rpm packages, manual pages, SBOMs, checksums
	cmd/cmppdump/dist/release

deb: ## dist/: the .deb of this machine
	cmd/cmppdump/dist/release deb

reproduce: ## the release of HEAD in two directories: the same bytes?
	cmd/cmppdump/dist/release twice

clean: ## what build made
	rm -rf cmppdump dist *.prof *.test
	go clean -testcache
