/**
 * How a command ends: {@link ExitCode} for scripts, {@link CliFailure} for an expected failure that
 * a user can do something about. Depends on nothing.
 */
@NullMarked
package dev.bysync.cli.outcome;

import org.jspecify.annotations.NullMarked;
