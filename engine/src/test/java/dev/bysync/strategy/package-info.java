@NullMarked
package dev.bysync.strategy;

import org.jspecify.annotations.NullMarked;
