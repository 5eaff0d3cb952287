/** The audit service: from a change of any entity to a row of the trail that can be queried. */
@org.jspecify.annotations.NullMarked
package io.alluvium.audit;
