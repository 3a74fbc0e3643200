/**
 * The {@code bysync} command: {@link dev.bysync.cli.Bysync} is its entry. The commands on single
 * files need the engine alone and start fast; those of the pipeline hand over to {@code run}, and
 * name none of its types in a signature, so that help works without Spark on the class path.
 */
@NullMarked
package dev.bysync.cli;

import org.jspecify.annotations.NullMarked;
