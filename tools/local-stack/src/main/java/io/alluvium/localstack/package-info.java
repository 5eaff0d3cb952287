/**
 * Real Kafka and real PostgreSQL on this machine, without Docker: for {@code ./run} and for tests.
 *
 * <p>{@link LocalKafka} is an Apache Kafka broker in this JVM, {@link LocalPostgres} a PostgreSQL server beside it. Both keep
 * their data in a directory, listen on 127.0.0.1 only, and can be taken away and brought back on the same port, so that a test
 * can see what happens meanwhile. {@link LocalStack#shared()} is the pair of them for all tests of one JVM.
 */
@NullMarked
package io.alluvium.localstack;

import org.jspecify.annotations.NullMarked;
