# SPDX-License-Identifier: Apache-2.0
# Doors for people. Each target does its own set-up; `make help` lists them.

DEV := build/dev
PYTHON := .venv/bin/python
FILTER ?= .
SECONDS ?= 60
SAMPLES ?= 1000000
DURATION ?= 600
FACTORS ?= 1000000
SEQUENCES ?= 1000000
IMAGES ?= 1000000
CODES ?= 1000000
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help setup build demo test bench bench-peers check generate format ct timing planted soak fuzz browser diff abi-store abi-check clean

help:        ## this list
	@sed -n 's/^\([a-z-]*\): .*## /\1\t/p' Makefile | expand -t 14

setup:       ## Debian packages, .venv, node_modules (nothing when they are there)
	@tools/setup

build: setup ## everything, in build/dev
	@tools/build $(DEV)

demo: build  ## enrolls a phone by QR code, then its code, the replay and a wrong code through C, Python and Node
	@tools/demo $(DEV)

test: build  ## every test; ends with each runner's own summary
	@tools/test $(DEV)

bench: setup ## benchmarks: FILTER=regex; JSON in build/bench/bench.json
	@FILTER='$(FILTER)' bench/run

bench-peers: build ## Python and Node against what people would pick instead
	@bench/peers/run

check: build ## format, lint, include graph, header rules, generated files
	@tools/check $(DEV)

browser: build ## real ceremonies: Chromium with its virtual authenticator against a server in Node and one in Python
	@PYTHON=$(PYTHON) PYTHONPATH=$(DEV)/bindings/python node tests/browser/walk.mjs --screenshots build/browser

diff: build  ## a million mutated WebAuthn messages against libfido2 and py_webauthn
	@$(PYTHON) tests/diff/webauthn_differential.py $(DEV)/tests/diff/webauthn_messages

ct: build    ## older compilers read everything; constant time: taint runner, planted leaks, machine code, wiping, all compilers and levels (more than half an hour)
	@tools/setup ct
	@$(PYTHON) tests/compilers/compilers.py $(DEV) clang++-14 clang++-16
	@$(PYTHON) tests/wipe/builds.py --build $(DEV)
	@$(PYTHON) tests/ct/whole.py --build $(DEV)

timing: build ## a report, no test: does time depend on a secret? SAMPLES=1000000 of each class; about five minutes
	@$(PYTHON) tests/timing/timing.py --samples '$(SAMPLES)' $(DEV)

planted: build ## every planted fault must be caught
	@$(PYTHON) tests/planted/run.py

soak: build  ## IMAGES=1000000 power cuts, FACTORS=1000000 rotated, SEQUENCES=1000000 on engine and model, however long; races for DURATION=600 seconds with CODES=1000000 at least; planted faults; PARTS=model,races: only these
	@$(PYTHON) tools/soak.py --images '$(IMAGES)' --factors '$(FACTORS)' --sequences '$(SEQUENCES)' \
	  --codes '$(CODES)' --seconds '$(DURATION)' $(if $(PARTS),--parts '$(PARTS)') $(DEV)

fuzz: setup  ## every parser for SECONDS=60, FILTER=regex; red on a finding, a lost canary, coverage below 95 %
	@$(PYTHON) tests/fuzz/fuzz.py --seconds '$(SECONDS)' --filter '$(FILTER)'

generate: setup ## rewrites the generated files that are committed; builds the module that its docstrings are read from
	@$(PYTHON) tools/gen_version.py
	@$(PYTHON) tools/gen_status.py
	@$(PYTHON) tools/api.py
	@$(PYTHON) tests/cases/make_cases.py
	@$(PYTHON) tests/cases/uri_cases.py
	@tools/build $(DEV)
	@$(DEV)/cli/counterseal man > cli/counterseal.1
	@$(PYTHON) tools/python_page.py $(DEV)

abi-check: setup ## the library's ABI against capi/abi/counterseal.abi
	@$(PYTHON) tools/abi.py check

abi-store: setup ## makes the ABI of now the baseline, for a release
	@$(PYTHON) tools/abi.py store

format: setup ## formats C, C++, Python and JavaScript
	@tools/format

clean:       ## removes build results, keeps .venv and node_modules
	rm -rf build bindings/node/prebuilds
