package dev.bysync.verify.machine;

/** An interpreter of WebAssembly. Thread-safe. */
public interface MachineFactory {
  /**
   * Decodes and validates a module.
   *
   * @throws LoadException if this machine can't run the module; nothing else for any bytes, save
   *     errors of the Java machine itself
   */
  Program load(byte[] module) throws LoadException;

  /**
   * As {@link #load(byte[])}, of a program to which a tool has added functions. How deeply calls
   * may nest is limited in calls of the program's own functions, so that it fails where it did
   * before. A machine that can't tell them apart counts all.
   *
   * @param bodies how many functions with a body are the program's own, from the first on; see
   *     {@link Program#bodies}
   */
  default Program load(byte[] module, int bodies) throws LoadException {
    return load(module);
  }
}
