package io.ringmaster.registry.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Program of the child of {@link StoreFuzzTest}: opens damaged copies of a store. Damage of a mapped file may crash a JVM, so it is not the
 * test's own. Arguments: directory, seed, rounds. Prints one line for each kind of outcome and ends with {@code done}.
 */
final class FuzzedOpener {
    private static final int ENTRIES = 300;

    private FuzzedOpener() {
    }

    public static void main(final String[] args) throws IOException {
        final Path directory = Path.of(args[0]);
        final SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
        final int rounds = Integer.parseInt(args[2]);
        final Path source = directory.resolve("source");
        final Path open = directory.resolve("open");
        final StoreTestSupport support = new StoreTestSupport();
        final TreeMap<Long, Long> written;
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(source, ENTRIES))) {
            for (long i = 1; i <= 200; i++) {
                support.put(store, i, i, i % 9 == 0 ? 800 : 50);
            }
            written = StoreTestSupport.contents(store);
            copy(source, open);
        }
        final TreeMap<String, Integer> outcomes = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            final Path image = directory.resolve("image");
            final boolean killed = random.nextBoolean();
            copy(killed ? open : source, image);
            System.out.println("round " + round + " " + damage(image, random) + (killed ? " open" : " closed"));
            outcomes.merge(tryToOpen(image, written), 1, Integer::sum);
            delete(image);
        }
        outcomes.forEach((outcome, count) -> System.out.println("outcome " + outcome + " " + count));
        System.out.println("done");
    }

    private static String tryToOpen(final Path image, final TreeMap<Long, Long> written) {
        try (ChronicleStore store = ChronicleStore.open(StoreTestSupport.settings(image, ENTRIES))) {
            final TreeMap<Long, Long> found = StoreTestSupport.contents(store);
            if (!written.entrySet().containsAll(found.entrySet())) {
                throw new AssertionError("a record that was never written");
            }
            if (found.size() < written.size() && store.report().notes().isEmpty()) {
                throw new AssertionError("records are missing and the report does not say so");
            }
            new StoreTestSupport().put(store, 1_000_000, 1, 2000);
            return store.report().opening() + (found.size() == written.size() ? " whole" : " less");
        } catch (final StoreException e) {
            return e.reason().name();
        }
    }

    private static String damage(final Path image, final SplittableRandom random) throws IOException {
        final String[] names = {StoreFiles.MAP, StoreFiles.MAP, StoreFiles.MAP, StoreFiles.HEADER, StoreFiles.INTENT};
        final Path path = image.resolve(names[random.nextInt(names.length)]);
        final byte[] bytes = Files.readAllBytes(path);
        final int kind = random.nextInt(4);
        if (kind == 0) {
            Files.write(path, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            return path.getFileName() + " truncated";
        }
        // The first pages have the lengths and offsets of the map: hit those as often as all the rest.
        final int range = random.nextBoolean() ? Math.min(bytes.length, 16_384) : bytes.length;
        if (kind == 1) {
            final int from = random.nextInt(range);
            final int to = Math.min(bytes.length, from + random.nextInt(5000));
            for (int i = from; i < to; i++) {
                bytes[i] = (byte) random.nextInt();
            }
        } else {
            for (int flips = 1 + random.nextInt(kind == 2 ? 3 : 500); flips > 0; flips--) {
                bytes[random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
            }
        }
        Files.write(path, bytes);
        return path.getFileName() + " kind " + kind;
    }

    private static void copy(final Path from, final Path to) throws IOException {
        Files.createDirectories(to);
        for (final String name : new String[] {StoreFiles.HEADER, StoreFiles.MAP, StoreFiles.INTENT}) {
            Files.copy(from.resolve(name), to.resolve(name));
        }
    }

    private static void delete(final Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
