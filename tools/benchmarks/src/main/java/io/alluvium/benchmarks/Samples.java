package io.alluvium.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Sorted numbers, to be asked for their middle and their edges. */
final class Samples {

    private final double[] sorted;

    Samples(double[] values) {
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    static double median(List<Double> values) {
        return new Samples(values.stream().mapToDouble(Double::doubleValue).toArray()).median();
    }

    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** @param share 0 to 1; the smallest value that so many are not above */
    double quantile(double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    double min() {
        return sorted[0];
    }

    /** The columns that {@link #quantiles} fills. */
    static List<String> quantileNames() {
        return List.of("median", "p90", "p99", "p99.9", "max");
    }

    List<String> quantiles() {
        return List.of(text(median()), text(quantile(0.9)), text(quantile(0.99)), text(quantile(0.999)), text(max()));
    }

    static String text(double value) {
        return String.format(
                Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : Math.abs(value) < 1000 ? "%.1f" : "%,.0f", value);
    }
}
