package io.alluvium.audit.calculation;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;

/** Who is at work: the bearer of the token, or where there is none the name that the resource has always given. */
@Singleton
final class Author {

    static final String APPROVES_BY_ITSELF = "system_auto_approval";

    /** Everybody's name under the profile {@code local}: it says nothing about who it was. */
    private static final String LOCAL = "local";

    private static final int MAX_LENGTH = 100;

    private final SecurityIdentity identity;

    Author(SecurityIdentity identity) {
        this.identity = identity;
    }

    String or(String usual) {
        if (identity.isAnonymous()) {
            return usual;
        }
        String name = identity.getPrincipal().getName();
        if (name == null || name.isBlank() || name.equals(LOCAL)) {
            return usual;
        }
        return name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) : name;
    }
}
