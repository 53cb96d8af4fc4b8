package io.ringmaster.server.agents;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Compiles a provider's source and packs it into a plugin jar. */
final class PluginJar {
    private PluginJar() {
    }

    /** Source of a provider whose handler answers with a text, or whose {@code name} throws. */
    static String source(final String className, final String nameExpression, final String answer) {
        return "import io.ringmaster.client.*;\n" +
            "public class " + className + " implements TaskHandlerProvider {\n" +
            "  public String name() { return " + nameExpression + "; }\n" +
            "  public TaskHandler create(String agent, java.util.Map<String, String> settings) {\n" +
            "    return (task, completion) -> completion.fail(task.taskId(), task.attempt(), \"" + answer + " \" + agent);\n" +
            "  }\n}\n";
    }

    static void write(final Path jar, final Path workDir, final String className, final String source) throws IOException {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final Path classes = Files.createDirectories(workDir.resolve(className));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            final String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            final JavaFileObject file = new SimpleJavaFileObject(
                URI.create("string:///" + className + ".java"), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(final boolean ignoreEncodingErrors) {
                    return source;
                }
            };
            final boolean compiled = compiler.getTask(
                null, files, null, List.of("-proc:none", "-cp", classPath, "-d", classes.toString()), null, List.of(file)).call();
            if (!compiled) {
                throw new IOException("the plugin's source does not compile");
            }
        }
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream zip = new JarOutputStream(out);
            Stream<Path> compiled = Files.list(classes)) {
            for (final Path path : (Iterable<Path>) compiled::iterator) {
                entry(zip, path.getFileName().toString(), Files.readAllBytes(path));
            }
            entry(zip, "META-INF/services/io.ringmaster.client.TaskHandlerProvider",
                ("# a comment\n" + className + " # another\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    static void writeServiceOnly(final Path jar, final String className) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream zip = new JarOutputStream(out)) {
            entry(zip, "META-INF/services/io.ringmaster.client.TaskHandlerProvider",
                className.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void entry(final JarOutputStream zip, final String name, final byte[] bytes) throws IOException {
        zip.putNextEntry(new JarEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }
}
