/**
 * Mutation testing of the verifier: single faults planted evenly over all code that the transform
 * adds, each verified as any module is. {@link dev.bysync.bench.faults.FaultRun} is the command;
 * {@code Subject} tells what was added, {@code Mutants} draws, {@code Equivalence} judges what
 * survived. It knows nothing of how the verifier works.
 */
@NullMarked
package dev.bysync.bench.faults;

import org.jspecify.annotations.NullMarked;
