/**
 * Calculations that users define, and the rules they obey. An application like any other that emits changes: what is done
 * here is captured in its own transaction and reaches the trail through the topic.
 */
@org.jspecify.annotations.NullMarked
package io.alluvium.audit.calculation;
