/** A run as it is kept in the store: its manifest and its rows of the table, read without Spark. */
@NullMarked
package dev.bysync.report.run;

import org.jspecify.annotations.NullMarked;
