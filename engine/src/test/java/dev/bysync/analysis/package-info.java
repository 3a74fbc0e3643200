/** Tests of which functions are instrumented. */
@NullMarked
package dev.bysync.analysis;

import org.jspecify.annotations.NullMarked;
