package io.alluvium.sink;

/** Pieces of statements. */
final class Sql {

    private Sql() {}

    /** {@code n} parameter marks, separated by commas. */
    static String marks(int n) {
        return "?, ".repeat(n - 1) + "?";
    }
}
