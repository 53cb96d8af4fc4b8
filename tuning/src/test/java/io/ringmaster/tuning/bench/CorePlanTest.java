package io.ringmaster.tuning.bench;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The plan names the benchmarks that there are. */
class CorePlanTest {
    private static final List<Class<?>> CLASSES = List.of(
        CoreBenchmark.class, MixBenchmark.class, ContentionBenchmark.class, PartitionBenchmark.class, QueryBenchmark.class);

    @ParameterizedTest
    @EnumSource(CorePlan.Form.class)
    void shouldCountTheBenchmarksOfEachStepAndLeaveNoneOut(final CorePlan.Form form) {
        final Set<String> names = new TreeSet<>();
        for (final Class<?> type : CLASSES) {
            for (final Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Benchmark.class)) {
                    final Group group = method.getAnnotation(Group.class);
                    names.add(type.getName() + '.' + (group == null ? method.getName() : group.value()));
                }
            }
        }
        final Set<String> left = new TreeSet<>(names);
        for (final CorePlan.Step step : CorePlan.of(form).steps()) {
            final Pattern pattern = Pattern.compile(step.include());
            assertEquals(step.benchmarks(), names.stream().filter(name -> pattern.matcher(name).find()).count(), step.name());
            left.removeIf(name -> pattern.matcher(name).find());
        }
        assertTrue(left.isEmpty(), left + " are in no step");
        assertTrue(CorePlan.of(form).estimateSeconds() > 0);
    }
}
