package dev.bysync.verify.frame;

/**
 * Where the output does not do what the original does, or a frame does not come back as it was.
 *
 * @param function in the original's index space; -1 for the control functions
 * @param offset byte offset in the original of the instruction that it is at, or of the site; -1 if
 *     there is none
 * @param what for people
 * @param ways the ways taken on the path, in order
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record FrameDifference(int function, int offset, String what, int[] ways) {}
