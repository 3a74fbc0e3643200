/**
 * What bysync needs of a broker and of an object store, checked against those it embeds and against
 * the real ones in containers. The latter need Docker and skip themselves, with the reason, where
 * no engine answers.
 */
@NullMarked
package dev.bysync.cli.contract;

import org.jspecify.annotations.NullMarked;
