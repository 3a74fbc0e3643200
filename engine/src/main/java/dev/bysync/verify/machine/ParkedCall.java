package dev.bysync.verify.machine;

/** A call into an instance that was put aside. */
public interface ParkedCall {
  /**
   * Goes on with it, once, while no other call of the instance is under way: the host's function
   * that parked it is called again with the same arguments.
   *
   * @return how it ended
   */
  Outcome resume();
}
