# SPDX-License-Identifier: Apache-2.0
# Doors for people. Each target does its own set-up; `make help` lists them.

DEV := build/dev
PYTHON := .venv/bin/python
FILTER ?= .
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help setup build demo test bench bench-peers check generate format ct planted clean

help:        ## this list
	@sed -n 's/^\([a-z-]*\): .*## /\1\t/p' Makefile | expand -t 14

setup:       ## Debian packages, .venv, node_modules (nothing when they are there)
	@tools/setup

build: setup ## everything, in build/dev
	@tools/build $(DEV)

demo: build  ## a phone's code through C, Python and Node, then the replay and the wrong code
	@tools/demo $(DEV)

test: build  ## every test; ends with each runner's own summary
	@tools/test $(DEV)

bench: setup ## benchmarks: FILTER=regex; JSON in build/bench/bench.json
	@FILTER='$(FILTER)' bench/run

bench-peers: build ## Python and Node against what people would pick instead
	@bench/peers/run

check: build ## format, lint, include graph, header rules, generated files
	@tools/check $(DEV)

ct: build    ## constant time: taint runner, planted leaks, division scan
	@ctest --test-dir $(DEV) -L '^ct$$' --output-on-failure --no-tests=error

planted: build ## every planted fault must be caught
	@$(PYTHON) tests/planted/run.py

generate: setup ## rewrites the generated files that are committed
	@$(PYTHON) tools/gen_version.py
	@$(PYTHON) tools/gen_status.py
	@$(PYTHON) tools/api.py
	@$(PYTHON) tests/cases/make_cases.py

format: setup ## formats C, C++, Python and JavaScript
	@tools/format

clean:       ## removes build results, keeps .venv and node_modules
	rm -rf build bindings/node/prebuilds
