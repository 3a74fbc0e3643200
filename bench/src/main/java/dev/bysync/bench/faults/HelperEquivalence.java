package dev.bysync.bench.faults;

import dev.bysync.bench.faults.StackHelpers.Push;
import dev.bysync.bench.faults.Walk.State;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares the functions that check for room in the stack, whole, with what all their callers say:
 *
 * <ul>
 *   <li>Each caller passes a number that is not zero, so that {@link Symbols} knows when a sum has
 *       wrapped around.
 *   <li>Where each push stands behind a check for all that is pushed ({@link Room}), the check that
 *       reserving makes never fails, and then it does nothing.
 * </ul>
 */
final class HelperEquivalence {
  private static final int MOST_SPLITS = 8;

  private final Subject subject;
  private final StackHelpers helpers;
  private boolean passesNumbers = true;
  private boolean allChecked = true;

  HelperEquivalence(Subject subject, Equivalence equivalence) {
    this.subject = subject;
    helpers = equivalence.helpers();
    Module module = subject.module();
    for (int body = 0; body < module.bodyCount(); body++) {
      note(subject.bodyAt(body));
    }
  }

  private void note(Body body) {
    Room room = null;
    for (int i = 0; i < body.size(); i++) {
      Instruction at = body.at(i);
      boolean refers = at.is(Opcodes.REF_FUNC) || at.is(Opcodes.RETURN_CALL);
      if (refers && isHelper(at.index())) {
        passesNumbers = false;
        allChecked = false;
      }
      if (at.is(Opcodes.CALL) && isHelper(at.index())) {
        Push push = helpers.pushOf(at.index());
        if (push == null) {
          boolean isReserve = body.function() == helpers.reserve();
          passesNumbers &=
              isReserve || (Room.isConstant(body.near(i - 1)) && body.near(i - 1).literal() > 0);
          boolean claims = at.index() == helpers.reserve();
          allChecked &= !claims || helpers.pushOf(body.function()) != null;
        } else {
          if (room == null) {
            room = new Room(subject.bytes(), body, new Typing(subject.module(), body), helpers);
          }
          allChecked &= room.free(i) >= push.size();
        }
      }
    }
  }

  private boolean isHelper(int function) {
    return function == helpers.check()
        || function == helpers.reserve()
        || helpers.pushOf(function) != null;
  }

  /** Why a fault in a helper is equal; null if that is not known. */
  @Nullable Equal of(Body body, Mutant mutant, byte[] bytes) {
    boolean checks = body.function() == helpers.check();
    if (!checks && body.function() != helpers.reserve()) {
      return null;
    }
    if (!passesNumbers) {
      return null;
    }
    Module module = Module.read(bytes);
    Body other = subject.decodeMutant(module, body.function());
    if (isSame(body, other, module, -1, symbols -> {}, 0)) {
      return Equal.SAME_SUM;
    }
    return !checks && allChecked && isSame(body, other, module, helpers.check(), symbols -> {}, 0)
        ? Equal.ROOM_CHECKED
        : null;
  }

  /**
   * Whether both do the same, whatever the arguments are.
   *
   * @param nothing a function that does nothing where it is called here, or -1
   */
  private boolean isSame(
      Body body,
      Body other,
      Module module,
      int nothing,
      Consumer<Symbols> assumptions,
      int splits) {
    Symbols symbols = new Symbols(List.of("L0"));
    assumptions.accept(symbols);
    Typing typing = new Typing(subject.module(), body);
    Walk good = walk(subject.bytes(), body, typing, symbols, nothing);
    Walk bad = walk(module.bytes(), other, new Typing(module, other), symbols, nothing);
    Walk open = good.undecided() != null ? good : bad;
    String symbol = open.undecided();
    if (symbol == null) {
      return ends(good, body).equals(ends(bad, other)) && !ends(good, body).isEmpty();
    }
    if (splits == MOST_SPLITS) {
      return false;
    }
    for (boolean truth : new boolean[] {false, true}) {
      Consumer<Symbols> more = assumptions.andThen(each -> each.assumeTruth(symbol, truth));
      if (!isSame(body, other, module, nothing, more, splits + 1)) {
        return false;
      }
    }
    return true;
  }

  private Walk walk(byte[] bytes, Body body, Typing typing, Symbols symbols, int nothing) {
    PushLayout none = new PushLayout(helpers, new Room(bytes, body, typing, helpers));
    return new Walk(subject, bytes, body, typing, symbols, none)
        .ignoring(nothing)
        .from(0, Map.of());
  }

  /** All that can be seen of a call; nothing if it did not come to an end. */
  private static List<String> ends(Walk walk, Body body) {
    State last = walk.states().get(walk.states().size() - 1);
    if (last.place() >= 0 && last.place() < body.size()) {
      return List.of();
    }
    List<String> all = new ArrayList<>(last.effects());
    all.add("results " + last.stack());
    return all;
  }
}
