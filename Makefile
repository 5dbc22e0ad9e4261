# `make run` to look at it, `make test` to check it; both set up what they need.

PREFIX ?= /usr/local
DESTDIR ?=
DEMO ?= demo-store
SECONDS ?= 60
RUNS ?=
KEYS ?= 10000
SEED ?=

# One set of flags everywhere, so that nothing is built twice. The Swift library is linked in: the program then
# runs on machines without Swift. Stripped it is a third smaller.
RELEASE = swift build --configuration release --static-swift-stdlib -Xlinker -s --product slotscope
PROGRAM = .build/release/slotscope
FORMATTED = Sources Tests Package.swift

.PHONY: help run test sanitize crash-test soak fuzz build install install-files uninstall format lint screenshots bench clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: build ## build, make ./demo-store where there is none, and browse it
	@test -e $(DEMO) || $(PROGRAM) demo $(DEMO)
	@$(PROGRAM) --store $(DEMO)

test: ## everything that is tested, about ten minutes the first time
	@scripts/setup test
	$(RELEASE)
	$(RELEASE)-torture
	swift build --build-tests
	@scripts/test

sanitize: ## Swift's tests under the thread and the address sanitizer
	@scripts/setup build
	@scripts/sanitize

crash-test: ## a thousand kills, and minutes of readers under fire
	@scripts/setup test
	$(RELEASE)-torture
	@.venv/bin/python scripts/crash-test

soak: build ## ten thousand random keys into the browser, and whether its memory is flat (KEYS=, RUNS= times, SEED=)
	@scripts/setup test
	@SOAK_KEYS=$(KEYS) SOAK_RUNS=$(RUNS) SOAK_SEED=$(SEED) PYTHONDONTWRITEBYTECODE=1 \
	  .venv/bin/python -m pytest Tests/EndToEnd/test_soak.py

build: ## the program, as .build/release/slotscope
	@scripts/setup build
	$(RELEASE)

install: build install-files ## the program, its manual page and completions below PREFIX (/usr/local)

SHARE = $(DESTDIR)$(PREFIX)/share
MANUAL = $(SHARE)/man/man1/slotscope.1
BASH_COMPLETION = $(SHARE)/bash-completion/completions/slotscope
ZSH_COMPLETION = $(SHARE)/zsh/site-functions/_slotscope
FISH_COMPLETION = $(SHARE)/fish/vendor_completions.d/slotscope.fish

# What is installed, of a program that is there already.
install-files:
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/slotscope
	install -d $(dir $(MANUAL) $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION))
	$(PROGRAM) manual >$(MANUAL)
	$(PROGRAM) --generate-completion-script bash >$(BASH_COMPLETION)
	$(PROGRAM) --generate-completion-script zsh >$(ZSH_COMPLETION)
	$(PROGRAM) --generate-completion-script fish >$(FISH_COMPLETION)
	chmod 644 $(MANUAL) $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)

uninstall: ## take away what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/slotscope $(MANUAL) $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)

format: ## lay the code out as .swift-format says
	swift format format --in-place --recursive $(FORMATTED)

lint: ## check that it is
	swift format lint --strict --recursive $(FORMATTED)

screenshots: ## pictures of the running program, into screenshots/
	@scripts/setup screenshots
	$(RELEASE)
	@scripts/screenshots

fuzz: ## every parser under libFuzzer (SECONDS=60 for each, or RUNS=)
	@scripts/setup test
	@scripts/fuzz $(if $(RUNS),--runs $(RUNS),--seconds $(SECONDS))

bench: ## speed and memory, each beside the alternative
	@scripts/setup test
	$(RELEASE)
	$(RELEASE)-bench
	@.venv/bin/python scripts/bench

clean: ## remove what was built, and the tests' Python
	rm -rf .build .venv
