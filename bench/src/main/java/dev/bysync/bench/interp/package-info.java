/**
 * How fast the interpreter is, next to Endive's: {@link dev.bysync.bench.interp.Interpreters} on
 * kernels and real modules, {@link dev.bysync.bench.interp.KernelBenchmark} under JMH.
 */
@NullMarked
package dev.bysync.bench.interp;

import org.jspecify.annotations.NullMarked;
