package io.alluvium.kit.security;

import java.util.List;

/** The profile of a laptop. */
public final class LocalProfile {

    static final String NAME = "local";

    private LocalProfile() {}

    /** Exactly that one: what is combined with another profile is meant for somewhere else. */
    public static boolean isActive(List<String> profiles) {
        return profiles.equals(List.of(NAME));
    }
}
