package dev.bysync.verify.machine;

/** The outside of an instance: its imported functions and globals. */
public interface Host {
  /** Hands over the instance, once, before any of its code runs. */
  void attach(Machine machine);

  /**
   * Called by the instance.
   *
   * @param function the imported function
   * @param args slots of the arguments, see {@link ValueKind}; not to be kept
   * @return slots of the results
   * @throws HostStop to end the outermost call into the instance
   */
  long[] call(Shape.ImportedFunction function, long[] args);

  /** The slot of an imported global of kind I32, I64, F32 or F64. */
  long global(String module, String name, ValueKind kind);
}
