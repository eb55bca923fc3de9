# The commands of this project; `make` lists them. All they need they put into .odoo/.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help pot screenshots test test-odoo test-house fuzz lint bench bench-quick bench-workers soak demo serve stop clean
PORT ?= 8069
DEMO_DB ?= mrp_production_refresh_demo
REFRESH_FUZZ ?= 2000

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/p' Makefile | column -t -s '|'

demo: ## an order of Odoo's demo data changed and refreshed, before and after
	@dev/script demo $(DEMO_DB) dev/demo.py

serve: ## the web client with that data on http://localhost:8069 (PORT=...), admin / admin
	@dev/serve $(PORT) $(DEMO_DB) $(ARGS)

test: ## every test, browser tests included; ARGS="-k name" or ARGS=tests/test_x.py for some
	@dev/test $(ARGS)

test-odoo: ## the same tests with Odoo's own runner
	@dev/test-odoo $(ARGS)

test-house: ## the tests of dev/ itself
	@dev/test_house.sh

fuzz: ## the randomised tests for longer: REFRESH_FUZZ=2000 examples each
	@REFRESH_FUZZ=$(REFRESH_FUZZ) dev/test -k fuzz $(ARGS)

lint: ## the checks of .pre-commit-config.yaml, and shellcheck
	@dev/lint

bench: ## what it costs, against Odoo's own commands; results.json and .svg in benchmarks/
	@status=0; \
	BENCH_RESULTS=$${BENCH_RESULTS-benchmarks} dev/script plain - benchmarks/run.py || status=1; \
	BENCH_SCHEDULE_ORDERS=$${BENCH_SCHEDULE_ORDERS-300} dev/script plain - benchmarks/run_schedule.py || status=1; \
	SOAK_MINUTES=2 dev/script plain - benchmarks/soak.py || status=1; \
	exit $$status

bench-quick: ## the same on fewer orders, within five minutes
	@BENCH_ORDERS=140 BENCH_ROUNDS=1 BENCH_GROWTH=700 BENCH_RESULTS= dev/script plain - benchmarks/run.py

bench-workers: ## orders a second of a run, with one to four workers, by cron and by queue_job
	@dev/script plain - benchmarks/bench_workers.py

soak: ## eight clients at random on a server for SOAK_MINUTES=30, a third of it without Refresh
	@dev/script plain - benchmarks/soak.py

pot: ## the texts to translate, exported anew, and the translations in line with them
	@dev/pot $(ARGS)

screenshots: ## the pictures of static/description, taken anew from a real server
	@dev/screenshots

stop: ## stop PostgreSQL
	@python3 dev/pg.py stop

clean: ## stop PostgreSQL and remove all that was set up, databases included
	@python3 dev/pg.py remove
	@rm -rf .odoo
