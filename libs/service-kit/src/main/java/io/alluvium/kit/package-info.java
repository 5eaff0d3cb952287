/**
 * The edge that every service has, found by a service as soon as this library is on its class path.
 *
 * <p>What goes wrong is told as {@code application/problem+json}: {@link io.alluvium.kit.Problem} is thrown,
 * {@link io.alluvium.kit.ProblemMappers} answers. What comes in as JSON is read by the rules of
 * {@link io.alluvium.kit.JsonRules}, which guess nothing.
 */
@NullMarked
package io.alluvium.kit;

import org.jspecify.annotations.NullMarked;
