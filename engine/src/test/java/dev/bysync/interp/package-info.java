/** Tests of the interpreter, first of all the specification's test suite. */
@NullMarked
package dev.bysync.interp;

import org.jspecify.annotations.NullMarked;
