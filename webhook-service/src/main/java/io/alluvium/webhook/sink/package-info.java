/** From the topic into the table: one poll, one transaction. */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook.sink;
