package io.alluvium.audit.calculation;

import io.alluvium.kit.Problem;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.inject.Singleton;

/** Who is at work: the bearer of the token, or where there is none the name that the resource has always given. */
@Singleton
final class Author {

    static final String APPROVES_BY_ITSELF = "system_auto_approval";

    private static final int MAX_LENGTH = 100;

    private final SecurityIdentity identity;

    /** Under the profile {@code local} everybody is one and the same: that says nothing about who it was. */
    private final boolean anybody = ConfigUtils.getProfiles().contains("local");

    Author(SecurityIdentity identity) {
        this.identity = identity;
    }

    /** @throws Problem 400 when the name is too long to be recorded: a cut one would name somebody else */
    String or(String usual) {
        if (anybody || identity.isAnonymous()) {
            return usual;
        }
        String name = identity.getPrincipal().getName();
        if (name == null || name.isBlank()) {
            return usual;
        }
        if (name.length() > MAX_LENGTH) {
            throw Problem.badRequest(
                    "the name in the token has " + name.length() + " characters; " + MAX_LENGTH + " can be recorded");
        }
        return name;
    }
}
