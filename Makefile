# Everything is done by `python3 -m deploy.local`; see deploy/local. Variables may stand in .env or on the command line:
# LITE=1, TOPOLOGY=ha, SALON_PORT=8000, SALON_FIRST_PORT=18000, PROFILE=dev|test|lite, ONLY=<part>, CUSTOMERS=2000, QUANTITY=400.

PYTHON ?= python3
VENV := .local/venv/bin
LOCAL := $(PYTHON) -m deploy.local
BACKUP = $(VENV)/python -m deploy.local.backup $(if $(DIR),--dir "$(DIR)")
# .env and the runner read these from the environment.
# Sources are compiled once, not at the start of each of the many processes that run them.
unexport PYTHONDONTWRITEBYTECODE
export LITE TOPOLOGY SALON_PORT SALON_FIRST_PORT PROFILE ONLY

.DEFAULT_GOAL := help
.PHONY: help setup run services demo mails reconcile seed settings rotate deploy rollback releases scale monitoring monitoring-test logs status topology zone-down zone-up kill part-up test check bench rehearse faults fix lock clean backup backup-log backups restore migrate-online images images-test pin-images restore-drill

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Run it
setup: ## Install what is missing (run, demo, test and check do it too)
	@$(LOCAL) setup

run: ## The whole system on http://localhost:8000, until Ctrl-C (LITE=1: the small engines; TOPOLOGY=ha: two zones)
	@$(LOCAL) run

services: ## Only MySQL, Redis, Kafka and MongoDB's protocol, for tests by hand
	@$(LOCAL) services

demo: ## A coupon drop, a lottery, a chat and a race for one slot, with proof (CUSTOMERS=2000 QUANTITY=400)
	@$(LOCAL) demo $(if $(CUSTOMERS),--customers $(CUSTOMERS)) $(if $(QUANTITY),--coupons $(QUANTITY))

mails: ## The last mails that the system wrote, which on this machine go into a folder (PROFILE=test; LAST=20)
	@[ -x $(VENV)/python ] || $(LOCAL) setup
	@$(VENV)/python -m deploy.local.develop.mails --profile "$(or $(PROFILE),dev)" --last "$(or $(LAST),5)"

reconcile: ## Every difference between MySQL, Kafka and Redis after a drop (EVENT=<id>)
	@test -n "$(EVENT)" || { echo "say which: make reconcile EVENT=<id of a coupon event>" >&2; exit 2; }
	@. ./.local/$(or $(PROFILE),dev)/env.sh && cd services/main && ../../$(VENV)/python manage.py reconcile "$(EVENT)"

seed: ## A believable Korea beside what runs: so many salons, the same every time (SALONS=100000; PROFILE=test)
	@test -n "$(SALONS)" || { echo "say how many: make seed SALONS=3000" >&2; exit 2; }
	@. ./.local/$(or $(PROFILE),dev)/env.sh && cd services/main && ../../$(VENV)/python manage.py seed --salons "$(SALONS)"

##@ Change it while it runs (see docs/operations.md)
deploy: ## Another release, instance by instance, taken back by itself when it is bad (VERSION=<tag or commit>; CONTINUE=1)
	@$(LOCAL) deploy $(if $(VERSION),--version "$(VERSION)") $(if $(BAKE),--bake "$(BAKE)") \
		$(if $(REPOSITORY),--repository "$(REPOSITORY)") $(if $(CONTINUE),--continue)

rollback: ## Back to the release before, or out of a deploy that stands half-way
	@$(LOCAL) rollback

releases: ## Which there are, what runs where, and what stands half-way
	@$(LOCAL) releases

scale: ## So many queues, while a drop runs (QUEUE=4; see docs/capacity.md)
	@$(LOCAL) scale --queues "$(QUEUE)"

##@ Watch it (see docs/operations.md)
monitoring: ## Metrics, alerts, logs and traces beside what runs, in a place of their own, until Ctrl-C (METRICS_ONLY=1)
	@$(LOCAL) monitoring $(if $(METRICS_ONLY),--metrics-only)

logs: ## What all processes wrote under one id (TRACE=<X-Request-ID>), or SERVICE=queue LEVEL=warning SINCE=15m WORDS="…"
	@$(VENV)/python -m deploy.local.monitoring.logs --profile $(or $(PROFILE),dev) $(if $(TRACE),--trace "$(TRACE)") \
		$(if $(SERVICE),--service "$(SERVICE)") $(if $(LEVEL),--level "$(LEVEL)") $(if $(SINCE),--since "$(SINCE)") \
		$(if $(WORDS),--words "$(WORDS)")

monitoring-test: setup ## Build what takes logs and traces, and follow a coupon and a message through it (ten minutes, once)
	@$(VENV)/python -m deploy.local.monitoring.pipeline
	@$(LOCAL) test --only pipeline

status: ## Is it up, is it slow, since which release, which part: from Prometheus, in the terminal and as a page
	@$(LOCAL) status

