package io.alluvium.audit.query;

/** What every answer about the audit trail of calculations is wrapped in. Errors are problems and are not. */
record CalculationAnswer<D, M>(boolean success, D data, M metadata) {

    static <D, M> CalculationAnswer<D, M> of(D data, M metadata) {
        return new CalculationAnswer<>(true, data, metadata);
    }
}
