/**
 * Who may call a service: bearers of a token with one of the {@link io.alluvium.kit.Roles}, everywhere but under the
 * profile {@code local}, which only the machine itself can reach.
 */
@NullMarked
package io.alluvium.kit.security;

import org.jspecify.annotations.NullMarked;
