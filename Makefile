.PHONY: run test lint bench fuzz docs screenshots layout pictures soak chromium tools

GO ?= go
FUZZTIME ?= 30s

# run starts boathook on this folder's data.
run:
	$(GO) run ./cmd/boathook serve

# test is what CI runs: vet, every Go test under the race detector (unit,
# contract, testscript, kill storm), the signer against the providers' own
# libraries, then the page in a real browser.
test: chromium tools
	$(GO) vet ./...
	$(GO) vet -tags browser ./...
	GO=$(GO) testdata/again.sh -race -timeout 40m -- ./...
	$(GO) -C signer/oracle test ./...
	GO=$(GO) testdata/again.sh -tags browser -count=1 -timeout 30m -- ./web/browser_test/...

# tools installs programs that some tests run: HTTPie, PHP and Ruby, for the code that
# boathook writes in them, and zsh and fish, whose completion is tried by pressing keys.
# Without them these tests say that they are left out.
tools:
	@command -v http >/dev/null && command -v php >/dev/null && command -v ruby >/dev/null && \
	  command -v zsh >/dev/null && command -v fish >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends httpie php-cli ruby zsh fish >/dev/null; } || \
	  echo "note: HTTPie, PHP, Ruby, zsh or fish is missing, so the tests that run them are left out; install httpie php-cli ruby zsh fish to run them"

# chromium makes sure that the browser tests have a browser. They are never
# left out in silence.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	  else \
	    echo "error: the browser tests need Chromium; install it, then run make test again:"; \
	    echo "  sudo apt-get install chromium        (Debian, Ubuntu)"; \
	    echo "  brew install --cask chromium         (macOS)"; \
	    echo "  without a browser: go test ./..."; \
	    exit 1; \
	  fi; }

# lint reports what gofmt, vet and the linters of .golangci.yml find.
lint:
	@test -z "$$(gofmt -l cmd inspector proxy signer catalog web)" || { gofmt -l cmd inspector proxy signer catalog web; exit 1; }
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.7.2 run ./...

# bench prints the table of the README: ratios, each measured in one run.
bench:
	$(GO) run ./cmd/bench

# fuzz runs every fuzz target for FUZZTIME.
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

# docs writes the references of the commands and of their JSON; tests hold them to it.
docs:
	$(GO) run ./cmd/boathook docs reference > docs/commands.tmp
	mv docs/commands.tmp docs/commands.md
	$(GO) run ./cmd/boathook docs json > docs/json.tmp
	mv docs/json.tmp docs/json.md

# screenshots takes the pictures of the page that the README shows.
screenshots: chromium
	BOATHOOK_SCREENSHOTS=$(CURDIR)/docs $(GO) test -tags browser -count=1 -run '^TestScreenshots$$' ./web/browser_test/...

# layout writes anew where the parts of each page stand, and in which order Tab comes to
# them; tests hold them there.
layout: chromium
	BOATHOOK_LAYOUT=write $(GO) test -tags browser -count=1 -run '^Test(Layout|TabOrder)$$' ./web/browser_test/...

# pictures takes anew the pictures that the look of the page is held to.
pictures: chromium
	BOATHOOK_PICTURES=write $(GO) test -tags browser -count=1 -run '^TestPictures$$' ./web/browser_test/...

# soak lets a thousand requests a second arrive for a minute while the page is open, and
# sees that neither page nor server hold more and more. For an hour, gently:
# make soak BOATHOOK_SOAK=1h BOATHOOK_SOAK_RATE=150
soak: export BOATHOOK_SOAK ?= 60s
soak: chromium
	$(GO) test -tags browser -count=1 -v -timeout 0 -run '^TestSoak$$' ./web/browser_test/...
