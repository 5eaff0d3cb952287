/** What is stored: the row of the change trail, for the bulk path and for queries. */
@org.jspecify.annotations.NullMarked
package io.alluvium.audit.table;
