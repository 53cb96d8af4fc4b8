package io.ringmaster.server.config;

import com.typesafe.config.Config;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.codec.BatchReplyEncoder;
import io.ringmaster.protocol.codec.LookupBatchReplyEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import org.agrona.BitUtil;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a server is launched with. Checks what holds between the blocks; each block checks itself.
 * <p>
 * Threading: immutable.
 *
 * @param dir          data directory, absolute: mark file, counters, error log.
 * @param name         shown to clients.
 * @param aeron        the media driver.
 * @param udp          UDP ingress.
 * @param session      sessions.
 * @param registry     the registry.
 * @param coordination the coordinator.
 * @param egress       the way out.
 * @param agents       in-server agents.
 * @param threads      the blocks {@code threads} and {@code affinity}, as the reader of the thread plan takes them.
 * @param metrics      counters.
 * @param watch        watches.
 * @param load         load states.
 * @param rehearsal    what is played through before the server serves.
 */
public record ServerSettings(
    Path dir,
    String name,
    AeronSettings aeron,
    UdpSettings udp,
    SessionSettings session,
    RegistryConfig registry,
    CoordinationSettings coordination,
    EgressSettings egress,
    AgentsSettings agents,
    Config threads,
    MetricsSettings metrics,
    WatchSettings watch,
    LoadSettings load,
    RehearsalSettings rehearsal) {

    /** What a message may carry beside one payload or one record's metadata: names, capabilities, fixed fields. */
    public static final int MESSAGE_OVERHEAD = 2048;
    /** What an event of a watch may carry beside metadata: two names, two lists of up to 1 KiB, fixed fields. */
    private static final int WATCH_EVENT_OVERHEAD = 2448;
    /** What a change takes more in the backlog of watches than its event. */
    private static final int WATCH_CHANGE_OVERHEAD = 88;
    /** Bytes that a task takes more in a command than in a message. */
    private static final int COMMAND_TASK_OVERHEAD = 48;
    private static final long MAX_RING_LENGTH = Integer.MAX_VALUE - 64 * 1024L;
    private static final int MAX_TEXT_LENGTH = 1024;
    private static final int PENDING_MESSAGES = 4;
    private static final int ANSWER_RECORD_OVERHEAD = 64;

    /**
     * Checks the relations between the blocks.
     *
     * @throws ConfigException for the first that does not hold.
     */
    public ServerSettings {
        if (name.isBlank() || name.length() > Protocol.MAX_NAME_LENGTH || !name.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            throw new ConfigException(
                "ringmaster.name", "= \"" + name + "\" must be 1 to " + Protocol.MAX_NAME_LENGTH +
                    " characters of printable ASCII");
        }
        checkMessages(aeron, udp, session, registry);
        final int maxMessageLength = maxMessageLength(aeron, udp);
        atLeast(SessionSettings.KEY + ".pending-bytes", session.pendingLength(), (long)PENDING_MESSAGES * maxMessageLength,
            PENDING_MESSAGES + " of the longest message, " + longest(aeron, udp));
        atLeast(EgressSettings.KEY + ".ring-bytes", egress.ringLength(),
            8L * BitUtil.findNextPositivePowerOfTwo(maxMessageLength + 16),
            "8 of the longest message with its header, " + longest(aeron, udp));
        final int event = registry.maxMetadataLength() + WATCH_EVENT_OVERHEAD;
        if (event > maxMessageLength) {
            throw new ConfigException(RegistryConfig.KEY + ".max-metadata", "= " + Bounds.bytes(registry.maxMetadataLength()) +
                " must be at most " + (maxMessageLength - WATCH_EVENT_OVERHEAD) + ": with " + WATCH_EVENT_OVERHEAD +
                " bytes of names and fields an event of a watch has to fit the longest message, " + longest(aeron, udp));
        }
        atLeast(WatchSettings.KEY + ".backlog-bytes", watch.backlogLength(), 4L * (event + WATCH_CHANGE_OVERHEAD),
            "4 of the longest change");
        atLeast(CoordinationSettings.KEY + ".payload-bytes", coordination.payloadLength(), 8L * session.maxPayloadLength(),
            "8 x ringmaster.session.max-payload");
        atLeast(CoordinationSettings.KEY + ".answer-bytes", coordination.answerLength(),
            4L * answerLength(session.maxBatchTasks()),
            "4 answers to a batch of ringmaster.session.max-batch-tasks");
        final long slotLength = maxMessageLength + (long)session.maxBatchTasks() * COMMAND_TASK_OVERHEAD + MESSAGE_OVERHEAD;
        checkRing(CoordinationSettings.KEY + ".ring.slots", coordination.ringSlots(), slotLength);
        checkRing(RegistryConfig.KEY + ".ring.slots", registry.ringSlots(), registry.maxMetadataLength() +
            (long)MESSAGE_OVERHEAD);
        checkRing(AgentsSettings.KEY + ".mailbox.slots", agents.mailboxSlots(), session.maxPayloadLength() +
            (long)MESSAGE_OVERHEAD);
    }

    /**
     * Longest message that every session can send and receive.
     *
     * @return in bytes: an eighth of the shortest term of the enabled transports.
     */
    public int maxMessageLength() {
        return maxMessageLength(aeron, udp);
    }

    /**
     * The same with another limit of sessions.
     *
     * @param sessions the limit.
     * @return a copy.
     */
    public ServerSettings withMaxSessions(final int sessions) {
        return new ServerSettings(dir, name, aeron, udp, session.withMaxSessions(sessions), registry, coordination, egress,
            agents, threads, metrics, watch, load, rehearsal);
    }

    /**
     * What is allowed and worth a line on standard error.
     *
     * @return one line each; may be empty.
     */
    public List<String> warnings() {
        final List<String> warnings = new ArrayList<>();
        if (udp.isEnabled() && !udp.isLoopback()) {
            warnings.add(UdpSettings.KEY + " = " + udp.endpoint() +
                " is not loopback: whoever reaches this address can use the server, there is no authentication");
        }
        return warnings;
    }

    private static void checkMessages(
        final AeronSettings aeron, final UdpSettings udp, final SessionSettings session, final RegistryConfig registry) {
        final int max = maxMessageLength(aeron, udp);
        final String bound = longest(aeron, udp);
        if (session.maxPayloadLength() + MESSAGE_OVERHEAD > max) {
            throw new ConfigException(SessionSettings.KEY + ".max-payload", "= " + Bounds.bytes(session.maxPayloadLength()) +
                " must be at most " + (max - MESSAGE_OVERHEAD) + ": with " + MESSAGE_OVERHEAD +
                " bytes of names and fields it has to fit the longest message, " + bound);
        }
        if (registry.maxMetadataLength() + MESSAGE_OVERHEAD > max) {
            throw new ConfigException(RegistryConfig.KEY + ".max-metadata", "= " + Bounds.bytes(registry.maxMetadataLength()) +
                " must be at most " + (max - MESSAGE_OVERHEAD) + ": with " + MESSAGE_OVERHEAD +
                " bytes of names and fields it has to fit the longest message, " + bound);
        }
        final int batchReply = batchReplyLength(session.maxBatchTasks());
        if (batchReply > max) {
            throw new ConfigException(SessionSettings.KEY + ".max-batch-tasks", "= " + session.maxBatchTasks() +
                " makes answers of " + batchReply + " bytes, which must fit the longest message, " + bound);
        }
        final int keyLength = LookupBatchReplyEncoder.RecordsEncoder.sbeBlockLength() +
            LookupBatchReplyEncoder.RecordsEncoder.metadataHeaderLength();
        final int batch = MessageHeaderEncoder.ENCODED_LENGTH + LookupBatchReplyEncoder.BLOCK_LENGTH + 4 +
            keyLength * session.maxKeys();
        if (batch > max) {
            throw new ConfigException(SessionSettings.KEY + ".max-keys", "= " + session.maxKeys() +
                " makes answers of at least " + batch + " bytes, which must fit the longest message, " + bound);
        }
    }

    private static int maxMessageLength(final AeronSettings aeron, final UdpSettings udp) {
        return udp.isEnabled() ? Math.min(aeron.maxIpcMessageLength(), aeron.maxUdpMessageLength()) : aeron.maxIpcMessageLength();
    }

    private static String longest(final AeronSettings aeron, final UdpSettings udp) {
        final int max = maxMessageLength(aeron, udp);
        return (max == aeron.maxIpcMessageLength() ? "ringmaster.aeron.ipc-term-length" : "ringmaster.aeron.udp-term-length") +
            " / 8 = " + max;
    }

    private static int batchReplyLength(final int tasks) {
        return MessageHeaderEncoder.ENCODED_LENGTH + BatchReplyEncoder.BLOCK_LENGTH +
            BatchReplyEncoder.TasksEncoder.sbeHeaderSize() +
            tasks * BatchReplyEncoder.TasksEncoder.sbeBlockLength() + BatchReplyEncoder.textHeaderLength() + MAX_TEXT_LENGTH;
    }

    private static int answerLength(final int tasks) {
        return ANSWER_RECORD_OVERHEAD + batchReplyLength(tasks);
    }

    private static void atLeast(final String key, final long value, final long min, final String what) {
        if (value < min) {
            throw new ConfigException(key, "= " + Bounds.bytes(value) + " must be at least " + Bounds.bytes(min) + ": " + what);
        }
    }

    private static void checkRing(final String key, final int slots, final long slotLength) {
        if (slots * slotLength > MAX_RING_LENGTH) {
            throw new ConfigException(key, "= " + slots + " slots of about " + slotLength +
                " bytes, as the longest message needs, take " +
                slots * slotLength + " bytes and must take at most " + MAX_RING_LENGTH);
        }
    }
}
