package io.alluvium.kit;

/** The roles a token may carry (claim {@code groups}), for {@code @RolesAllowed}. */
public final class Roles {

    /** May hand in events. */
    public static final String EMITTER = "emitter";

    /** May read what is stored. */
    public static final String READER = "reader";

    /** May change how the service runs and what it keeps: flush, redrive, discard, clean up. */
    public static final String OPERATOR = "operator";

    /** May get secrets in clear that are kept for applications, and nothing else. */
    public static final String TOKEN_USER = "token-user";

    private Roles() {}
}
