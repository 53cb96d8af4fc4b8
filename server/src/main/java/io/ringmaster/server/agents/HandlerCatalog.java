package io.ringmaster.server.agents;

import io.ringmaster.client.TaskHandler;
import io.ringmaster.client.TaskHandlerProvider;
import org.agrona.CloseHelper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * The handlers that in-server agents can be configured with: providers found with {@link ServiceLoader} on the class path,
 * then those that the jars of the plugins directory list. All jars share one class loader, so a plugin may bring its
 * libraries as further jars. What cannot be loaded is reported with its file and left out; of two providers of one name the
 * first is kept.
 * <p>
 * Threading: confined to the thread that starts the server.
 */
public final class HandlerCatalog implements AutoCloseable {
    private static final String SERVICE_FILE = "META-INF/services/" + TaskHandlerProvider.class.getName();
    private static final String CLASS_PATH = "the class path";
    /** An iterator of the ServiceLoader may fail with the same error for ever. */
    private static final int MAX_FAILURES = 100;

    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final Consumer<String> reporter;
    private URLClassLoader pluginLoader;

    private HandlerCatalog(final Consumer<String> reporter) {
        this.reporter = reporter;
    }

    /**
     * Finds all handlers.
     *
     * @param pluginsDir directory with jars; null or a directory that does not exist stands for none.
     * @param reporter   is told of each file, class or provider that was skipped and why.
     * @return the catalog; close it after the last agent.
     */
    public static HandlerCatalog load(final Path pluginsDir, final Consumer<String> reporter) {
        final HandlerCatalog catalog = new HandlerCatalog(reporter);
        catalog.addFromClassPath();
        if (pluginsDir != null && Files.isDirectory(pluginsDir)) {
            catalog.addFromPlugins(pluginsDir);
        }
        return catalog;
    }

    /**
     * Names of all handlers.
     *
     * @return sorted names.
     */
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(entries.navigableKeySet());
    }

    /**
     * A new handler for one agent.
     *
     * @param handlerName as configured.
     * @param agentName   of the agent.
     * @param settings    of the agent.
     * @return the handler.
     * @throws AgentConfigurationException if there is no such handler (the message lists those there are), or if its
     *                                     provider fails to create one.
     */
    public TaskHandler create(final String handlerName, final String agentName, final Map<String, String> settings) {
        final Entry entry = entries.get(handlerName);
        if (entry == null) {
            throw new AgentConfigurationException(
                "agent " + agentName + ": no handler is named '" + handlerName + "'; known handlers: " + names());
        }
        final TaskHandler handler;
        try {
            handler = entry.provider.create(agentName, settings);
        } catch (final RuntimeException | LinkageError ex) {
            throw new AgentConfigurationException(
                "agent " + agentName + ": handler '" + handlerName + "' of " + entry.origin + " failed: " + ex, ex);
        }
        if (handler == null) {
            throw new AgentConfigurationException(
                "agent " + agentName + ": handler '" + handlerName + "' of " + entry.origin + " is null");
        }
        return handler;
    }

    /** Closes the plugins' class loader. Idempotent. */
    @Override
    public void close() {
        CloseHelper.close(pluginLoader);
    }

    private void addFromClassPath() {
        final var providers = ServiceLoader.load(TaskHandlerProvider.class, HandlerCatalog.class.getClassLoader()).iterator();
        boolean more = true;
        int failures = 0;
        while (more && failures < MAX_FAILURES) {
            try {
                more = providers.hasNext();
                if (more) {
                    add(providers.next(), CLASS_PATH);
                }
            } catch (final ServiceConfigurationError ex) {
                failures++;
                skipped(CLASS_PATH, ex);
            }
        }
    }

    private void addFromPlugins(final Path pluginsDir) {
        final List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(pluginsDir, "*.jar")) {
            files.forEach(jars::add);
        } catch (final IOException | RuntimeException ex) {
            skipped(pluginsDir.toString(), ex);
        }
        Collections.sort(jars);

        final TreeMap<Path, Set<String>> classNamesByJar = new TreeMap<>();
        final List<URL> urls = new ArrayList<>();
        for (final Path jar : jars) {
            try {
                final Set<String> classNames = providerClassNames(jar);
                urls.add(jar.toUri().toURL());
                classNamesByJar.put(jar, classNames);
            } catch (final IOException | RuntimeException ex) {
                skipped(jar.toString(), ex);
            }
        }
        if (!urls.isEmpty()) {
            pluginLoader = new URLClassLoader(
                "ringmaster-plugins", urls.toArray(new URL[0]), HandlerCatalog.class.getClassLoader());
            classNamesByJar.forEach(this::addFromJar);
        }
    }

    private void addFromJar(final Path jar, final Set<String> classNames) {
        for (final String className : classNames) {
            try {
                final Object provider = Class.forName(className, true, pluginLoader).getDeclaredConstructor().newInstance();
                add((TaskHandlerProvider) provider, jar.toString());
            } catch (final ReflectiveOperationException | RuntimeException | LinkageError ex) {
                skipped(jar + " (" + className + ")", ex);
            }
        }
    }

    private void add(final TaskHandlerProvider provider, final String origin) {
        final String name;
        try {
            name = provider.name();
        } catch (final RuntimeException | LinkageError ex) {
            skipped(origin + " (" + provider.getClass().getName() + ")", ex);
            return;
        }
        if (name == null || name.isBlank()) {
            reporter.accept("skipped " + provider.getClass().getName() + " of " + origin + ": it has no name");
            return;
        }
        final Entry known = entries.putIfAbsent(name, new Entry(provider, origin));
        if (known != null) {
            reporter.accept("skipped " + provider.getClass().getName() + " of " + origin + ": handler '" + name +
                "' is already provided by " + known.provider.getClass().getName() + " of " + known.origin);
        }
    }

    private void skipped(final String origin, final Throwable reason) {
        final Throwable cause = reason instanceof ReflectiveOperationException && reason.getCause() != null ?
            reason.getCause() : reason;
        reporter.accept("skipped " + origin + ": " + cause);
    }

    private static Set<String> providerClassNames(final Path jar) throws IOException {
        final Set<String> classNames = new LinkedHashSet<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            final ZipEntry services = file.getEntry(SERVICE_FILE);
            if (services != null) {
                try (BufferedReader reader = new BufferedReader(
                    new InputStreamReader(file.getInputStream(services), StandardCharsets.UTF_8))) {
                    String line = reader.readLine();
                    while (line != null) {
                        final int comment = line.indexOf('#');
                        final String className = (comment < 0 ? line : line.substring(0, comment)).trim();
                        if (!className.isEmpty()) {
                            classNames.add(className);
                        }
                        line = reader.readLine();
                    }
                }
            }
        }
        return classNames;
    }

    private record Entry(TaskHandlerProvider provider, String origin) {
    }
}
