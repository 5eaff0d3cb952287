/** What was received and what became of it: SQL in, HTTP out. */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook.query;
