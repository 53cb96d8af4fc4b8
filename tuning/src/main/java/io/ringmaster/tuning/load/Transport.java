package io.ringmaster.tuning.load;

/** How a client reaches the server; the user may type it in small letters. Immutable. */
enum Transport {
    /** Shared memory, over the server's own media driver. */
    IPC,
    /** UDP, over a media driver in the client's process. */
    UDP
}
