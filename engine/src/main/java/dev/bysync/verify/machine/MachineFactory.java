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
}
