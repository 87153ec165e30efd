# Each target works in a fresh clone, and costs nothing for what is done already.
.PHONY: help up down test test-docker table soak policies check check-outputs example benchmark wheels clean

help:
	@echo "make up         install, start the servers, pulumi up on stack local, print the outputs"
	@echo "make down       destroy stack local and stop its servers"
	@echo "make test       all tests, on real servers (make test ARGS='-k vhost')"
	@echo "make test-kafka what is about one system (test-redis, test-mongodb, test-django …)"
	@echo "make table      the README's table, from what the tests showed that ran here"
	@echo "make test-docker"
	@echo "                platform docker only: on the engine that answers, else on one of the tests' own"
	@echo "make soak       200 kills of the engine, the provider, the program, the language host"
	@echo "                (make soak SOAK_SEED=5 SOAK_ROUNDS=60 replays)"
	@echo "make policies   the policy pack's tests, on every bad stack, on local and on prod"
	@echo "make check      ruff, mypy and the import rules only"
	@echo "make check-outputs STACK=prod"
	@echo "                credentials that a stack's state holds in clear"
	@echo "make example    an app stack that uses the outputs of stack local, with a worker"
	@echo "make benchmark  the figures in benchmarks/README.md"
	@echo "make wheels     the packages, in dist/"
	@echo "make clean      remove what was made in the checkout"

up:
	@tools/up

down:
	@tools/down

test:
	@tools/test $(ARGS)

table:
	@tools/install --test
	@.venv/bin/python tools/table

# Part of `make test`: the tests with this word in their file's or their own name (tests/about.py).
test-%:
	@tools/test --about "$*" $(ARGS)

# Part of `make test`. Without an engine, and where none can be started, they are skipped by name.
test-docker:
	@tools/test -rs tests/docker tests/unit/standins/test_docker.py tests/e2e/test_docker*.py $(ARGS)

soak: export SOAK_ROUNDS ?= 200
soak:
	@tools/test -n 0 -s -v --randomly-dont-reorganize tests/soak $(ARGS)

policies:
	@tools/test tests/policies tests/e2e/test_prod.py $(ARGS)

check:
	@tools/install --test
	@.venv/bin/python -m pytest -q tests/unit/tools/test_checks.py

check-outputs: STACK ?= local
check-outputs:
	@tools/install
	@# Stack local has its state here; any other is where the caller's own Pulumi looks for it.
	@eval "$$(tools/env $(if $(filter local,$(STACK)),,| grep '^export PATH='))"; \
	  tools/check-outputs $(STACK)

example: up
	@. tools/lib.sh; eval "$$(tools/env)"; examples/run

benchmark:
	@tools/prepare test
	@eval "$$(tools/env)"; benchmarks/run $(ARGS)

wheels:
	@tools/install --test
	@for package in components provider policies; do \
	  rm -rf $$package/build; \
	  .venv/bin/python -m build --wheel --no-isolation --outdir dist $$package || exit 1; \
	done

clean:
	@tools/clean
