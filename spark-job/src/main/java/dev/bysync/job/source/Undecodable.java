package dev.bysync.job.source;

/**
 * A record that is no event, or one that nothing can be done with. Without its bytes, which may be
 * many: who puts the record aside reads it again.
 *
 * @param position where the record is
 * @param reason what is wrong with it
 * @param rawSize size of its value, bytes
 */
public record Undecodable(Position position, String reason, long rawSize) implements Decoded {}
