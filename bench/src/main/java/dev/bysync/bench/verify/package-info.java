/** What a verification costs. */
@NullMarked
package dev.bysync.bench.verify;

import org.jspecify.annotations.NullMarked;
