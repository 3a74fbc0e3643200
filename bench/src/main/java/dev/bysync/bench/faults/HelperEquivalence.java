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
 *   <li>Where each push stands behind a check for all that is pushed ({@link Room}), reserving
 *       never fails: neither is the sum past the end, nor has it wrapped.
 *   <li>Where a check that does not trap is followed by nothing but a push, that one traps: {@code
 *       pos} is the highest address by then, so the sum wraps around, and the same is written
 *       again.
 * </ul>
 */
final class HelperEquivalence {
  private static final int MOST_SPLITS = 8;
  private static final int UNREACHABLE_OF_CHECK = 17;

  private final Subject subject;
  private final StackHelpers helpers;
  private boolean passesNumbers = true;
  private boolean allChecked = true;
  private boolean pushesBehindChecks = true;

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
        pushesBehindChecks = false;
      }
      if (at.is(Opcodes.CALL) && isHelper(at.index())) {
        Push push = helpers.pushOf(at.index());
        if (push == null) {
          passesNumbers &= Room.isConstant(body.near(i - 1)) && body.near(i - 1).literal() > 0;
          boolean claims = at.index() == helpers.reserve();
          allChecked &= !claims || helpers.pushOf(body.function()) != null;
          pushesBehindChecks &= claims || isPushNext(body, i + 1);
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

  /** Whether nothing happens before the next push. */
  private boolean isPushNext(Body body, int from) {
    for (int i = from; i < body.size(); i++) {
      Instruction at = body.at(i);
      if (at.is(Opcodes.CALL)) {
        return helpers.pushOf(at.index()) != null;
      }
      boolean isNothing =
          at.is(Opcodes.LOCAL_GET)
              || at.is(Opcodes.REF_NULL)
              || Opcodes.name(at.opcode()).endsWith(".const");
      if (!isNothing) {
        return false;
      }
    }
    return false;
  }

  /** Why a fault in a helper is equal; null if that is not known. */
  @Nullable Equal of(Body body, Mutant mutant, byte[] bytes) {
    boolean checks = body.function() == helpers.check();
    if (!checks && body.function() != helpers.reserve()) {
      return null;
    }
    if (checks
        && mutant.kind() == Kind.TRAP_DROPPED
        && body.indexOf(mutant.from()) == UNREACHABLE_OF_CHECK
        && pushesBehindChecks
        && passesNumbers) {
      return Equal.TRAPS_BEHIND;
    }
    if (!passesNumbers) {
      return null;
    }
    Module module = Module.read(bytes);
    Body other = subject.decodeMutant(module, body.function());
    if (isSame(body, other, module, symbols -> {}, 0)) {
      return Equal.SAME_SUM;
    }
    boolean isRoomy = !checks && allChecked;
    return isRoomy && isSame(body, other, module, this::assumeRoom, 0) ? Equal.ROOM_CHECKED : null;
  }

  /** What {@code asyncify_reserve} asks for is never the case. */
  private void assumeRoom(Symbols symbols) {
    String sum = symbols.of(helpers.add(), List.of("E1", "L0"));
    symbols.assumeTruth(symbols.of(helpers.greater(), List.of(sum, "E2")), false);
    symbols.assumeTruth(Symbols.wrapped(sum), false);
  }

  private boolean isSame(
      Body body, Body other, Module module, Consumer<Symbols> assumptions, int splits) {
    Symbols symbols = new Symbols(List.of("L0"));
    assumptions.accept(symbols);
    Walk good = walk(subject.bytes(), body, new Typing(subject.module(), body), symbols);
    Walk bad = walk(module.bytes(), other, new Typing(module, other), symbols);
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
      if (!isSame(body, other, module, more, splits + 1)) {
        return false;
      }
    }
    return true;
  }

  private Walk walk(byte[] bytes, Body body, Typing typing, Symbols symbols) {
    PushLayout none = new PushLayout(helpers, new Room(bytes, body, typing, helpers));
    return new Walk(subject, bytes, body, typing, symbols, none).from(0, Map.of());
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
