package dev.bysync.bench.faults;

import java.util.Locale;

/** Mutation operators: what a fault does to an instruction that the transform added. */
enum Kind {
  SAVE_ZEROED("a zero is pushed in place of a local"),
  SAVE_OF_OTHER("another local of the type is pushed"),
  SAVES_SWAPPED("two locals are pushed in the wrong order"),
  RESTORE_DROPPED("what was popped for a local is dropped"),
  RESTORE_TO_OTHER("what was popped goes to another local of the type"),
  RESTORES_SWAPPED("two locals are restored in the wrong order"),
  READ_ZEROED("a zero in place of a local that is read"),
  READ_OF_OTHER("another local of the type is read"),
  WRITE_DROPPED("a local is not written"),
  WRITE_TO_OTHER("another local of the type is written"),
  TEE_DROPPED("an operand is not kept in its local"),
  TEE_TO_OTHER("an operand is kept in another local"),
  DROP_TO_LOCAL("what is dropped goes to a local"),
  CLEAR_DROPPED("a local is not cleared"),
  SITE_NUMBER_OFF("a site's number is off by one"),
  SITE_NUMBER_OF_OTHER("a site has another's number"),
  STATE_WRONG("another state is set"),
  SIZE_CHANGED("a number of bytes is off by four, or zero"),
  RESULT_NONZERO("a result while unwinding is no zero"),
  CONSTANT_OFF("a constant is off by one"),
  CONSTANT_ZEROED("a constant is zero"),
  CHECK_REMOVED("a check of the state is never true"),
  CHECK_ALWAYS("a check of the state is always true"),
  RESUME_SKIPPED("a rewind is taken for a normal call"),
  RESUME_ALWAYS("a normal call is taken for a rewind"),
  GLOBAL_OF_OTHER("another global of the type is read"),
  GLOBAL_TO_OTHER("another global of the type is written"),
  GLOBAL_WRITE_DROPPED("a global is not written"),
  BRANCH_DEPTH("a branch to another label"),
  BRANCH_DROPPED("a branch is not taken"),
  BRANCH_ALWAYS("a conditional branch is always taken"),
  TABLE_SWAPPED("two entries of a br_table are swapped"),
  TABLE_SHIFTED("the entries of a br_table are shifted by one"),
  TABLE_ENTRY("an entry of a br_table is another"),
  CONDITION_FIXED("a condition is always true or false"),
  EQZ_ADDED("a condition is negated"),
  EQZ_DROPPED("an eqz is missing"),
  COMPARISON_NEGATED("a comparison is negated"),
  COMPARISON_CHANGED("a comparison is strict or not where it should be the other"),
  OPERATOR_CHANGED("another operator"),
  ACCESS_OFFSET("a load or store at another offset"),
  ACCESS_WIDTH("a load or store of another width"),
  CALL_OF_OTHER("another added function of the type is called"),
  CALL_DROPPED("a call is left out"),
  RETURN_DROPPED("a return is left out"),
  RETURN_TRAPS("a trap in place of a return"),
  TRAP_DROPPED("a trap is left out"),
  LABEL_MOVED("a label ends one instruction too early or too late"),
  LABEL_TURNED("a label's end is its start, or the other way round"),
  SLOT_KEPT("a reference's slot is not written"),
  REFERENCE_LOST("a null in place of a reference"),
  TAG_OF_OTHER("another tag of the type"),
  SWAPPED("two instructions are swapped"),
  DELETED("an instruction is left out"),
  CONTROLS_EXCHANGED("two control functions have each other's name"),
  GLOBAL_INITIAL("an added global starts with another value");

  private final String words;

  Kind(String words) {
    this.words = words;
  }

  /** What it does, in words. */
  String words() {
    return words;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
