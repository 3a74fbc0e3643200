/** Hosts for asyncified modules, as docs/hosts.md shows them, and what they are tried with. */
@NullMarked
package dev.bysync.hosts;

import org.jspecify.annotations.NullMarked;
