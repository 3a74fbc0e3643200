package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import java.util.List;

/**
 * The cold code behind a body, reached when a call has returned unwinding: pushes a frame and
 * returns zeros.
 *
 * <p>A frame is pushed from the inside out: the locals of the site's group, then for each region
 * around the site, inner ones first, the locals restored on the way to its head, then the common
 * locals and the site's number. So each group has a handler, and each region a tail that the
 * handlers of its groups and the tails of its inner regions go on to.
 */
final class Handlers {
  private final BodyPlan plan;
  private final BodyWriter out;
  private final Abi abi;
  private final StackHelpers helpers;
  private final CatchEmitter catches;
  private final Tails tails;
  private final int resume;
  private final int[] groupLevels;
  private final int[] tailLevels;

  /** The level at which the code just written goes on; -1 if none was written. */
  private int next = -1;

  Handlers(
      BodyPlan plan,
      BodyWriter out,
      Abi abi,
      StackHelpers helpers,
      CatchEmitter catches,
      Tails tails,
      int resume) {
    this.plan = plan;
    this.out = out;
    this.abi = abi;
    this.helpers = helpers;
    this.catches = catches;
    this.tails = tails;
    this.resume = resume;
    groupLevels = new int[plan.saves.groupCount()];
    tailLevels = new int[plan.regions.count()];
  }

  private List<Integer> numberType() {
    return plan.numbered ? List.of(ValType.I32) : List.of();
  }

  /** Opens the labels of all handlers and tails, what ends last first. */
  void open() {
    for (int region = 0; region < plan.regions.count(); region++) {
      if (region == 0 || plan.saves.headLocals(region).length > 0) {
        tailLevels[region] = out.open(Opcodes.BLOCK, numberType());
      } else {
        tailLevels[region] = tailLevels[plan.regions.parentOf(region)];
      }
      List<Integer> groups = plan.saves.groupsOf(region);
      for (int i = groups.size() - 1; i >= 0; i--) {
        int group = groups.get(i);
        groupLevels[group] =
            hasHandler(group)
                ? out.open(Opcodes.BLOCK, carriesNumber(group) ? numberType() : List.of())
                : tailLevels[region];
      }
    }
  }

  /** A group with nothing of its own to save goes straight to its region's tail. */
  private boolean hasHandler(int group) {
    return plan.saves.ownLocals(group).length > 0;
  }

  /** Whether the site's number comes with the branch: not if the handler knows it. */
  private boolean carriesNumber(int group) {
    return plan.numbered && (!hasHandler(group) || plan.saves.siteCount(group) > 1);
  }

  /** Behind a site's call: leaves the body if it is unwinding. */
  void check(int site) {
    int group = plan.saves.groupOf(site);
    if (tails.mayEndNoted(plan.body, plan.body.siteCall.get(site))) {
      checkNoted(site, group);
      return;
    }
    if (carriesNumber(group)) {
      out.i32(plan.numberBase() + plan.numbers.number(site));
    }
    out.op(Opcodes.GLOBAL_GET, abi.state());
    out.branch(Opcodes.BR_IF, groupLevels[group]);
    if (carriesNumber(group)) {
      out.op(Opcodes.DROP);
    }
  }

  /** Behind a site's call: what was resumed in it must have ended the rewind. */
  void assertNotRewinding() {
    out.op(Opcodes.GLOBAL_GET, abi.state());
    out.i32(2);
    out.op(Opcodes.I32_EQ);
    trapIf();
  }

  /** Behind a call that is no site: it must not have started to unwind. */
  void assertNormal() {
    out.op(Opcodes.GLOBAL_GET, abi.state());
    trapIf();
  }

  private void trapIf() {
    out.open(Opcodes.IF, List.of());
    out.op(Opcodes.UNREACHABLE);
    out.end();
  }

  /** Also has the frame of a noted tail call written, if that is what was suspended. */
  private void checkNoted(int site, int group) {
    out.op(Opcodes.GLOBAL_GET, abi.state());
    out.open(Opcodes.IF, List.of());
    out.op(Opcodes.CALL, abi.pending());
    if (carriesNumber(group)) {
      out.i32(plan.numberBase() + plan.numbers.number(site));
    }
    out.branch(Opcodes.BR, groupLevels[group]);
    out.end();
  }

  /** Writes handlers and tails, inner regions first, to the body's end. */
  void emit() {
    FrameRoom room = new FrameRoom(plan);
    int[] siteOf = new int[plan.saves.groupCount()];
    for (int site = 0; site < plan.body.siteCount(); site++) {
      siteOf[plan.saves.groupOf(site)] = site;
    }
    for (int region = plan.regions.count() - 1; region >= 0; region--) {
      for (int group : plan.saves.groupsOf(region)) {
        if (hasHandler(group)) {
          end();
          if (plan.numbered && !carriesNumber(group)) {
            out.i32(plan.numberBase() + plan.numbers.number(siteOf[group]));
          }
          checkRoom(room.ofGroup(group));
          save(plan.ownRuns(group));
          next = tailLevels[region];
        }
      }
      if (region > 0 && plan.saves.headLocals(region).length > 0) {
        end();
        catches.checkKept(plan.regions.rowOf(region), plan.saves.headLocals(region));
        checkRoom(room.ofTail(region));
        save(plan.headRuns(region));
        next = tailLevels[plan.regions.parentOf(region)];
      }
    }
    end();
    checkRoom(room.ofTail(0));
    save(plan.commonRuns(resume));
    for (int i = 0; i < plan.resultCount(); i++) {
      out.placeholder(plan.result(i));
    }
  }

  /** Ends a label, behind a branch to where the code before it goes on if that is elsewhere. */
  private void end() {
    if (next >= 0 && next != out.level()) {
      out.branch(Opcodes.BR, next);
    }
    next = -1;
    out.end();
  }

  /** Traps, before anything is written, if so many bytes don't fit; 0 where a push finds out. */
  private void checkRoom(int bytes) {
    if (bytes > 0) {
      out.constant(abi.constOpcode(), bytes);
      out.op(Opcodes.CALL, helpers.check());
    }
  }

  /** Pushes locals and, where it is among them, the number that is on the operand stack. */
  private void save(FrameChunks chunks) {
    for (int i = 0; i < chunks.size(); i++) {
      for (int local : chunks.locals(i)) {
        if (local != resume) {
          out.op(Opcodes.LOCAL_GET, local);
          if (ValType.isRef(plan.writtenType(local))) {
            helpers.references().put(plan.writtenType(local), out.sink());
          }
        }
      }
      out.op(Opcodes.CALL, helpers.push(chunks.types(i)));
    }
  }
}
