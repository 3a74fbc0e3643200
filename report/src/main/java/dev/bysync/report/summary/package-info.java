/** What a run comes to: headline figures, distributions, groups of failures. */
@NullMarked
package dev.bysync.report.summary;

import org.jspecify.annotations.NullMarked;
