/** Tests of the benchmarks. */
@NullMarked
package dev.bysync.bench.jmh;

import org.jspecify.annotations.NullMarked;
