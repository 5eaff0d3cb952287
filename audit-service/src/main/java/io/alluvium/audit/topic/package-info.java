/** The change event on the wire: its contract, and the reader that intake and sink share. */
@org.jspecify.annotations.NullMarked
package io.alluvium.audit.topic;
