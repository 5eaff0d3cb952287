/** Webhooks of configured sources: verified, taken apart and published, and answered once they are durable. */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook.intake;
