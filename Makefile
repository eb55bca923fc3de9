# The commands of this project; `make` lists them. All they need they put into .odoo/.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help test test-odoo test-house fuzz lint bench demo serve stop clean
PORT ?= 8069
REFRESH_FUZZ ?= 2000

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/p' Makefile | column -t -s '|'

test: ## every test, browser tests included; ARGS="-k name" or ARGS=tests/test_x.py for some
	@dev/test $(ARGS)
