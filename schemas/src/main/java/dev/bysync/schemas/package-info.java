/**
 * Encoding of the events of {@code dev.bysync.events}: {@link dev.bysync.schemas.EventCodec} writes
 * and reads them in Avro's single-object encoding, and {@link dev.bysync.schemas.Payload} tells
 * where a module's bytes are. Depends on Avro and on nothing of ours.
 *
 * <p>The schemas in {@code src/main/avro} are the truth. Every version that was released stays in
 * the resources under {@code released/NAME-N.avsc}; events of all of them can be read.
 */
@NullMarked
package dev.bysync.schemas;

import org.jspecify.annotations.NullMarked;
