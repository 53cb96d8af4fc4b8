package io.ringmaster.tuning.load;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Flags of the JVMs that the load rig starts. They come from the manifest of the jar that this class is in; run from class
 * files (tests, an IDE) they are the constants here, which a test compares with the parent pom.
 * <p>
 * Threading: static methods, no state.
 */
public final class JvmFlags {
    /** Packages that are opened where there is no manifest to read. */
    static final String ADD_OPENS = "java.base/jdk.internal.misc java.base/java.nio java.base/sun.nio.ch java.base/java.util.zip"
        + " java.base/java.lang java.base/java.lang.reflect java.base/java.io java.base/java.util jdk.compiler/com.sun.tools.javac";
    /** Packages that are exported where there is no manifest to read. */
    static final String ADD_EXPORTS = "java.base/jdk.internal.misc java.base/jdk.internal.ref java.base/sun.nio.ch"
        + " jdk.compiler/com.sun.tools.javac.file";

    /** From this version on native access is announced with a flag. */
    private static final int NATIVE_ACCESS_SINCE = 21;

    private JvmFlags() {
    }

    /**
     * Command line up to and without the main class: java, flags, class path of this JVM.
     *
     * @param extra flags of the user.
     * @return a new list.
     */
    public static List<String> javaCommand(final List<String> extra) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags());
        command.addAll(extra);
        command.add("-cp");
        command.add(absoluteClassPath());
        return command;
    }

    /**
     * The flags.
     *
     * @return opens, exports and what else every JVM of Ringmaster gets.
     */
    public static List<String> flags() {
        final Attributes attributes = manifest();
        final String opens = attributes.getValue("Add-Opens");
        final String exports = attributes.getValue("Add-Exports");
        final List<String> flags = new ArrayList<>();
        for (final String open : (opens == null ? ADD_OPENS : opens).split(" +")) {
            flags.add("--add-opens=" + open + "=ALL-UNNAMED");
        }
        for (final String export : (exports == null ? ADD_EXPORTS : exports).split(" +")) {
            flags.add("--add-exports=" + export + "=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= NATIVE_ACCESS_SINCE) {
            flags.add("--enable-native-access=ALL-UNNAMED");
        }
        flags.add("-Dchronicle.analytics.disable=true");
        flags.add("-Djava.net.preferIPv4Stack=true");
        return flags;
    }

    private static Attributes manifest() {
        try {
            final File source = new File(JvmFlags.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (source.isFile()) {
                try (JarFile jar = new JarFile(source)) {
                    final Manifest manifest = jar.getManifest();
                    if (manifest != null) {
                        return manifest.getMainAttributes();
                    }
                }
            }
        } catch (final URISyntaxException | IOException ex) {
            throw new IllegalStateException("cannot read the jar that this program runs from", ex);
        }
        return new Attributes();
    }

    private static String absoluteClassPath() {
        final StringBuilder absolute = new StringBuilder();
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            absolute.append(absolute.isEmpty() ? "" : File.pathSeparator).append(Path.of(entry).toAbsolutePath());
        }
        return absolute.toString();
    }
}
