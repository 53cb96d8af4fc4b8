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
    /** Total: records that were updated. */
    UPDATES(1149, "updates"),
    /** Total: drops of namespaces, each partition counting. */
    NAMESPACE_DROPS(1150, "namespace-drops"),
    /** Gauge: median of the nanoseconds from key to answer for names that were found, since the start. */
    LOOKUP_HIT_P50_NS(1151, "lookup-hit-p50-ns"),
    /** Gauge: the 99th percentile of the same. */
    LOOKUP_HIT_P99_NS(1152, "lookup-hit-p99-ns"),
    /** Gauge: median of the nanoseconds from key to answer for names that were not found, since the start. */
    LOOKUP_MISS_P50_NS(1153, "lookup-miss-p50-ns"),
    /** Gauge: the 99th percentile of the same. */
    LOOKUP_MISS_P99_NS(1154, "lookup-miss-p99-ns"),

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
    /** Gauge: median of the nanoseconds that commands waited in the rings of the registry, since the start. */
    REGISTRY_RING_WAIT_P50_NS(1204, "registry-ring-wait-p50-ns"),
    /** Gauge: the 99th percentile of the same. */
    REGISTRY_RING_WAIT_P99_NS(1205, "registry-ring-wait-p99-ns"),

    /** Gauge: bytes that wait in the store ring. */
    STORE_RING_BYTES(1240, "store-ring-bytes"),
    /** Gauge: most bytes that ever waited in the store ring. */
    STORE_RING_HIGH_WATER(1241, "store-ring-bytes-high-water"),
    /** Total: messages that found too little room in the store ring and were tried again. */
    STORE_RING_REFUSED(1242, "store-ring-refused"),
    /** Total: records that were stored. */
    STORE_PUTS(1243, "store-puts"),
    /** Total: records that were removed from the store. */
    STORE_REMOVES(1244, "store-removes"),
    /** Total: changes that the store did not take; not 0: the registry refuses writes until the server is started again. */
    STORE_FAILURES(1245, "store-failures"),
    /** Total: replies that would have acknowledged a write that was not stored, and said INTERNAL instead. */
    STORE_REPLIES_WITHHELD(1246, "store-replies-withheld"),
    /** Gauge: records in the store. */
    STORE_RECORDS(1247, "store-records"),
    /** Gauge: bytes of the store's file. */
    STORE_BYTES(1248, "store-bytes"),
    /** Gauge: records that were restored when the server started. */
    STORE_RESTORED(1249, "store-restored"),
    /** Gauge: stored records that did not fit the configuration any more when the server started, or were damaged. */
    STORE_DROPPED(1250, "store-dropped"),
    /** Gauge: 1 if the store was not closed cleanly before this start, and was recovered. */
    STORE_RECOVERED(1251, "store-recovered"),
    /** Gauge: nanoseconds from opening the store to the last restored record. */
    STORE_OPEN_NS(1252, "store-open-ns"),
    /** Total: backups that were made. */
    STORE_BACKUPS(1253, "store-backups"),
    /** Total: portions of the store's file that were written to the disk ahead of the kernel. */
    STORE_WRITE_BACKS(1254, "store-write-backs"),
    /** Total: nanoseconds that these portions took, most of them waiting for the disk. */
    STORE_WRITE_BACK_NS(1255, "store-write-back-ns"),

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
    AERON_MAPPED_BYTES(1231, "aeron-mapped-bytes"),

    /** Gauge: watches that are there. */
    WATCHES(1260, "watches"),
    /** Total: events sent to watchers. */
    WATCH_EVENTS(1261, "watch-events"),
    /** Total: changes that a watcher was not sent because it fell behind; it is told and gets a new snapshot. */
    WATCH_EVENTS_LOST(1262, "watch-events-lost"),
    /** Total: snapshots begun for watchers. */
    WATCH_SNAPSHOTS(1263, "watch-snapshots"),
    /** Gauge: bytes of changes that wait for some watcher. */
    WATCH_BACKLOG_BYTES(1264, "watch-backlog-bytes"),

    /** Gauge: load state, 1 normal, 2 degraded, 3 overloaded, 4 critical. */
    LOAD_STATE(1270, "load-state"),
    /** Total: returns to the load state normal. */
    LOAD_NORMAL_ENTERED(1271, "load-normal-entered"),
    /** Total: times that the load state became degraded. */
    LOAD_DEGRADED_ENTERED(1272, "load-degraded-entered"),
    /** Total: times that the load state became overloaded. */
    LOAD_OVERLOADED_ENTERED(1273, "load-overloaded-entered"),
    /** Total: times that the load state became critical. */
    LOAD_CRITICAL_ENTERED(1274, "load-critical-entered");

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
