package dev.bysync.job.source;

/**
 * A record that is no event, or one that nothing can be done with.
 *
 * @param position where the record is
 * @param reason what is wrong with it
 * @param rawSize size of its value, bytes
 * @param raw the value, cut to what a dead letter may hold
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
public record Undecodable(Position position, String reason, long rawSize, byte[] raw)
    implements Decoded {}