##@ Settings and secrets (see docs/operations.md)
settings: ## What each process would read, and from where; secrets are masked (PROCESS=queue-1: one of them)
	@[ -x $(VENV)/python ] || $(LOCAL) setup
	@$(VENV)/python -m deploy.local.settings $(if $(PROFILE),--profile $(PROFILE)) show $(if $(PROCESS),--process "$(PROCESS)")

rotate: ## Exchange a key under running processes, nobody is signed out (KEY=tokens, tickets or django; then FINISH=1)
	@test -n "$(KEY)" || { echo "say which: make rotate KEY=tokens, KEY=tickets or KEY=django" >&2; exit 2; }
	@$(VENV)/python -m deploy.local.settings $(if $(PROFILE),--profile $(PROFILE)) rotate "$(KEY)" \
		$(if $(FINISH),--finish) $(if $(FORCE),--force)

##@ Break it: two zones, started with TOPOLOGY=ha make run (see docs/operations.md)
topology: ## Who is primary, who lags, what is held down, whom the balancer holds ready
	@$(LOCAL) topology

zone-down: ## Kill every process of a zone at once, and hold it down (ZONE=b)
	@$(LOCAL) zone-down --zone "$(ZONE)"

zone-up: ## Let a zone come back (ZONE=b)
	@$(LOCAL) zone-up --zone "$(ZONE)"

kill: ## Kill one part, which comes back by itself (PART=kafka-2; HOLD=1: it stays down)
	@$(LOCAL) kill --part "$(PART)" $(if $(HOLD),--hold)

part-up: ## Let a part come back that was killed with HOLD=1 (PART=kafka-2)
	@$(LOCAL) part-up --part "$(PART)"

##@ Keep it: backups in .local/<profile>/backups, or DIR=… (see docs/backup.md)
backup: setup ## A whole copy of MySQL and of chat's history, and their logs up to now (KEEP=7: so many stay)
	@$(BACKUP) take $(if $(KEEP),--keep $(KEEP))

backup-log: setup ## Follow both logs into the backups until Ctrl-C: then no more than a moment can be lost
	@$(BACKUP) log

backups: setup ## What there is, and until when the logs go
	@$(BACKUP) list

restore: setup ## Into an empty place, as of a moment (TO=2026-11-30T02:00:00Z; FROM=<backup> INTO=<folder>)
	@$(BACKUP) restore $(if $(TO),--to "$(TO)") $(if $(FROM),--from "$(FROM)") $(if $(INTO),--into "$(INTO)")

restore-drill: setup ## Lose a system that people write to, restore it, compare, and say how long it took and what was lost
	@$(VENV)/python -m tests.restore

##@ Change it
test: ## Every test on the real parts (ONLY=queue: one part)
	@$(LOCAL) test

check: ## Format, lint, types, migrations, API pages, Compose file (ONLY=types: one part)
	@$(LOCAL) check

bench: setup ## Speed against peers, as ratios, on a quiet machine (ONLY=S1; see docs/benchmarks.md)
	@$(VENV)/python -m tests.bench $(if $(ONLY),--only $(ONLY))

rehearse: setup ## A drop with simulated customers that issues nothing (CUSTOMERS=20000 QUANTITY=1000; see docs/rehearsal.md)
	@$(VENV)/python -m tests.rehearsal \
		--customers $(or $(CUSTOMERS),20000) --quantity $(or $(QUANTITY),1000) --seconds $(or $(SECONDS),120)

faults: ## Kill and mislead the servers during a drop, and say what was lost (ONLY=F5 CASE="words of its name"; see docs/faults.md)
	@$(LOCAL) setup-faults
	@$(VENV)/python -m tests.faults $(if $(ONLY),--only $(ONLY)) $(if $(CASE),--case "$(CASE)")

images: setup ## The four images of a commit, with an SBOM beside each (VERSION=<tag or commit>; BASE=official|debian; see docs/images.md)
	@$(VENV)/python -m deploy.local.images $(if $(VERSION),--version "$(VERSION)") $(if $(BASE),--base "$(BASE)")

images-test: images ## Build them, then look into them and run them as Compose contains them
	@$(LOCAL) test --only images

pin-images: setup ## Ask registries (skopeo) for the digest of each image that is pulled, and name it everywhere; commit the difference
	@$(VENV)/python -m deploy.local.images.pinning

migrate-online: setup ## Change a table of ROWS=1000000 bookings under load, beside make services, and say who waited
	@. ./.local/$(or $(PROFILE),dev)/env.sh && $(VENV)/python -m tests.versions $(if $(ROWS),--rows $(ROWS))

fix: ## Mend format and lint where a tool can
	@[ -x $(VENV)/ruff ] || $(LOCAL) setup
	@[ -x .local/parts/node/bin/npm ] || $(LOCAL) setup
	@PATH="$(CURDIR)/.local/parts/node/bin:$$PATH" npm --prefix services/web run --silent format
	@$(VENV)/ruff format --quiet . ; $(VENV)/ruff check --fix .

lock: ## Pin what the requirements.in files ask for, with hashes; what is pinned already stays
	@$(LOCAL) lock

##@ Tidy up
clean: ## Remove the data of all profiles, or of PROFILE=dev; what was installed stays
	@$(LOCAL) clean
