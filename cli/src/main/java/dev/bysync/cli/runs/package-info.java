/** Finished runs on the command line: listed, shown, reported, compared, removed. */
@NullMarked
package dev.bysync.cli.runs;

import org.jspecify.annotations.NullMarked;
