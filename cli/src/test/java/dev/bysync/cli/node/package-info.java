/** Transformed modules in V8, by way of Node. */
@NullMarked
package dev.bysync.cli.node;

import org.jspecify.annotations.NullMarked;
