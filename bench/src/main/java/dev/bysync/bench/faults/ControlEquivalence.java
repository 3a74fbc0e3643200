package dev.bysync.bench.faults;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import org.jspecify.annotations.Nullable;

/** Decides whether a branch or label that was changed leads where it led before. */
final class ControlEquivalence {
  private final Subject subject;
  private final Body body;
  private final Typing typing;
  private final Flow paths;
  private final byte[] bytes;

  /**
   * @param paths all paths from the body's entry
   * @param bytes the mutant
   */
  ControlEquivalence(Subject subject, Body body, Typing typing, Flow paths, byte[] bytes) {
    this.paths = paths;
    this.subject = subject;
    this.body = body;
    this.typing = typing;
    this.bytes = bytes;
  }

  /**
   * Why it is equal; null if that is not known.
   *
   * @param first the first instruction that was changed
   */
  @Nullable Equal of(Mutant mutant, int first) {
    return switch (mutant.kind()) {
      case LABEL_TURNED -> isNamed(first) ? null : Equal.NO_BRANCH;
      case LABEL_MOVED -> moved(first) ? Equal.NO_BRANCH : null;
      case BRANCH_DEPTH -> {
        int after = labels(bytes, mutant.from(), mutant.to() + mutant.growth())[0];
        yield isSame(first, body.at(first).index(), after) ? Equal.SAME_TARGET : null;
      }
      case TABLE_ENTRY, TABLE_SHIFTED, TABLE_SWAPPED -> table(mutant, first);
      case BRANCH_DROPPED, BRANCH_ALWAYS, CONDITION_FIXED, EQZ_ADDED ->
          typing.leadsOn(first) ? Equal.SAME_TARGET : null;
      default -> null;
    };
  }

  /** Whether a label that no branch names ends on the other side of what names none itself. */
  private boolean moved(int first) {
    boolean endsFirst = body.at(first).is(Opcodes.END);
    int opener = body.partner(endsFirst ? first : first + 1);
    return body.at(opener).is(Opcodes.BLOCK)
        && !isNamed(opener)
        && switch (Opcodes.immediate(body.at(endsFirst ? first + 1 : first).opcode())) {
          case LABEL, BR_TABLE, BR_ON_CAST -> false;
          default -> true;
        };
  }

  private @Nullable Equal table(Mutant mutant, int i) {
    int[] before = labels(subject.bytes(), mutant.from(), mutant.to());
    int[] after = labels(bytes, mutant.from(), mutant.to() + mutant.growth());
    Selector selector = new Selector(subject, body, paths);
    Equal why = Equal.SAME_TARGET;
    for (int k = 0; k < before.length; k++) {
      if (!isSame(i, before[k], after[k])) {
        why = Equal.NEVER_SELECTED;
        if (selector.maySelect(i, k, before.length)) {
          return null;
        }
      }
    }
    return why;
  }

  private static int[] labels(byte[] bytes, int from, int to) {
    CodeReader code = new CodeReader(bytes, from, to);
    if (code.next() != Opcodes.BR_TABLE) {
      return new int[] {code.index()};
    }
    int[] labels = new int[code.listSize()];
    for (int k = 0; k < labels.length; k++) {
      labels[k] = code.list(k);
    }
    return labels;
  }

  private boolean isSame(int i, int depth, int other) {
    int one = body.label(i, depth);
    int two = body.label(i, other);
    return one == two
        || (typing.arity(one) == typing.arity(two)
            && typing.settle(typing.target(one)) == typing.settle(typing.target(two)));
  }

  /** Whether a branch names the label of what an instruction opens. */
  private boolean isNamed(int opener) {
    for (int i = opener + 1; i < body.partner(opener); i++) {
      int depth = 0;
      int open = body.opener(i);
      while (open != opener && open != Body.WHOLE) {
        open = body.opener(open);
        depth++;
      }
      if (names(body.at(i), depth)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a br_table names the label of what an instruction opens. */
  static boolean names(byte[] bytes, Body body, int table, int opener) {
    for (int label : labels(bytes, body.at(table).start(), body.at(table).end())) {
      if (body.label(table, label) == opener) {
        return true;
      }
    }
    return false;
  }

  private boolean names(Instruction at, int depth) {
    return switch (Opcodes.immediate(at.opcode())) {
      case LABEL -> at.index() == depth;
      case BR_TABLE -> {
        boolean found = false;
        for (int label : labels(subject.bytes(), at.start(), at.end())) {
          found |= label == depth;
        }
        yield found;
      }
      case TRY_TABLE, BR_ON_CAST -> true; // perhaps
      default -> false;
    };
  }
}
