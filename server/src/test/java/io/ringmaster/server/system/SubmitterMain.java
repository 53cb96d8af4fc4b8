package io.ringmaster.server.system;

import io.ringmaster.client.Batch;
import io.ringmaster.client.BatchHandle;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.TaskSpec;
import io.ringmaster.client.sample.SimulatedWork;
import io.ringmaster.protocol.Protocol;
import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.UnsafeBuffer;

/** Registers a service, submits tasks of ten seconds each and waits to be killed. Arguments: directory of the server, tasks. */
public final class SubmitterMain {
    private SubmitterMain() {
    }

    /**
     * Runs.
     *
     * @param args see the class.
     * @throws InterruptedException never.
     */
    public static void main(final String[] args) throws InterruptedException {
        final RingmasterClient client = RingmasterClient.connect(new RingmasterClient.Context().dir(args[0]).clientName("submitter-main"));
        client.register(new RegistrationRequest().name("of-the-submitter").kind(Protocol.KIND_SERVICE).renew(true));
        final Batch batch = new Batch();
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            final UnsafeBuffer payload = new UnsafeBuffer(new byte[SimulatedWork.HEADER_LENGTH]);
            SimulatedWork.encode(payload, 0, i, 10_000_000_000L);
            batch.add(new TaskSpec().capabilities("sim").costNs(10_000_000_000L).payload(payload.byteArray()));
        }
        final BatchHandle handle = client.submit(batch);
        System.out.println("accepted " + handle.accepted());
        new CountDownLatch(1).await();
    }
}
