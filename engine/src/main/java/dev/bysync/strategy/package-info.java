/**
 * How a module is transformed, chosen by name: {@link dev.bysync.strategy.Strategy}. Sees the
 * transform of {@code asyncify}; the engine's entry and the command line see this package.
 */
@NullMarked
package dev.bysync.strategy;

import org.jspecify.annotations.NullMarked;
