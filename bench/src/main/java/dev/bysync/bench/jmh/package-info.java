/**
 * JMH benchmarks of the engine: the phases of the transform, the whole of it, and a plain decoding
 * and encoding of the same functions to compare with. May depend on the engine.
 */
@NullMarked
package dev.bysync.bench.jmh;

import org.jspecify.annotations.NullMarked;
