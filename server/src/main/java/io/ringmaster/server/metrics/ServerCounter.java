package io.ringmaster.server.metrics;

/**
 * Every counter that the server has once. Type ids are stable: they are never reused and never change their meaning. A total only
 * grows, a gauge goes up and down.
 * <p>
 * Threading: immutable.
 */
public enum ServerCounter {
    /** Gauge: sessions that are open, attached or not. */
    SESSIONS_ACTIVE(1100, "sessions-active"),
    /** Total: sessions that were connected. */
    SESSIONS_CONNECTED(1101, "sessions-connected"),
    /** Total: sessions that came back with their token. */
    SESSIONS_RESUMED(1102, "sessions-resumed"),
    /** Total: connect requests that were refused. */
    SESSIONS_REFUSED(1103, "sessions-refused"),
    /** Total: sessions that the client closed. */
    SESSIONS_CLOSED(1104, "sessions-closed"),
    /** Total: sessions disconnected because the client did not read. */
    SESSIONS_SLOW_DISCONNECTED(1105, "sessions-slow-disconnected"),
    /** Total: sessions closed because the client was silent. */
    SESSIONS_TIMED_OUT(1106, "sessions-timed-out"),
    /** Gauge: most sessions at a time, after what the shared memory allows. */
    SESSIONS_LIMIT(1107, "sessions-limit"),

    /** Total: frames from clients. */
    FRAMES_RECEIVED(1120, "frames-received"),
    /** Total: bytes of frames from clients. */
    BYTES_RECEIVED(1121, "bytes-received"),
    /** Total: frames that could not be decoded. */
    FRAMES_MALFORMED(1122, "frames-malformed"),
    /** Total: frames that name a session that is not there. */
    FRAMES_UNKNOWN_SESSION(1123, "frames-unknown-session"),
    /** Total: frames that were held back because a ring's reserve was used up. */
    FRAMES_ABORTED(1124, "frames-aborted"),
    /** Total: requests refused because a ring was full. */
    REQUESTS_OVERLOADED(1125, "requests-overloaded"),

    /** Total: requests for lookups, a batch counting once. */
    LOOKUPS(1140, "lookups"),
    /** Total: names that were looked up and found. */
    LOOKUP_HITS(1141, "lookup-hits"),
    /** Total: names that were looked up and not found. */
    LOOKUP_MISSES(1142, "lookup-misses"),
    /** Total: queries by capability. */
    QUERIES(1143, "queries"),
    /** Total: registrations that were made or renewed by a request. */
    REGISTRATIONS(1144, "registrations"),
    /** Total: registrations that were refused. */
    REGISTRATIONS_REFUSED(1145, "registrations-refused"),
    /** Total: registrations that were withdrawn by a request. */
    UNREGISTRATIONS(1146, "unregistrations"),
    /** Total: registrations that went because their lease ran out. */
    LEASES_EXPIRED(1147, "leases-expired"),
    /** Gauge: records of all partitions. */
    REGISTRY_RECORDS(1148, "registry-records"),

    /** Total: batches that were submitted, repeated ones too. */
    BATCHES_SUBMITTED(1160, "batches-submitted"),
    /** Total: batches whose id had been seen. */
    BATCHES_REPEATED(1161, "batches-repeated"),
    /** Total: tasks that were accepted. */
    TASKS_ACCEPTED(1162, "tasks-accepted"),
    /** Total: tasks rejected for load. */
    TASKS_REJECTED_OVERLOADED(1163, "tasks-rejected-overloaded"),
    /** Total: tasks rejected because the predicted finish missed the deadline. */
    TASKS_REJECTED_DEADLINE(1164, "tasks-rejected-cannot-meet-deadline"),
    /** Total: tasks rejected because no live agent has the capabilities. */
    TASKS_REJECTED_NO_AGENT(1165, "tasks-rejected-no-capable-agent"),
    /** Total: tasks that were completed with OK. */
    TASKS_COMPLETED(1167, "tasks-completed"),
    /** Total: tasks whose handler failed. */
    TASKS_FAILED(1168, "tasks-failed"),
    /** Total: tasks that were cancelled. */
    TASKS_CANCELLED(1169, "tasks-cancelled"),
    /** Total: tasks whose deadline passed first. */
    TASKS_DEADLINE_EXCEEDED(1170, "tasks-deadline-exceeded"),
    /** Total: tasks that were lost with every one of their attempts. */
    TASKS_EXHAUSTED(1171, "tasks-attempts-exhausted"),
    /** Total: tasks taken from an agent that died or stalled. */
    TASKS_REASSIGNED(1172, "tasks-reassigned"),
    /** Gauge: tasks that are live. */
    TASKS_LIVE(1173, "tasks-live"),
    /** Total: offers to agents. */
    OFFERS(1174, "offers"),
    /** Total: offers that agents refused. */
    OFFERS_REFUSED(1175, "offers-refused"),
    /** Total: completions and refusals of attempts that were no longer valid. */
    LATE_ANSWERS_FENCED(1176, "late-answers-fenced"),
    /** Total: results that were sent again after a re-attach. */
    RESULTS_RESENT(1177, "results-resent"),
    /** Total: results that found no room and were answered with their code only. */
    RESULTS_NOT_KEPT(1178, "results-not-kept"),
    /** Gauge: live agents. */
    AGENTS_LIVE(1179, "agents-live"),
    /** Total: tasks given up because their session ended. */
    TASKS_GIVEN_UP(1185, "tasks-given-up"),
    /** Total: tasks that an idle agent took from the queue of a loaded one. */
    TASKS_STOLEN(1180, "tasks-stolen"),
    /** Total: task leases that ran out at a remote agent. */
    TASK_LEASES_EXPIRED(1181, "task-leases-expired"),
    /** Gauge: accepted tasks that wait for an agent or for their back-off. */
    TASKS_WAITING(1182, "tasks-waiting"),
    /** Total: agents that registered but found no room at the coordinator. */
    AGENTS_REFUSED(1183, "agents-refused"),
    /** Gauge: blocks of 128 bytes that payloads and unacknowledged results take. */
    PAYLOAD_BLOCKS_USED(1184, "payload-blocks-used"),

