/** The rows as they are stored. */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook.table;
