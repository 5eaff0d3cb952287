/** Reading the trail: pages by filter, states in time, exports, dashboards, and how long it is kept. */
@org.jspecify.annotations.NullMarked
package io.alluvium.audit.query;
