package io.ringmaster.tuning.report;

import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Axes and plots. */
class PlotTest {
    @Test
    void shouldWriteWellFormedSvgWithEveryLabelWhateverTheLocale() throws Exception {
        final Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            final String svg = new Plot("a < b & c", Axis.logarithmic("records"), Axis.linear("time, ns"))
                .line("one", new double[] {1, 10, 100}, new double[] {1.5, 2, 30})
                .reference("two", new double[] {1, 100}, new double[] {1, 30}).svg();
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
            for (final String text : List.of("a &lt; b &amp; c", ">records<", ">time, ns<", ">one<", ">two<")) {
                assertTrue(svg.contains(text), text);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void shouldChooseRoundTicks() {
        final Axis linear = Axis.linear("ns");
        linear.cover(47);
        assertEquals(List.of(0.0, 10.0, 20.0, 30.0, 40.0, 50.0), linear.ticks());
        final Axis decades = Axis.logarithmic("records");
        decades.cover(1_000);
        decades.cover(10_000_000);
        assertEquals(List.of("1,000", "10k", "100k", "1M", "10M"), decades.ticks().stream().map(decades::text).toList());
    }

    @Test
    void shouldPlaceValuesInProportion() {
        final Axis axis = Axis.logarithmic("x");
        axis.cover(1);
        axis.cover(100);
        assertEquals(0.5, axis.share(10), 1e-9);
    }

    @Test
    void shouldRefuseWhatCannotBeDrawn() {
        assertThrows(IllegalArgumentException.class, () -> Axis.logarithmic("x").cover(0));
        final Plot plot = new Plot("t", Axis.linear("x"), Axis.linear("y"));
        assertThrows(IllegalArgumentException.class, () -> plot.line("l", new double[] {1}, new double[] {}));
    }
}
