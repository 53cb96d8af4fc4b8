package io.ringmaster.tuning;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.Arrays;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** The arrows of DESIGN.md section 1: ringbuffers, offheap-registry and client-sdk are leaves. */
class ArchitectureTest {
    private static final String BASE = "io.ringmaster..";
    private static final String[] RINGBUFFERS = {"io.ringmaster.ring..", "io.ringmaster.thread.."};
    private static final String[] REGISTRY = {"io.ringmaster.registry.."};
    private static final String[] CLIENT_SDK = {"io.ringmaster.protocol..", "io.ringmaster.client.."};
    private static final String[] SERVER = {"io.ringmaster.server.."};
    private static final String[] TUNING = {"io.ringmaster.tuning.."};

    private static JavaClasses ringmaster;

    @BeforeAll
    static void importClasses() {
        ringmaster = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ringmaster");
    }

    @Test
    void shouldSeeTheClassesOfEveryModule() {
        for (final String[] module : new String[][] {RINGBUFFERS, REGISTRY, CLIENT_SDK, SERVER, TUNING}) {
            for (final String somePackage : module) {
                assertFalse(
                    ringmaster.that(resideInAnyPackage(somePackage)).isEmpty(), somePackage + " has no classes on the class path");
            }
        }
    }

    @Test
    void shouldHaveNoClassOutsideTheModules() {
        classes().that().resideInAPackage(BASE)
            .should().resideInAnyPackage(join(RINGBUFFERS, REGISTRY, CLIENT_SDK, SERVER, TUNING))
            .check(ringmaster);
    }

    @Test
    void shouldKeepRingbuffersALeaf() {
        onlyDependOn(RINGBUFFERS, RINGBUFFERS);
    }

    @Test
    void shouldKeepRegistryALeaf() {
        onlyDependOn(REGISTRY, REGISTRY);
    }

    @Test
    void shouldKeepClientSdkALeaf() {
        onlyDependOn(CLIENT_SDK, CLIENT_SDK);
    }

    @Test
    void shouldLetServerUseTheLeavesOnly() {
        onlyDependOn(SERVER, join(SERVER, RINGBUFFERS, REGISTRY, CLIENT_SDK));
    }

    @Test
    void shouldLetTuningUseServerAndClientSdkOnlyAndItsBenchmarksTheCore() {
        onlyDependOn(TUNING, join(TUNING, SERVER, CLIENT_SDK, REGISTRY, RINGBUFFERS));
        noClasses().that().resideInAnyPackage(TUNING).and().resideOutsideOfPackage("io.ringmaster.tuning.bench..")
            .should().dependOnClassesThat(resideInAnyPackage(join(REGISTRY, RINGBUFFERS))).check(ringmaster);
    }

    @Test
    void shouldEndTheJvmOnlyInTheTwoMains() {
        final DescribedPredicate<AccessTarget.CodeUnitCallTarget> endsTheJvm = DescribedPredicate.describe(
            "ends the JVM", target ->
                (target.getOwner().isEquivalentTo(System.class) || target.getOwner().isEquivalentTo(Runtime.class)) &&
                ("exit".equals(target.getName()) || "halt".equals(target.getName())));
        noClasses().that().doNotHaveFullyQualifiedName("io.ringmaster.server.cli.Main")
            .and().doNotHaveFullyQualifiedName("io.ringmaster.tuning.Main")
            .should().callCodeUnitWhere(target(endsTheJvm))
            .check(ringmaster);
    }

    @Test
    void shouldSeeTheExitInMain() {
        final JavaClass main = ringmaster.get("io.ringmaster.tuning.Main");
        assertEquals(1, main.getMethodCallsFromSelf().stream()
            .filter(call -> call.getTargetOwner().isEquivalentTo(System.class) && "exit".equals(call.getName())).count());
    }

    private static void onlyDependOn(final String[] module, final String[] allowed) {
        final DescribedPredicate<JavaClass> other = resideInAnyPackage(BASE)
            .and(DescribedPredicate.not(resideInAnyPackage(allowed)))
            .as("a class of Ringmaster outside of " + String.join(", ", allowed));
        noClasses().that().resideInAnyPackage(module).should().dependOnClassesThat(other).check(ringmaster);
    }

    private static String[] join(final String[]... modules) {
        return Arrays.stream(modules).flatMap(Arrays::stream).toArray(String[]::new);
    }
}
