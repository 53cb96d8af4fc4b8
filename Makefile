# Ringmaster. `make help` lists the targets. Needs a JDK 17 or later, Maven and make; Maven fetches the rest.
SHELL := /bin/bash
MVN ?= mvn
MVNFLAGS ?= -B -ntp
JAVA := $(if $(JAVA_HOME),$(JAVA_HOME)/bin/java,java)
SERVER_JAR := server/target/ringmaster.jar
TUNE_JAR := tuning/target/ringmaster-tune.jar
SOURCES := $(shell find . -path ./\*/target -prune -o \( -name '*.java' -o -name '*.xml' -o -name '*.conf' \) -print 2>/dev/null | grep -v /target/)

.PHONY: help build demo run test test-slow bench bench-registry clean

help:
	@echo 'make demo       build; run the old system'"'"'s load and a trace replay against a fresh server; print the report'
	@echo 'make run        build; start the server in the foreground (laptop profile); stop it with Ctrl-C'
	@echo 'make test       build and run every fast test'
	@echo 'make test-slow  jcstress, soak and fault tests'
	@echo 'make bench      the benchmark suite, short form; JSON into target/bench'
	@echo 'make bench-registry  the full benchmarks of the registry (FORM=smoke|short|long); writes docs/registry-benchmarks.md'
	@echo 'make clean      remove what was built'

build: $(TUNE_JAR)

$(SERVER_JAR) $(TUNE_JAR) &: $(SOURCES)
	$(MVN) $(MVNFLAGS) -q package -DskipTests
	@touch $(SERVER_JAR) $(TUNE_JAR)

demo: build
	$(JAVA) -jar $(TUNE_JAR) demo

run: build
	$(JAVA) -jar $(SERVER_JAR) server --profile laptop

test:
	$(MVN) $(MVNFLAGS) verify

test-slow:
	$(MVN) $(MVNFLAGS) verify -Dtest.groups=slow -Dtest.excluded.groups=

# Each prints its steps and their duration first; a step that fails does not keep the others from running.
bench: build
	$(JAVA) -jar $(TUNE_JAR) suite general --form short --out target/bench/general; status=$$?; \
	$(JAVA) -jar $(TUNE_JAR) suite registry --form short --out target/bench/short; status=$$((status + $$?)); \
	$(JAVA) -jar $(TUNE_JAR) report target/bench/general/*.json; status=$$((status + $$?)); \
	$(JAVA) -jar $(TUNE_JAR) report-registry target/bench/short --docs target/bench/short/docs; exit $$((status + $$?))

# FORM=smoke and FORM=short write their page into target/bench, not into docs: their figures are not for publication.
FORM ?= long
BENCH_DOCS = $(if $(filter long,$(FORM)),docs,target/bench/$(FORM)/docs)
bench-registry: build
	$(JAVA) -jar $(TUNE_JAR) suite registry --form $(FORM) --out target/bench/$(FORM); status=$$?; \
	$(JAVA) -jar $(TUNE_JAR) report-registry target/bench/$(FORM) --docs $(BENCH_DOCS); exit $$((status + $$?))

clean:
	$(MVN) $(MVNFLAGS) -q clean
