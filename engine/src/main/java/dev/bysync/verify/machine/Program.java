package dev.bysync.verify.machine;

/** A loaded module, from which any number of independent instances can be made. Not thread-safe. */
public interface Program {
  /** What the module imports and exports. */
  Shape shape();

  /** Bytes of the module. */
  int bytes();

  /** Number of functions with a body. */
  int bodies();

  /**
   * Makes an instance and runs the start function, if there is one. Imported memories, tables,
   * globals and tags are made to fit; imported functions are the host's.
   *
   * <p>The machine is given to the host by {@link Host#attach} before any code of the module runs.
   *
   * @param fuel instructions that may be executed until the instance is ready
   */
  Instantiation instantiate(Host host, long fuel);

  /**
   * The same module with instances that have ample room, in all that is limited, over those of
   * others: a limit that only they run into tells that the module needs more than the other.
   *
   * @param other the module to compare with, whose memories this one has first
   * @return this program itself where the machine's limits can't be changed
   */
  default Program roomierThan(Shape other) {
    return this;
  }

  /** Whether instances have more room than those of other programs. */
  default boolean isRoomy() {
    return false;
  }

  /**
   * An instance and how its making ended.
   *
   * @param machine the instance, to be used only if the outcome is {@link Outcome.Returned}
   * @param outcome returned without results, or what stopped it
   */
  record Instantiation(Machine machine, Outcome outcome) {}
}
