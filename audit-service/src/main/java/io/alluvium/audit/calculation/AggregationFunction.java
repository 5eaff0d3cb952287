package io.alluvium.audit.calculation;

/** How a calculation makes one value of many. */
enum AggregationFunction {
    SUM("Sum", "Total of all values"),
    AVG("Average", "Mean of all values"),
    COUNT("Count", "Number of values"),
    MIN("Minimum", "Smallest value"),
    MAX("Maximum", "Largest value"),
    WEIGHTED_AVG("Weighted average", "Mean of all values, each weighted by another field");

    private final String label;
    private final String description;

    AggregationFunction(String label, String description) {
        this.label = label;
        this.description = description;
    }

    String label() {
        return label;
    }

    String description() {
        return description;
    }
}
