/**
 * The webhook service: from a signed request to a row that is delivered in order. {@code intake}, {@code topic},
 * {@code sink}, {@code table} and {@code query} are the stages of every service; beside them {@code delivery} hands each
 * stored event to its routes, and {@code token} keeps OAuth tokens.
 */
@org.jspecify.annotations.NullMarked
package io.alluvium.webhook;
