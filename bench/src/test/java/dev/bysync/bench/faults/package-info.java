/** Tests of the mutants of added code, and of how many the verifier finds. */
@NullMarked
package dev.bysync.bench.faults;

import org.jspecify.annotations.NullMarked;
