/**
 * The events on the topics: classes that the build generates from {@code src/main/avro}. Read and
 * write them with {@link dev.bysync.schemas.EventCodec}; this package depends on Avro alone.
 */
@NullUnmarked // Avro's generator knows no null annotations
package dev.bysync.events;

import org.jspecify.annotations.NullUnmarked;
