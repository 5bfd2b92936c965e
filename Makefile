# The whole vocabulary of a developer. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# What scripts/setup may have installed comes first.
export PATH := $(CURDIR)/target/tools/node/bin:$(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)
# The validators' folder; tests look in its bin/.
export FONDS_VALIDATORS := $(CURDIR)/target/tools
# No desktop colours or pagers in what is printed.
export CARGO_TERM_COLOR ?= auto

XVFB := xvfb-run -a -s "-screen 0 1280x900x24"
SHELL_BUILD := cargo build --locked -p fonds-desktop --features custom-protocol

.PHONY: help fuzz setup setup-tests run window check types test test-setup test-rust test-wordpress test-ui test-window test-large bench bench-library bench-markdown bench-archive bench-window ui-modules ui-dist

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what a fresh Debian 12 lacks to build and run Fonds (says each step first)
	@scripts/setup

setup-tests: ## The same, and what the tests need
	@scripts/setup --tests

run: setup ## Play the main job into target/demo, then open the window on that library
	@scripts/run

window: setup ui-dist ## Build the window (target/debug/fonds-desktop)
	$(SHELL_BUILD)

check: setup ui-modules ui-dist ## Formatting, lints and types; all that needs no running program
	cargo fmt --all --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked -p fonds-desktop --features custom-protocol --all-targets -- -D warnings
	cargo clippy --locked -p fonds-window-tests --all-targets -- -D warnings
	cd ui && npm run --silent lint && npm run --silent check
	$(MAKE) --no-print-directory types
	git diff --exit-code -- ui/src/api/generated
	@if command -v cargo-deny >/dev/null; then cargo deny --offline check licenses bans sources; \
	else echo 'check: cargo-deny is not installed: licences and bans were not checked.'; fi

types: ## Write the TypeScript types of the app's API into ui/src/api/generated
	cargo test --locked --quiet -p fonds-app export_bindings

test: setup-tests test-setup test-rust test-wordpress test-ui test-window ## Everything: setup, Rust, UI, the real window
	@echo 'make test: every suite above passed.'

test-setup: ## The branches of scripts/setup, with stand-ins for the installers
	@scripts/test-setup

test-rust: setup-tests ui-modules ## Rust tests; builds no WebKit
	cargo test --locked

test-wordpress: setup-tests ## Publishing to a real WordPress, over a bad network too (half a minute)
	cargo test --locked -p fonds-cli --test wordpress -- --ignored

test-ui: setup ui-modules ## Biome, svelte-check and vitest
	cargo build --locked -p fonds-cli
	cd ui && npm run --silent lint && npm run --silent check && npm run --silent test

# The window for the tests has dialogs that a file answers (feature e2e): it is moved away at once,
# so that it is never taken for the one that people use.
test-window: setup-tests ui-dist ## The whole job in the real window, under Xvfb, through WebDriver
	cargo build --locked -p fonds-cli
	$(SHELL_BUILD),e2e
	mkdir -p target/e2e && mv target/debug/fonds-desktop target/e2e/
	cargo test --locked -p fonds-window-tests --no-run
	$(XVFB) cargo test --locked -p fonds-window-tests -- --nocapture

test-large: ## Exports over 4 GiB and over 65,535 entries, 1,000 kills, 5,000 bad requests to WordPress (many minutes, 5 GB of disk)
	cargo test --locked --release -p fonds-archive --test large -- --ignored
	FONDS_KILLS=1000 cargo test --locked -p fonds-cli --test kill -- --nocapture
	FONDS_FAULT_PAIRS=48 FONDS_FAULT_RUNS=8 cargo test --locked -p fonds-cli --test wordpress -- --ignored --nocapture faults

bench: bench-markdown bench-archive bench-library bench-window ## Every table of docs/benchmarks.md, each beside what a user would pick instead

bench-markdown: ui-modules ## The Markdown converter beside @tiptap/markdown and remark, in one run
	cargo bench --locked -p fonds-markdown --bench conversion

fuzz: ## Search for a text that the Markdown converter cannot bear (a minute; needs cargo-fuzz)
	cd crates/markdown && RUSTC_BOOTSTRAP=1 cargo fuzz run round_trip -- -max_total_time=60 -max_len=4096

bench-library: ## Opening, lists, search, saving, memory and size at 1,000, 10,000 and 100,000 posts (some minutes, 3 GB in memory)
	cargo bench --locked -p fonds-app --bench library

bench-archive: ## Export and verify against bagit-python, zip, restic and the floor, in one run
	cargo bench --locked -p fonds-archive --bench figures

# A release build with the dialogs of the tests, kept apart from the one that people use.
bench-window: setup-tests ui-dist ## Key to paint in the real window, at 1,000, 50,000 and 300,000 words
	cargo build --locked --release -p fonds-desktop --features custom-protocol,e2e
	mkdir -p target/bench && mv target/release/fonds-desktop target/bench/
	cargo test --locked -p fonds-window-tests --test typing --no-run
	FONDS_WINDOW=$(CURDIR)/target/bench/fonds-desktop $(XVFB) cargo test --locked -p fonds-window-tests --test typing -- --nocapture

ui-modules: ui/node_modules/.package-lock.json
ui/node_modules/.package-lock.json: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	@touch $@

ui-dist: ui-modules
	cd ui && npm run --silent build
