package io.alluvium.kit;

import io.alluvium.sink.SinkLoop;
import org.jspecify.annotations.Nullable;

/**
 * A sink that the operations endpoints and the health of a service are about. Every bean of this type is found.
 *
 * @param loop  null where this replica does not run the sink: how far it is stored shows all the same
 * @param alone whether storing is all that this replica does, so that it is not ready while it cannot; a replica that also
 *              answers requests stays ready
 */
public record SinkRegistration(String topic, @Nullable SinkLoop loop, boolean alone) {}
