# Needs Python 3.11 or later and git. Everything else is set up here, the first time it is needed.

.PHONY: help run serve test setup clean

help:
	@echo "make run     the site with the demo, at http://127.0.0.1:8000"
	@echo "make serve   the site without the demo"
	@echo "make test    all tests"
	@echo "make clean   remove what was set up (.venv, packages), but no data"

run: setup
	@exec .venv/bin/python -m community serve --demo

serve: setup
	@exec .venv/bin/python -m community serve

test:
	@bin/setup dev
	@exec bin/test

setup:
	@bin/setup

clean:
	rm -rf .venv node_modules static/vendor var
