package dev.bysync.bench.faults;

/**
 * Why a mutant is equal to the good output for all inputs: what {@link Equivalence} can prove.
 * Results while unwinding count: the caller does not read them, but they are promised to be zeros.
 * So does what added code decides by: never the program's data, whether it matters or not.
 */
enum Equal {
  /** The instructions of the fault have the same effect in either form, whatever precedes them. */
  SAME_EFFECT("both forms do the same"),
  /** No path of the function's control flow graph leads to the fault, whatever its conditions. */
  UNREACHABLE("no path leads there"),
  /** Neither the host nor a table, a reference or a reachable function can call the function. */
  NEVER_CALLED("nothing can call the function"),
  /** Both labels are ends behind which the same instruction comes next. */
  SAME_TARGET("both labels lead to the same instruction"),
  /**
   * From the fault on both go through code that does the same until they are at the same place, on
   * each way that conditions leave open and for every number that a site of the function has. The
   * same is: calls and stores of the same values in the same order, with as many operands below
   * each site, the original's conditions in the same order, and a trap of the same instruction.
   * Where room was checked for all of them, pushes write their values one behind the other, however
   * they are divided. A function of the module that returns unwinding returns zeros, as is
   * promised.
   */
  SAME_WAY("both ways do the same until they meet"),
  /**
   * In a check for room: unsigned, a sum has wrapped around if and only if it is less than one of
   * its operands, whichever; and all callers ask for more than no byte.
   */
  SAME_SUM("the sum has wrapped around in either form, or in none"),
  /**
   * Each push of the module stands behind a check for all that is pushed, so its own never fails.
   */
  ROOM_CHECKED("room for the whole frame was checked before"),
  /**
   * The number goes nowhere but on top of the frame, and the function that finds it there comes to
   * the same place with either, with nothing different but what is dead: most often a dispatch's
   * default takes both. (Not where functions look at each other's numbers, for tail calls.)
   */
  SAME_SITE("rewinding, both numbers lead to the same call"),
  /** The entry of the table belongs to a number that no site of the function has. */
  NEVER_SELECTED("no site has the entry's number"),
  /** The label that is at another place now is named by no branch. */
  NO_BRANCH("nothing branches to the label"),
  /**
   * What differs (a local, an operand) is overwritten or dropped on every path before anything
   * reads it but moves and operators that can't trap.
   */
  DEAD_VALUE("nothing reads what differs"),
  /**
   * Besides, it may be an argument of a direct call that is made to rewind: the callee's head sees
   * the state, and on no path behind it reads the parameter before it is restored.
   */
  IGNORED_ARGUMENT("the callee, being rewound, does not read it"),
  /**
   * Besides, it may go to a frame, in the place of a local that is dead wherever the function
   * restores it: at the sites, that is, which have the number on top of the frame.
   */
  DEAD_SAVE("what is saved is dead where it is restored"),
  /**
   * The address of the structure before the host has given one. Each function that starts an
   * unwinding or a rewinding sets it, and all that reads it runs only behind that: helpers for
   * frames, and control functions that end what must have been started.
   */
  BEFORE_USE("it is set before anything reads it");

  private final String words;

  Equal(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
