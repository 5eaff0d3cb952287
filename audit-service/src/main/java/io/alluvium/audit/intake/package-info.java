/** Changes reported over HTTP: validated, published, and answered once Kafka has them. */
@org.jspecify.annotations.NullMarked
package io.alluvium.audit.intake;
