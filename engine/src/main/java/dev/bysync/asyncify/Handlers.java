package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cold code behind a body, reached when a call has returned unwinding: pushes a frame, as
 * {@link FrameTails} says, and returns zeros.
 */
final class Handlers {
  private final BodyPlan plan;
  private final BodyWriter out;
  private final Abi abi;
  private final StackHelpers helpers;
  private final CatchEmitter catches;
  private final Tails tails;
  private final FrameTails frames;
  private final int[] groupLevels;
  private final int[] tailLevels;

  /** By region with a tail: how much of a frame it writes, and all that it goes on to. */
  private final Room[] tailRoom;

  /** The level of what only returns zeros; -1 if that is repeated where it is wanted. */
  private int exit = -1;

  /** What was written last, if anything. */
  private FrameTails.@Nullable Code last;

  /** How much of a frame is written: a frame of one push needs no check before it. */
  private record Room(int pushes, int bytes) {
    Room and(FrameChunks chunks) {
      return new Room(pushes + chunks.size(), bytes + chunks.bytes());
    }
  }

  Handlers(
      BodyPlan plan,
      BodyWriter out,
      Abi abi,
      StackHelpers helpers,
      CatchEmitter catches,
      Tails tails) {
    this.plan = plan;
    this.out = out;
    this.abi = abi;
    this.helpers = helpers;
    this.catches = catches;
    this.tails = tails;
    frames = new FrameTails(plan);
    groupLevels = new int[plan.saves.groupCount()];
    tailLevels = new int[plan.regions.count()];
    tailRoom = new Room[plan.regions.count()];
    for (int region = 0; region < tailRoom.length; region++) {
      if (frames.hasTail(region)) {
        tailRoom[region] = room(frames.ofTail(region));
      }
    }
  }

  private Room room(FrameTails.Code code) {
    Room behind = code.next() == FrameTails.NONE ? new Room(0, 0) : tailRoom[code.next()];
    return behind.and(code.pushes());
  }

  /** Bytes of the whole frame that is written at a site. */
  int frameBytes(int site) {
    return room(frames.ofGroup(plan.saves.groupOf(site))).bytes();
  }

  private List<Integer> numberType() {
    return plan.numbered ? List.of(ValType.I32) : List.of();
  }

  /** Opens the labels of all handlers and tails, what ends last first. */
  void open() {
    if (isExitShared()) {
      exit = out.open(Opcodes.BLOCK, List.of());
    }
    for (int region = 0; region < plan.regions.count(); region++) {
      if (frames.hasTail(region)) {
        tailLevels[region] = out.open(Opcodes.BLOCK, numberType());
      }
      List<Integer> groups = plan.saves.groupsOf(region);
      for (int i = groups.size() - 1; i >= 0; i--) {
        int group = groups.get(i);
        groupLevels[group] =
            frames.hasHandler(group)
                ? out.open(Opcodes.BLOCK, carriesNumber(group) ? numberType() : List.of())
                : tailLevels[frames.ofGroup(group).next()];
      }
    }
  }

  /** Whether zeros and a return at each place but the last are more than a branch and a label. */
  private boolean isExitShared() {
    int ends = 0;
    for (int group = 0; group < groupLevels.length; group++) {
      ends += frames.hasHandler(group) && isEnd(frames.ofGroup(group)) ? 1 : 0;
    }
    for (int region = 0; region < tailRoom.length; region++) {
      ends += frames.hasTail(region) && isEnd(frames.ofTail(region)) ? 1 : 0;
    }
    int zeros = 0;
    for (int i = 0; i < plan.resultCount(); i++) {
      zeros += zeroBytes(plan.result(i));
    }
    return (ends - 1) * (zeros + 1) > (ends - 1) * 2 + 3;
  }

  /** About what a zero takes. */
  private static int zeroBytes(int type) {
    return switch (type) {
      case ValType.F32 -> 5;
      case ValType.F64 -> 9;
      case ValType.V128 -> 18;
      default -> 2;
    };
  }

  private static boolean isEnd(FrameTails.Code code) {
    return code.next() == FrameTails.NONE;
  }

  /** Whether the site's number comes with the branch: not if the handler knows it. */
  private boolean carriesNumber(int group) {
    return plan.numbered && (!frames.hasHandler(group) || plan.saves.siteCount(group) > 1);
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
    if (plan.isTellingApart(site)) {
      out.i32(1);
      out.op(Opcodes.I32_EQ);
    }
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
    int[] siteOf = new int[plan.saves.groupCount()];
    for (int site = 0; site < plan.body.siteCount(); site++) {
      siteOf[plan.saves.groupOf(site)] = site;
    }
    for (int region = plan.regions.count() - 1; region >= 0; region--) {
      for (int group : plan.saves.groupsOf(region)) {
        if (frames.hasHandler(group)) {
          end();
          if (plan.numbered && !carriesNumber(group)) {
            out.i32(plan.numberBase() + plan.numbers.number(siteOf[group]));
          }
          write(frames.ofGroup(group), true);
        }
      }
      if (frames.hasTail(region)) {
        end();
        write(frames.ofTail(region), frames.startsAt(region));
      }
    }
    if (exit >= 0) {
      out.end();
    }
    zeros();
  }

  private void zeros() {
    for (int i = 0; i < plan.resultCount(); i++) {
      out.placeholder(plan.result(i));
    }
  }

  /** Ends a label, behind the way on of the code before it. */
  private void end() {
    if (last != null && !isEnd(last)) {
      branch(tailLevels[last.next()]);
    } else if (last != null && exit >= 0) {
      branch(exit);
    } else if (last != null) {
      zeros();
      out.op(Opcodes.RETURN);
    }
    out.end();
  }

  private void branch(int level) {
    if (level != out.level()) {
      out.branch(Opcodes.BR, level);
    }
  }

  private void write(FrameTails.Code code, boolean starts) {
    for (int region : code.heads()) {
      catches.checkKept(plan.regions.rowOf(region), plan.saves.headLocals(region));
    }
    Room room = room(code);
    if (starts && room.pushes() > 1) {
      out.constant(abi.constOpcode(), room.bytes());
      out.op(Opcodes.CALL, helpers.check());
    }
    save(code.pushes());
    last = code;
  }

  private void save(FrameChunks chunks) {
    for (int i = 0; i < chunks.size(); i++) {
      for (int local : chunks.locals(i)) {
        if (local != FrameTails.NUMBER) { // which is on the stack already
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
