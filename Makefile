# Everything here can be run again at any time: what is already done is skipped.
.PHONY: help setup demo up test check screenshots chaos chaos-scripts detection false-deaths soak fuzz bugs
.DEFAULT_GOAL := help

help:
	@echo "make setup   install and build what is missing"
	@echo "make demo    turn the sample picture into demo.mp4 through the whole system, then end it"
	@echo "make up      serve on this machine until Ctrl-C, at SPOOL_LISTEN if that is set"
	@echo "make test    every test of every language"
	@echo "make check   formatting, lints and types of every language"
	@echo "make screenshots   every page and state of the studio, into web/screenshots"
	@echo "make chaos   RUNS=20 random runs with faults; SEED=s the first of them"
	@echo "make chaos-scripts   RUNS=20 random runs over the scripts on a real Redis"
	@echo "make detection   how soon a silent agent, a closed one and a dead worker are noticed, at default settings"
	@echo "make false-deaths   MINUTES=30 of slow and of flapping links, outages and a large upload, and whether any agent is taken for dead"
	@echo "make soak    MINUTES=30 of steady load, and whether anything grows"
	@echo "make bugs    every seeded bug, and whether the tests catch it"
	@echo "make fuzz    every fuzz target for FUZZ_SECONDS=60"

setup:
	@infra/setup/setup.sh

demo:
	@infra/setup/setup.sh tools redis python packages studio build
	@infra/setup/demo.sh

up:
	@infra/setup/setup.sh tools redis python packages studio build
	@infra/setup/up.sh

test: setup
	@infra/setup/test.sh

check:
	@infra/setup/setup.sh tools redis python packages
	@infra/setup/check.sh

screenshots: setup
	@infra/setup/setup.sh crowd
	@npm --prefix web --silent run screenshots

# Each run has a seed; `make chaos RUNS=1 SEED=s` makes the schedule of seed s again.
RUNS ?= 20
SEED ?= 1
chaos:
	@infra/setup/setup.sh tools redis python packages chaos
	@target/debug/examples/chaos $(RUNS) $(SEED)

chaos-scripts:
	@infra/setup/setup.sh tools redis chaos-scripts
	@target/debug/examples/chaos_scripts $(RUNS) $(SEED)

detection:
	@infra/setup/setup.sh tools redis python packages detection
	@target/debug/examples/detection

MINUTES ?= 30
false-deaths:
	@infra/setup/setup.sh tools redis python packages faults false-deaths
	@target/debug/examples/false_deaths $(MINUTES)

soak:
	@infra/setup/setup.sh tools redis python packages soak
	@target/debug/examples/soak $(MINUTES)

bugs:
	@infra/setup/setup.sh tools redis python packages faults
	@infra/setup/bugs.sh

FUZZ_SECONDS ?= 60
fuzz:
	@infra/setup/setup.sh tools
	@infra/setup/fuzz.sh $(FUZZ_SECONDS)
