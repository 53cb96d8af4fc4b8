# Ringmaster. `make help` lists the targets. Needs a JDK 17 or later, Maven and make; Maven fetches the rest.
SHELL := /bin/bash
MVN ?= mvn
MVNFLAGS ?= -B -ntp
JAVA := $(if $(JAVA_HOME),$(JAVA_HOME)/bin/java,java)
SERVER_JAR := server/target/ringmaster.jar
TUNE_JAR := tuning/target/ringmaster-tune.jar
SOURCES := $(shell find . -path ./\*/target -prune -o \( -name '*.java' -o -name '*.xml' -o -name '*.conf' \) -print 2>/dev/null | grep -v /target/)

.PHONY: help build demo run test test-slow bench clean

help:
	@echo 'make demo       build; run the old system'"'"'s load and a trace replay against a fresh server; print the report'
	@echo 'make run        build; start the server in the foreground (laptop profile); stop it with Ctrl-C'
	@echo 'make test       build and run every fast test'
	@echo 'make test-slow  jcstress, soak and fault tests'
	@echo 'make bench      the benchmark suite, short form; JSON into target/bench'
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

bench: build
	mkdir -p target/bench
	for t in ipc udp; do for s in lookup lookup-batch dispatch batch; do \
	  $(JAVA) -jar $(TUNE_JAR) load $$s --transport $$t --seconds 5 --format json --out target/bench/$$s-$$t.json || exit 1; \
	done; done
	$(JAVA) -jar $(TUNE_JAR) load burst --transport ipc --format json --out target/bench/burst-ipc.json
	$(JAVA) -jar $(TUNE_JAR) report target/bench/*.json

clean:
	$(MVN) $(MVNFLAGS) -q clean
