/** A received record of a webhook as it is on the wire, and the one place that reads it. */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook.topic;
