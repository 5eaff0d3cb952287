/** OAuth tokens: encrypted, refreshed once for all who ask, and never shown where they do not belong. */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook.token;
