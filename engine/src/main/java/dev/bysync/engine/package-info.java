/**
 * The whole of the engine behind one call: {@link ModuleProcessor} transforms a module, verifies
 * the result and measures both. This is what the pipeline and the command line use; it may depend
 * on every other package of the engine, and none depends on it.
 */
@NullMarked
package dev.bysync.engine;

import org.jspecify.annotations.NullMarked;
