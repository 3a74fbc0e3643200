@NullMarked
package dev.bysync.verify.frame;

import org.jspecify.annotations.NullMarked;
