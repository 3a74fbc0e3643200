/**
 * Two runs side by side, and the gate that decides on their differences.
 *
 * <p>Figures that module and profile decide are compared exactly: any difference is real. Times are
 * what one machine took on one day; they are compared only over repeated runs, by a confidence
 * interval, and never fail a gate by noise.
 */
@NullMarked
package dev.bysync.report.compare;

import org.jspecify.annotations.NullMarked;
