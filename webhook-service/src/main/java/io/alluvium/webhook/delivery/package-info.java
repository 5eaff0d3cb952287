/** From the table to whom it may concern, each record's events in order, until they are taken or given up. */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook.delivery;
