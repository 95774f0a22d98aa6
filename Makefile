# dailies: `make demo` shows what it does, `make test` shows that it does it.
# Both install what they need on Debian 12 and need only Go, git and make.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS  := -s -w -X main.version=$(VERSION)
TOOLS    := $(CURDIR)/bin/tools
DEMO_OUT ?= out/demo

# What the program needs: FFmpeg 5.1's libraries for the build, a voice and
# fonts for the run. What its tests need besides: FFmpeg's command line to make
# clips that we did not make ourselves, and a browser to play the master in.
DEBS      := gcc libc6-dev pkg-config espeak-ng fonts-noto-cjk fonts-noto-core fonts-dejavu-core \
             libavcodec-dev libavformat-dev libavfilter-dev libavdevice-dev libavutil-dev \
             libswscale-dev libswresample-dev libpostproc-dev
TEST_DEBS := ffmpeg chromium
# What a cluster on this machine stands on besides.
CLUSTER_DEBS := postgresql

GOLANGCI     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOFUMPT      := mvdan.cc/gofumpt@v0.12.0
WORKFLOWCHECK := go.temporal.io/sdk/contrib/tools/workflowcheck@v0.6.0

.PHONY: build demo test shows chaos check bench cluster cluster-up cluster-tools pictures histories deps test-deps lint clean

build: deps ## build bin/dailies
	go build -ldflags '$(LDFLAGS)' -o bin/dailies ./cmd/dailies

demo: build ## render the example show's first episode
	bin/dailies render scripts/lost-property/ep01.yaml --out $(DEMO_OUT)

# A program with the race detector sleeps a second before it ends; the tests start and
# end thousands. vet is golangci-lint's, in check.
# SQLite is a C program in Go's words, under one lock: a quarter of the time of whatever starts
# an engine was to watch it, and pointers that C reckons with were checked one by one.
test: deps test-deps ## all tests, with the race detector
	GORACE=atexit_sleep_ms=0 go test -race -gcflags=modernc.org/...=-race=false -vet=off -timeout 38m ./...

check: deps lint ## formatting, lint, determinism of workflows, tidy modules
	@test -z "$$($(TOOLS)/gofumpt -l . | tee /dev/stderr)" || { echo "run: $(TOOLS)/gofumpt -w ."; exit 1; }
	$(TOOLS)/golangci-lint run ./...
	$(TOOLS)/workflowcheck ./workflows/...
	go mod tidy -diff
	go mod verify

lint: $(TOOLS)/golangci-lint $(TOOLS)/gofumpt $(TOOLS)/workflowcheck

$(TOOLS)/golangci-lint: Makefile
	GOBIN=$(TOOLS) go install $(GOLANGCI)
	@touch $@
$(TOOLS)/gofumpt: Makefile
	GOBIN=$(TOOLS) go install $(GOFUMPT)
	@touch $@
$(TOOLS)/workflowcheck: Makefile
	GOBIN=$(TOOLS) go install $(WORKFLOWCHECK)
	@touch $@

bench: build test-deps cluster-tools ## measured ratios, one BENCH line each
	DAILIES_BENCH_PROGRAM=$(CURDIR)/bin/dailies go test -tags bench -count 1 -run '^TestBench' -timeout 40m -v ./test/bench 2>&1 | \
	  { grep -vE '^=== ' || true; }

cluster: build test-deps cluster-tools ## PostgreSQL, Temporal, S3 and a worker a role as processes, and an episode through them
	go test -tags cluster -count 1 -run '^TestCluster' -timeout 30m -v ./test/cluster

cluster-up: build test-deps cluster-tools ## the same, kept up until Ctrl-C
	go build -o bin/cluster ./test/cluster/up
	bin/cluster

# The servers that docker-compose.yml has as images, at the versions that go.mod pins for
# those that are embedded: most of their packages are compiled already.
cluster-tools: deps
	$(call install,$(CLUSTER_DEBS))
	go build -o $(TOOLS)/temporal-server go.temporal.io/server/cmd/server
	go build -o $(TOOLS)/temporal-sql-tool go.temporal.io/server/cmd/tools/sql
	go build -o $(TOOLS)/ui-server github.com/temporalio/ui-server/v2/cmd/server
	go build -o $(TOOLS)/versitygw github.com/versity/versitygw/cmd/versitygw

shows: deps test-deps ## two shows of forty shots from sheets to masters, with vendors on bad days; test makes smaller ones
	go test -tags shows -count 1 -run '^TestTwoShows$$' -timeout 30m -v ./cmd/dailies

# SEED=N draws the same plan again; CHAOS="-kills 40 -outside=false" changes the run, -h tells all.
chaos: build test-deps ## a season of 437 shots while 300 processes are killed, and the rest goes wrong too
	go run ./test/chaos/cmd -program bin/dailies $(if $(SEED),-seed $(SEED)) $(CHAOS)

pictures: deps test-deps ## the Studio's pictures in docs/, taken of the example show
	go test -tags pictures -count 1 -run '^TestPictures' -timeout 20m ./cmd/dailies

# The release whose runs are recorded. What a release has recorded stays as it is.
RELEASE ?= $(shell date +%F)

histories: deps ## add this release's workflow histories to those that the replay test reads
	go test ./test/histories -record $(RELEASE)

# install PACKAGES: apt-get only what is missing, with sudo when we are not root.
define install
@missing="$$({ dpkg-query -W -f '$${db:Status-Abbrev} $${Package}\n' $(1) 2>/dev/null || true; } | awk '$$1=="ii"{print $$2}' | \
  sort | comm -13 - <(printf '%s\n' $(1) | sort))"; \
if [ -n "$$missing" ]; then \
  command -v apt-get >/dev/null || { echo "please install the equivalents of: $$missing"; exit 1; }; \
  as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
  echo "installing:" $$missing; \
  $$as_root apt-get update -qq; \
  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef

deps:
	$(call install,$(DEBS))

test-deps: $(TOOLS)/c2pa-wasm $(TOOLS)/promtool
	$(call install,$(TEST_DEBS))

# What judges our alert rules: promtool alone, of Debian's package prometheus. Installed
# whole it would start a server; built from source it takes every cloud's discovery along.
$(TOOLS)/promtool: Makefile | deps
	@if command -v promtool >/dev/null; then mkdir -p $(TOOLS); ln -sf "$$(command -v promtool)" $@; exit; fi; \
	command -v apt-get >/dev/null || { echo "please install promtool, which comes with Prometheus"; exit 1; }; \
	mkdir -p $(TOOLS); at="$$(mktemp -d)"; trap 'rm -rf "$$at"' EXIT; cd "$$at"; \
	apt-get download -qq -o APT::Sandbox::User=root prometheus || { as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; $$as_root apt-get update -qq; apt-get download -qq -o APT::Sandbox::User=root prometheus; }; \
	dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xf - ./usr/bin/promtool; \
	mv usr/bin/promtool $@; touch $@

# What judges our C2PA manifests: c2pa-rs as WebAssembly, from npm's registry, by its
# digest. Built as the tests are, so that they find it in the cache.
$(TOOLS)/c2pa-wasm: test/c2pars/pinned/pinned.go | deps
	GORACE=atexit_sleep_ms=0 go run -race ./test/c2pars/fetch
	@touch $@

clean:
	rm -rf bin out
