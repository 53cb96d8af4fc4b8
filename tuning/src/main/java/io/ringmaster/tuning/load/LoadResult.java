package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;

/**
 * The result of one run as it is built up. The JSON has every key that DESIGN.md section 7 names, in its order, and behind
 * them {@code bareFloor}, {@code valid}, {@code failures}, {@code warnings} and what the scenario adds.
 * <p>
 * A run is valid if nothing failed: every operation answered, every answer right.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class LoadResult {
    private final String scenario;
    private final Transport transport;
    private final String profile;
    private final List<String> failures = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final ObjectNode more = JsonNodeFactory.instance.objectNode();

    private long operations;
    private long errors;
    private long rejected;
    private long durationNs;
    private Histogram latencies = Latencies.histogram();
    private long floorP50Ns;
    private long floorP99Ns;
    private long bareFloorP50Ns;
    private long bareFloorP99Ns;
    private ObjectNode server = ServerFigures.unknown();

    LoadResult(final String scenario, final Transport transport, final String profile) {
        this.scenario = scenario;
        this.transport = transport;
        this.profile = profile;
    }

    /** What was done: operations that were answered rightly, the others, and the time that it took. */
    void counts(final long okCount, final long errorCount, final long rejectedCount, final long tookNs) {
        operations = okCount;
        errors = errorCount;
        rejected = rejectedCount;
        durationNs = tookNs;
    }

    void latencies(final Histogram histogram) {
        latencies = histogram;
    }

    void floor(final long p50Ns, final long p99Ns) {
        floorP50Ns = p50Ns;
        floorP99Ns = p99Ns;
    }

    void bareFloor(final long p50Ns, final long p99Ns) {
        bareFloorP50Ns = p50Ns;
        bareFloorP99Ns = p99Ns;
    }

    void server(final ServerFigures figures) {
        server = figures.json(operations);
    }

    /**
     * A bound that a requirement sets, and whether it was met. A missed one does not make the run invalid: answers were right,
     * but not as fast or as even as they should be.
     *
     * @param row     of the requirements.
     * @param what    is bounded.
     * @param value   measured.
     * @param atLeast the bound is the least value; false: the greatest.
     * @param bound   of the value.
     */
    void goal(final String row, final String what, final double value, final boolean atLeast, final double bound) {
        addGoal(row, what, value, (atLeast ? ">= " : "<= ") + bound, atLeast ? value >= bound : value <= bound);
    }

    /**
     * A bound that counts as missed whatever was measured, because what it is about did not take place.
     *
     * @param row   of the requirements.
     * @param what  is bounded, and why the value does not count.
     * @param value measured.
     * @param bound greatest value.
     */
    void missedGoal(final String row, final String what, final double value, final double bound) {
        addGoal(row, what, value, "<= " + bound, false);
    }

    /** A value that the requirements ask for without a bound. */
    void measured(final String row, final String what, final double value) {
        addGoal(row, what, value, "none", true);
    }

    private void addGoal(final String row, final String what, final double value, final String bound, final boolean met) {
        final ObjectNode goal = more.withArray("/goals").addObject();
        goal.put("row", row);
        goal.put("what", what);
        goal.put("value", Math.round(value * 1000) / 1000.0);
        goal.put("bound", bound);
        goal.put("met", met);
    }

    void fail(final String failure) {
        failures.add(failure);
    }

    void warn(final String warning) {
        if (!warnings.contains(warning)) {
            warnings.add(warning);
        }
    }

    long operations() {
        return operations;
    }

    boolean valid() {
        return failures().isEmpty();
    }

    List<String> failures() {
        final List<String> all = new ArrayList<>(failures);
        if (errors > 0) {
            all.add(errors + " operations had a wrong answer or none");
        }
        if (operations == 0) {
            all.add("no operation was answered");
        }
        return all;
    }

    List<String> warnings() {
        return warnings;
    }

    Histogram latencies() {
        return latencies;
    }

    /** Where scenarios add keys of their own. */
    ObjectNode more() {
        return more;
    }

    ObjectNode json() {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("scenario", scenario);
        json.put("transport", transport == Transport.UDP ? "udp" : "ipc");
        json.put("operations", operations);
        json.put("errors", errors);
        json.put("rejected", rejected);
        json.put("durationNs", durationNs);
        json.put("throughputPerSecond", durationNs == 0 ? 0.0 : Math.round(operations * 1e10 / durationNs) / 10.0);
        json.set("latencyNs", Latencies.json(latencies));
        final ObjectNode floor = json.putObject("floor");
        floor.put("p50", floorP50Ns);
        floor.put("p99", floorP99Ns);
        json.set("server", server);
        final ObjectNode machine = json.putObject("machine");
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("jdk", Runtime.version().toString());
        machine.put("profile", profile);
        machine.put("cpu", Processor.name());
        final ObjectNode bareFloor = json.putObject("bareFloor");
        bareFloor.put("p50", bareFloorP50Ns);
        bareFloor.put("p99", bareFloorP99Ns);
        json.put("valid", valid());
        failures().forEach(json.putArray("failures")::add);
        warnings.forEach(json.putArray("warnings")::add);
        json.setAll(more);
        return json;
    }
}
