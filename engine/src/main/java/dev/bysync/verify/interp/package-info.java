/**
 * Bysync's own interpreter ({@code dev.bysync.interp}) as a {@link
 * dev.bysync.verify.machine.MachineFactory}.
 */
@NullMarked
package dev.bysync.verify.interp;

import org.jspecify.annotations.NullMarked;
