/** What is on the wire: a received record of a webhook, an agent's audit event; and the one place that reads each. */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook.topic;
