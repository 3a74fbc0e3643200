/** Tests of the comparison. */
@NullMarked
package dev.bysync.bench.compare;

import org.jspecify.annotations.NullMarked;
