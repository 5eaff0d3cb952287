/**
 * What an operator asks every service: {@link io.alluvium.kit.operations.SinkResource how far the sinks are},
 * {@link io.alluvium.kit.operations.DeadLetterResource what could not be stored}, and whether the books balance. All of it
 * is about the beans of type {@link io.alluvium.kit.SinkRegistration}.
 */
@NullMarked
package io.alluvium.kit.operations;

import org.jspecify.annotations.NullMarked;
