package io.ringmaster.server.cli;

import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.UpdateRequest;
import io.ringmaster.client.UpdateResult;
import io.ringmaster.protocol.Protocol;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code update NAME}: changes a record.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "update", description = {
    "Changes a record; what is not named stays. The record of another session, as all are for this command, is changed by",
    "administrators only: run it as the server's user with --dir; otherwise the answer is NOT_OWNER, exit code 1.",
    "With --expected-version or --expected-agent-id it is changed only if it has these, else the answer is VERSION_CONFLICT, exit code 1."})
final class UpdateCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the record.")
    private String name;

    @Option(names = "--expected-version", paramLabel = "N", defaultValue = "0", description = "Version that it must have; 0: any.")
    private long expectedVersion;

    @Option(names = "--expected-agent-id", paramLabel = "N", defaultValue = "0", description =
        "Agent id that it must have: versions begin at 1 again when a name is registered anew; 0: any.")
    private long expectedAgentId;

    @Option(names = "--metadata", paramLabel = "TEXT", description = "New metadata.")
    private String metadata;

    @Option(names = "--capability", paramLabel = "NAME", split = ",", description =
        "New capabilities, all of them; an empty text: none. Repeatable.")
    private List<String> capabilities;

    @Option(names = "--attribute", paramLabel = "KEY=VALUE", split = ",", description =
        "Attribute to set; others stay. Repeatable.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(names = "--remove-attribute", paramLabel = "KEY", split = ",", description =
        "Attribute to remove; others stay. Repeatable.")
    private List<String> removed = new ArrayList<>();

    @Option(names = "--replace-attributes", description = "Remove every attribute that is not set here.")
    private boolean isReplacing;

    @Override
    void prepare() {
        if (metadata == null && capabilities == null && attributes.isEmpty() && removed.isEmpty() && !isReplacing) {
            throw new CommandLine.ParameterException(spec().commandLine(), "There is nothing to change: name --metadata, "
                + "--capability, --attribute, --remove-attribute or --replace-attributes");
        }
        if (isReplacing && !removed.isEmpty()) {
            throw new CommandLine.ParameterException(spec().commandLine(),
                "--replace-attributes and --remove-attribute exclude each other");
        }
        checked(this::request);
    }

    private UpdateRequest request() {
        final UpdateRequest request = new UpdateRequest().namespace(namespaceOr(Protocol.DEFAULT_NAMESPACE)).name(name)
            .expectedVersion(expectedVersion).expectedAgentId(expectedAgentId);
        if (metadata != null) {
            request.metadata(metadata.getBytes(StandardCharsets.UTF_8));
        }
        if (capabilities != null) {
            request.capabilities(capabilities.stream().filter(capability -> !capability.isEmpty()).toList());
        }
        if (isReplacing) {
            request.attributes(attributes);
        } else {
            attributes.forEach(request::mergeAttribute);
            removed.forEach(request::removeAttribute);
        }
        return request;
    }

    @Override
    int call(final RingmasterClient client) {
        final UpdateRequest request = request();
        final UpdateResult result = client.update(request);
        if (!result.updated()) {
            diagnose("VERSION_CONFLICT: " + name + " in " + request.namespace() + " is agent " + result.agentId() + " with version "
                + result.recordVersion() + ", expected " + (expectedAgentId == 0 ? "any" : expectedAgentId) + " with "
                + (expectedVersion == 0 ? "any" : expectedVersion));
        }
        print(object().put("namespace", request.namespace()).put("name", name).put("code", result.code().name())
            .put("recordVersion", result.recordVersion()), out -> {
                if (result.updated()) {
                    out.println("updated " + name + " in " + request.namespace() + ", version " + result.recordVersion());
                }
            });
        return result.updated() ? OK : FAILED;
    }
}
