/**
 * Objects in a file system or object store, each written whole or not at all: {@link
 * dev.bysync.job.store.Store} is the entry. Depends on Hadoop's FileSystem API and on nothing of
 * ours.
 */
@NullMarked
package dev.bysync.job.store;

import org.jspecify.annotations.NullMarked;
