package io.ringmaster.tuning.load;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.SplittableRandom;

/**
 * Writes a made-up trace: Poisson arrivals, log-normal token counts whose means are about those of real chat traffic
 * (1,155 prompt and 211 generated tokens). The same seed writes the same file.
 * <p>
 * Threading: static methods, no state.
 */
final class TraceGenerator {
    private static final LocalDateTime START = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSS");

    /** Log-normal parameters: mean = exp(mu + sigma^2 / 2). */
    private static final double CONTEXT_MU = 6.55;
    private static final double CONTEXT_SIGMA = 1.0;
    private static final double GENERATED_MU = 5.03;
    private static final double GENERATED_SIGMA = 0.8;
    private static final int MAX_CONTEXT_TOKENS = 14_000;
    private static final int MAX_GENERATED_TOKENS = 1_000;

    private TraceGenerator() {
    }

    /**
     * Writes a trace.
     *
     * @param file          to write.
     * @param rows          requests, at least 1.
     * @param ratePerSecond mean arrivals a second of the trace's own time, above 0.
     * @param seed          of the random numbers.
     * @throws IOException if the file cannot be written.
     */
    static void write(final Path file, final int rows, final double ratePerSecond, final long seed) throws IOException {
        if (rows < 1 || !(ratePerSecond > 0)) {
            throw new IllegalArgumentException("rows = " + rows + " is not at least 1, or rate = " + ratePerSecond + " not above 0");
        }
        final SplittableRandom random = new SplittableRandom(seed);
        final Gaussian gaussian = new Gaussian(random);
        long timeNs = 0;
        try (BufferedWriter writer = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            writer.write(TraceReader.HEADER);
            writer.write('\n');
            for (int i = 0; i < rows; i++) {
                writer.write(TIMESTAMP.format(START.plusNanos(timeNs)));
                writer.write(',');
                writer.write(Integer.toString(tokens(gaussian, CONTEXT_MU, CONTEXT_SIGMA, MAX_CONTEXT_TOKENS)));
                writer.write(',');
                writer.write(Integer.toString(tokens(gaussian, GENERATED_MU, GENERATED_SIGMA, MAX_GENERATED_TOKENS)));
                writer.write('\n');
                timeNs += (long) (-StrictMath.log(1.0 - random.nextDouble()) * 1e9 / ratePerSecond);
            }
        }
    }

    private static int tokens(final Gaussian gaussian, final double mu, final double sigma, final int max) {
        return (int) Math.max(1, Math.min(max, Math.round(StrictMath.exp(mu + sigma * gaussian.next()))));
    }

    /** Box-Muller, so that the numbers depend on nothing but the seed. */
    private static final class Gaussian {
        private final SplittableRandom random;

        Gaussian(final SplittableRandom random) {
            this.random = random;
        }

        double next() {
            final double radius = StrictMath.sqrt(-2.0 * StrictMath.log(1.0 - random.nextDouble()));
            return radius * StrictMath.cos(2.0 * StrictMath.PI * random.nextDouble());
        }
    }
}
