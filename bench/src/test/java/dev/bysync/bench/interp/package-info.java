/** The comparison of interpreters itself is tested: it runs, and on equal work. */
@NullMarked
package dev.bysync.bench.interp;

import org.jspecify.annotations.NullMarked;
