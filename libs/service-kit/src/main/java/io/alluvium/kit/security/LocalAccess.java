package io.alluvium.kit.security;

import io.alluvium.kit.Roles;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Under the profile {@code local} everybody has every role, whatever token they bring; otherwise this knows nobody. */
@Singleton
final class LocalAccess implements HttpAuthenticationMechanism {

    private final @Nullable SecurityIdentity everybody;

    LocalAccess() {
        this.everybody = LocalProfile.isActive(ConfigUtils.getProfiles())
                ? QuarkusSecurityIdentity.builder()
                        .setPrincipal(() -> LocalProfile.NAME)
                        .addRole(Roles.EMITTER)
                        .addRole(Roles.READER)
                        .addRole(Roles.OPERATOR)
                        .addRole(Roles.TOKEN_USER)
                        .build()
                : null;
    }

    /** Before the mechanism that reads tokens: without a key it would refuse every one. */
    @Override
    public int getPriority() {
        return DEFAULT_PRIORITY + 1_000;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        return everybody == null
                ? Uni.createFrom().nullItem()
                : Uni.createFrom().item(everybody);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().nullItem();
    }
}
