/**
 * The narrow interface behind which modules are executed: a {@link MachineFactory} loads bytes into
 * a {@link Program}, a program makes {@link Machine}s (instances). Nothing here knows which
 * interpreter runs them, so that one can be replaced or compared with another. Depends on nothing.
 */
@NullMarked
package dev.bysync.verify.machine;

import org.jspecify.annotations.NullMarked;
