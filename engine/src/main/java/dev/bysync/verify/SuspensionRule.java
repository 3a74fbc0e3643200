package dev.bysync.verify;

/**
 * Where a module may be suspended. Options of the transform forbid it at some places: there the
 * user promises that nothing suspends, and a host that suspends all the same finds nothing but its
 * own mistake. Deterministic, used by one thread at a time.
 */
public interface SuspensionRule {
  /** Anywhere: by the transform's defaults, and where nothing is known. */
  SuspensionRule ANY =
      new SuspensionRule() {
        @Override
        public boolean mayImport(int function) {
          return true;
        }

        @Override
        public boolean isOfCalls() {
          return false;
        }

        @Override
        public boolean mayPass(int function, int offset) {
          return true;
        }
      };

  /** Whether an imported function, an index into the original's functions, may suspend. */
  boolean mayImport(int function);

  /** Whether {@link #mayPass} ever forbids anything. */
  boolean isOfCalls();

  /**
   * Whether a call that is under way may be suspended.
   *
   * @param function the caller, an index into the original's functions
   * @param offset of the call instruction in the original, bytes
   */
  boolean mayPass(int function, int offset);
}
