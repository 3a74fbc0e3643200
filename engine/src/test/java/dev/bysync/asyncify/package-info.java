/** Tests of the transform: by fixture, by golden, by generated program, by damaged bytes. */
@NullMarked
package dev.bysync.asyncify;

import org.jspecify.annotations.NullMarked;
