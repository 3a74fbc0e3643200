/**
 * The one place where it is decided which setting counts: command line, then environment, then
 * file, then default. {@link dev.bysync.job.config.Settings} is the entry. Depends on nothing of
 * ours.
 */
@NullMarked
package dev.bysync.job.config;

import org.jspecify.annotations.NullMarked;
