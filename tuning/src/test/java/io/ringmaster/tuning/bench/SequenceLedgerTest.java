package io.ringmaster.tuning.bench;

import org.junit.jupiter.api.Test;

import static io.ringmaster.tuning.bench.SequenceLedger.Verdict.RIGHT;
import static io.ringmaster.tuning.bench.SequenceLedger.Verdict.STALE;
import static io.ringmaster.tuning.bench.SequenceLedger.Verdict.TORN;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** The judge of reads: it must find what is wrong, or the check shows nothing. */
class SequenceLedgerTest {
    @Test
    void shouldTakeEveryStateBetweenWhatWasDoneAndWhatHadBegun() {
        assertEquals(RIGHT, SequenceLedger.judgeFound(3, 3, 5));
        assertEquals(RIGHT, SequenceLedger.judgeFound(4, 3, 5));
        assertEquals(RIGHT, SequenceLedger.judgeFound(5, 3, 5));
    }

    @Test
    void shouldCallStaleWhatAnAcknowledgedWriteHadReplaced() {
        assertEquals(STALE, SequenceLedger.judgeFound(2, 3, 5));
    }

    @Test
    void shouldCallTornWhatNoWriteHadWritten() {
        assertEquals(TORN, SequenceLedger.judgeFound(6, 3, 5));
        assertEquals(TORN, SequenceLedger.judgeFound(-1, 3, 5));
        assertEquals(TORN, SequenceLedger.judgeFound(7, 6, 9), "operation 7 takes the record out, so it is in no record");
    }

    @Test
    void shouldTakeAMissingRecordOnlyAroundARemoval() {
        assertEquals(RIGHT, SequenceLedger.judgeMissing(7, 7));
        assertEquals(RIGHT, SequenceLedger.judgeMissing(7, 8));
        assertEquals(RIGHT, SequenceLedger.judgeMissing(6, 7));
        assertEquals(STALE, SequenceLedger.judgeMissing(6, 6));
        assertEquals(STALE, SequenceLedger.judgeMissing(8, 14));
        assertEquals(RIGHT, SequenceLedger.judgeMissing(8, 15));
    }

    @Test
    void shouldNumberTheOperationsOfEachKey() {
        final SequenceLedger ledger = new SequenceLedger(2);
        assertEquals(1, ledger.begin(1));
        assertEquals(0, ledger.done(1));
        assertEquals(1, ledger.begun(1));
        ledger.acknowledge(1, 1);
        assertEquals(1, ledger.done(1));
        assertEquals(2, ledger.begin(1));
        assertEquals(1, ledger.begin(0));
    }
}
