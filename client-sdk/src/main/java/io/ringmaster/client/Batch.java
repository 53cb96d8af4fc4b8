package io.ringmaster.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Tasks that are submitted, planned and answered together.
 * <p>
 * Threading: not thread-safe; read during the call that it is given to.
 */
public final class Batch {
    private final List<TaskSpec> tasks = new ArrayList<>();
    private String namespace = "";
    private long batchId;

    /** An empty batch in the default namespace. */
    public Batch() {
    }

    /**
     * Namespace whose agents may take the tasks.
     *
     * @param value at most 128 ASCII characters; empty: the default one.
     * @return this.
     */
    public Batch namespace(final String value) {
        namespace = value;
        return this;
    }

    /**
     * Namespace whose agents may take the tasks.
     *
     * @return the namespace.
     */
    public String namespace() {
        return namespace;
    }

    /**
     * Id for a caller that submits the same batch again after a failure: the server answers an id that it knows with its
     * first answer.
     *
     * @param value the id; 0 (default): the client picks one.
     * @return this.
     */
    public Batch batchId(final long value) {
        batchId = value;
        return this;
    }

    /**
     * Id.
     *
     * @return 0: the client picks one.
     */
    public long batchId() {
        return batchId;
    }

    /**
     * Appends a task.
     *
     * @param task to append.
     * @return this.
     */
    public Batch add(final TaskSpec task) {
        tasks.add(task);
        return this;
    }

    /**
     * Tasks in the order in which they were added.
     *
     * @return a view.
     */
    public List<TaskSpec> tasks() {
        return Collections.unmodifiableList(tasks);
    }
}
