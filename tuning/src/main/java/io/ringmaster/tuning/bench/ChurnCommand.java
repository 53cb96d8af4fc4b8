package io.ringmaster.tuning.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryCounters;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/**
 * Requirement R58: one partition at 95 % of its entries, in which records of changing length are taken out and made again, a duty cycle
 * after each: how far probes go early and late, whether memory stays, and how long a duty cycle takes that compacts the slab. All
 * variable parts are in the slab here, and short and long ones take turns, so that holes of short ones have to become room for long
 * ones.
 * <p>
 * Threading: confined to the main thread, which is the partition's writer.
 */
@Command(
    name = "check-churn",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Takes records out and makes them again: probe length, memory, and the time of a step of compaction.")
public final class ChurnCommand implements Callable<Integer> {
    private static final byte KIND = 2;
    private static final long SESSION = 1;
    private static final long NOW_NS = 1;
    private static final double FULL = 0.95;
    private static final int MIN_METADATA = 16;
    private static final int MAX_METADATA = 1024;
    /** So many are long when long ones have their turn; with more of them the slab could not hold all. */
    private static final double SHARE_OF_LONG = 0.7;
    private static final int MIDDLE_METADATA = 512;
    private static final int SLAB_BYTES_PER_ENTRY = 590;
    private static final int QUARTERS = 4;
    private static final double MAX_STEP_US = 100;
    private static final double MAX_GROWTH = 1.1;

    @Option(names = "--entries", paramLabel = "N", defaultValue = "100000", description = "Of the partition (default: ${DEFAULT-VALUE}).")
    private int entries;
    @Option(names = "--cycles", paramLabel = "N", defaultValue = "1000000",
        description = "Records that are taken out and made again (default: ${DEFAULT-VALUE}).")
    private int cycles;
    @Option(names = "--out", paramLabel = "FILE", description = "Writes the JSON result to a file, too.")
    private Path out;
    @Spec
    private CommandSpec spec;

    private final SplittableRandom random = new SplittableRandom(58);
    private final UnsafeBuffer key = BenchKeys.newKey();
    private final UnsafeBuffer metadata = new UnsafeBuffer(new byte[MAX_METADATA]);
    private final Registration registration = new Registration();
    private final Histogram compacting = new Histogram(1, 10_000_000_000L, 3);
    private RegistryPartition partition;
    private int[] numbers;
    private boolean large;
    private long made;
    private long refused;

    /** Made by the command line. */
    public ChurnCommand() {
    }

    @Override
    public Integer call() throws IOException {
        check(entries >= 100 && entries <= 2_000_000, "--entries", entries, "100 to 2000000");
        check(cycles >= QUARTERS && cycles <= 1_000_000_000, "--cycles", cycles, QUARTERS + " to 1000000000");
        final RegistrySettings settings = new RegistrySettings(
            1, entries, MAX_METADATA, (long) entries * SLAB_BYTES_PER_ENTRY, 32, 0, 64).withInlineLength(0);
        partition = new RegistryPartition(0, settings, NoEffects.INSTANCE);
        numbers = new int[(int) (entries * FULL)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
            put(i);
        }
        final long bytes = partition.offHeapBytes();
        final double[] probes = new double[QUARTERS];
        final long[] slab = new long[QUARTERS];
        int next = numbers.length;
        for (int quarter = 0; quarter < QUARTERS; quarter++) {
            for (int i = 0; i < cycles / QUARTERS; i++) {
                large = ++made / numbers.length % 2 == 1;
                final int victim = random.nextInt(numbers.length);
                remove(numbers[victim]);
                numbers[victim] = next++;
                put(numbers[victim]);
                cycle();
            }
            probes[quarter] = 1 + (double) count(RegistryCounters.PROBE_STEPS_TYPE_ID) / numbers.length;
            slab[quarter] = count(RegistryCounters.SLAB_HIGH_WATER_TYPE_ID);
        }
        return write(bytes, probes, slab);
    }

    /** One duty cycle; timed, and counted if there was something to compact. Nothing else is due here: no lease, no end of a session. */
    private void cycle() {
        final long beginNs = System.nanoTime();
        final int work = partition.doWork(NOW_NS);
        final long tookNs = System.nanoTime() - beginNs;
        if (work > 0) {
            compacting.recordValue(Math.min(tookNs, compacting.getHighestTrackableValue()));
        }
    }

    private void put(final int number) {
        BenchKeys.set(key, number);
        registration.reset().namespace(key, 0, BenchKeys.NAMESPACE_LENGTH)
            .name(key, BenchKeys.NAMESPACE_LENGTH, BenchKeys.NAME_LENGTH)
            .metadata(metadata, 0,
                large && random.nextDouble() < SHARE_OF_LONG ? random.nextInt(MIDDLE_METADATA, MAX_METADATA + 1)
                    : random.nextInt(MIN_METADATA, MIDDLE_METADATA + 1))
            .kind(KIND).ownerSession(SESSION);
        int result = partition.register(registration, NOW_NS);
        for (int tries = 0; result == RegistryResult.SLAB_FULL && tries < 10_000; tries++) {
            refused++;
            cycle();
            result = partition.register(registration, NOW_NS);
        }
        if (result != RegistryResult.OK) {
            throw new IllegalStateException("record " + number + " was refused: " + RegistryResult.name(result));
        }
    }

    private void remove(final int number) {
        BenchKeys.set(key, number);
        final int result = partition.unregister(key, 0, BenchKeys.NAMESPACE_LENGTH, key, BenchKeys.NAMESPACE_LENGTH,
            BenchKeys.NAME_LENGTH, SESSION, false, NOW_NS);
        if (result != RegistryResult.OK) {
            throw new IllegalStateException("record " + number + " was not removed: " + RegistryResult.name(result));
        }
    }

    private Integer write(final long bytes, final double[] probes, final long[] slab) throws IOException {
        final CheckOutput output = new CheckOutput("churn");
        final ObjectNode json = output.json();
        json.put("entries", entries);
        json.put("records", numbers.length);
        json.put("cycles", cycles);
        for (int quarter = 0; quarter < QUARTERS; quarter++) {
            json.withArray("/meanProbeAfterQuarters").add(Math.round(probes[quarter] * 100) / 100.0);
            json.withArray("/slabHighWaterAfterQuarters").add(slab[quarter]);
        }
        json.put("longestProbe", count(RegistryCounters.MAX_PROBE_LENGTH_TYPE_ID));
        json.put("offHeapBytes", partition.offHeapBytes());
        json.put("blocksMoved", count(RegistryCounters.BLOCKS_MOVED_TYPE_ID));
        json.put("bytesMoved", count(RegistryCounters.BYTES_MOVED_TYPE_ID));
        json.put("registrationsThatWaitedForCompaction", refused);
        final ObjectNode step = json.putObject("compactingCycleNs");
        step.put("count", compacting.getTotalCount());
        step.put("p50", percentile(50));
        step.put("p99", percentile(99));
        step.put("p999", percentile(99.9));
        step.put("max", compacting.getMaxValue());
        output.goal("R58", "mean probe length after " + cycles + " records made again / after a quarter of them",
            probes[QUARTERS - 1] / probes[0], MAX_GROWTH);
        output.goal("R58", "off-heap bytes after / before", (double) partition.offHeapBytes() / bytes, 1);
        if (compacting.getTotalCount() > 0) {
            output.goal("R58", "p99 of a duty cycle that compacts, us", percentile(99) / 1e3, MAX_STEP_US);
            output.goal("R58", "the longest of them, us (a stall of the machine included)", compacting.getMaxValue() / 1e3, Double.NaN);
        } else {
            output.fail("nothing was compacted: the slab is too large for these records");
        }
        if (count(RegistryCounters.ENTRIES_TYPE_ID) != numbers.length) {
            output.fail("there are " + count(RegistryCounters.ENTRIES_TYPE_ID) + " records instead of " + numbers.length);
        }
        return output.write(spec.commandLine(), out);
    }

    private long percentile(final double percent) {
        return compacting.getTotalCount() == 0 ? 0 : compacting.getValueAtPercentile(percent);
    }

    private long count(final int typeId) {
        return partition.counters().get(typeId);
    }

    private void check(final boolean ok, final String option, final Object value, final String bounds) {
        if (!ok) {
            throw new CommandLine.ParameterException(spec.commandLine(), option + " = " + value + " is not " + bounds);
        }
    }
}
