package dev.bysync.verify.frame;

/**
 * Where the output does not do what the original does, or a frame does not come back as it was.
 *
 * @param function in the original's index space; -1 for the control functions, and for what lies
 *     around the functions
 * @param offset byte offset in the original of the instruction that it is at, or of the site; -1 if
 *     there is none
 * @param what for people
 * @param path the path that shows it
 */
public record FrameDifference(int function, int offset, String what, FramePath path) {
  /** Whether it is the same, on whatever path. */
  boolean isSame(FrameDifference other) {
    return function == other.function && offset == other.offset && what.equals(other.what);
  }
}
