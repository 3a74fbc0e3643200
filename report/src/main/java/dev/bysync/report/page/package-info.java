/**
 * A report in the forms that people and programs read: a self-contained HTML page, Markdown, CSV,
 * JSON. All names and reasons come from hostile modules: each form escapes them its own way.
 */
@NullMarked
package dev.bysync.report.page;

import org.jspecify.annotations.NullMarked;