    /** Total: messages to clients. */
    EGRESS_SENT(1190, "egress-sent"),
    /** Total: bytes of messages to clients. */
    EGRESS_BYTES(1191, "egress-bytes"),
    /** Total: sends that met back pressure and waited in the session's buffer. */
    EGRESS_BACK_PRESSURED(1192, "egress-back-pressured"),
    /** Total: messages dropped because their session was detached or gone. */
    EGRESS_DROPPED_DETACHED(1193, "egress-dropped-detached"),

    /** Gauge: commands that wait in the rings of all registry partitions. */
    REGISTRY_RING_DEPTH(1200, "registry-ring-depth"),
    /** Gauge: commands that wait in the coordination ring. */
    COORDINATION_RING_DEPTH(1201, "coordination-ring-depth"),
    /** Gauge: bytes that wait in the egress ring. */
    EGRESS_RING_BYTES(1202, "egress-ring-bytes"),
    /** Gauge: messages that wait in the mailboxes of in-server agents. */
    MAILBOX_DEPTH(1203, "mailbox-depth"),

    /** Total: errors that were recorded; {@code stat --errors} shows them. */
    ERRORS(1210, "errors"),

    /** Gauge: bytes of the heap in use. */
    JVM_HEAP_USED(1220, "jvm-heap-used-bytes"),
    /** Gauge: bytes of the heap that are committed. */
    JVM_HEAP_COMMITTED(1221, "jvm-heap-committed-bytes"),
    /** Gauge: bytes of direct and mapped buffers. */
    JVM_OFF_HEAP(1222, "jvm-off-heap-bytes"),
    /** Total: garbage collections that stop the world. */
    JVM_GC_COUNT(1223, "jvm-gc-count"),
    /** Total: nanoseconds of their pauses, in steps of a millisecond. */
    JVM_GC_PAUSE_TOTAL_NS(1224, "jvm-gc-pause-total-ns"),
    /** Gauge: the longest of them, in steps of a millisecond. */
    JVM_GC_PAUSE_MAX_NS(1225, "jvm-gc-pause-max-ns"),
    /** Total: bytes that the role threads allocated since they were named to the sampler. */
    JVM_ROLE_ALLOCATED_BYTES(1226, "jvm-role-allocated-bytes"),
    /** Total: bytes that all threads allocated. */
    JVM_ALLOCATED_BYTES(1227, "jvm-allocated-bytes"),
    /** Total: CPU nanoseconds of the process. */
    PROCESS_CPU_NS(1228, "process-cpu-ns"),
    /** Gauge: nanoseconds since the JVM started. */
    PROCESS_UPTIME_NS(1229, "process-uptime-ns"),
    /** Gauge: bytes of memory that are resident; 0 where /proc is not there. */
    PROCESS_RSS_BYTES(1230, "process-rss-bytes"),
    /** Gauge: bytes that the media driver maps. */
    AERON_MAPPED_BYTES(1231, "aeron-mapped-bytes");

    private final int typeId;
    private final String label;

    ServerCounter(final int typeId, final String label) {
        this.typeId = typeId;
        this.label = label;
    }

    /**
     * Id of the counter's type.
     *
     * @return 1100 to 1299.
     */
    public int typeId() {
        return typeId;
    }

    /**
     * Label in the counters file.
     *
     * @return lower-case words and hyphens.
     */
    public String label() {
        return label;
    }
}
