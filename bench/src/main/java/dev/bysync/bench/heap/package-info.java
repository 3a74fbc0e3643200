/** The least heap that the command needs for a module. */
@NullMarked
package dev.bysync.bench.heap;

import org.jspecify.annotations.NullMarked;
