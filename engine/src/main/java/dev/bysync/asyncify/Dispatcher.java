package dev.bysync.asyncify;

import dev.bysync.asyncify.SiteNumbers.GroupSites;
import dev.bysync.asyncify.SiteNumbers.StubSites;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.ValType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The way of a resumed body from its head to the site: pops the frame that {@link Handlers} pushed.
 */
final class Dispatcher {
  private final BodyPlan plan;
  private final LabelLevels levels;
  private final BodyWriter out;
  private final Abi abi;
  private final StackHelpers helpers;
  private final CatchEmitter catches;

  /** The local with the number of the site to resume; -1 if the body needs none. */
  private final int resume;

  Dispatcher(
      BodyPlan plan,
      LabelLevels levels,
      BodyWriter out,
      Abi abi,
      StackHelpers helpers,
      CatchEmitter catches,
      int resume) {
    this.plan = plan;
    this.levels = levels;
    this.out = out;
    this.abi = abi;
    this.helpers = helpers;
    this.catches = catches;
    this.resume = resume;
  }

  /**
   * At the head of a body without resume points: if it is called to rewind, its twin takes over.
   */
  void passOn(int twin) {
    out.op(Opcodes.GLOBAL_GET, abi.state());
    out.open(Opcodes.IF, List.of());
    out.op(Opcodes.CALL, twin);
    out.op(Opcodes.RETURN);
    out.end();
  }

  /** At the head of the body: if it is called to rewind, goes on to the site. */
  void head() {
    out.op(Opcodes.GLOBAL_GET, abi.state());
    out.open(Opcodes.IF, List.of());
    if (plan.isUniform()) {
      restore(plan.saves.ownLocals(0), plan.numbered);
    } else if (plan.numbered) {
      restore(new int[0], true);
    }
    if (!plan.numbered && plan.nested) {
      out.i32(1);
      out.op(Opcodes.LOCAL_SET, resume);
    }
    if (plan.restoredEarly) {
      restoreEarly();
      out.end();
      out.op(Opcodes.LOCAL_GET, resume);
      out.open(Opcodes.IF, List.of());
    }
    dispatch(0);
    out.end();
  }

  /** Restores what the sites of the outermost region save of their own. */
  private void restoreEarly() {
    List<Target> targets = new ArrayList<>();
    if (plan.isUniform()) {
      return;
    }
    int done = out.open(Opcodes.BLOCK, List.of());
    for (GroupSites group : plan.numbers.direct(0)) {
      targets.add(
          new Target(
              group.count(),
              plan.saves.ownLocals(group.group()).length == 0 ? done : -1,
              () -> {
                restore(plan.saves.ownLocals(group.group()), false);
                out.branch(Opcodes.BR, done);
              }));
    }
    for (int i = 0; i < plan.regions.innerCount(0); i++) {
      int child = plan.regions.inner(0, i);
      targets.add(new Target(plan.numbers.total(child), done, () -> out.branch(Opcodes.BR, done)));
    }
    select(plan.numbers.first(0), targets);
    out.end();
  }

  private void pushStub(String stub) {
    byte[] code = stub.getBytes(StandardCharsets.ISO_8859_1);
    out.raw(code, 0, code.length);
  }

  /**
   * Goes on to where the site numbered {@code $resume} is: to the head of an inner region, or, with
   * the locals of its group restored, to its resume label.
   */
  void dispatch(int region) {
    List<GroupSites> direct = plan.numbers.direct(region);
    List<Target> targets = new ArrayList<>();
    for (GroupSites group : direct) {
      targets.add(new Target(group.count(), -1, () -> resumeGroup(group)));
    }
    for (int i = 0; i < plan.regions.innerCount(region); i++) {
      int child = plan.regions.inner(region, i);
      int row = plan.regions.rowOf(child);
      boolean plain =
          !plan.body.isCatch(row)
              && plan.body.paramCount.get(row) == 0
              && plan.saves.headLocals(child).length == 0;
      targets.add(
          new Target(
              plan.numbers.total(child),
              plain ? levels.inner[row] : -1,
              () -> jumpToRegion(child)));
    }
    select(plan.numbers.first(region), targets);
  }

  private void resumeGroup(GroupSites group) {
    if (!plan.restoredEarly && !plan.isUniform()) {
      restore(plan.saves.ownLocals(group.group()), false);
    }
    boolean plain = group.stubs().stream().allMatch(stub -> stub.stub().isEmpty());
    if (plain && group.stubs().size() == 1) {
      jumpToSites(group.stubs().get(0));
      return;
    }
    List<Target> targets = new ArrayList<>();
    for (StubSites stub : group.stubs()) {
      targets.add(new Target(stub.sites().size(), -1, () -> jumpToSites(stub)));
    }
    select(group.first(), targets);
  }

  /**
   * One way on of a dispatch: for so many numbers, by a plain branch to a level or by code of its
   * own.
   */
  private record Target(int numbers, int level, Runnable code) {}

  /** Selects among ways on by the number in {@code $resume}; those with code get a block each. */
  private void select(int first, List<Target> targets) {
    if (targets.size() == 1) {
      targets.get(0).code().run();
      return;
    }
    int blocks = 0;
    for (Target target : targets) {
      blocks += target.level() < 0 ? 1 : 0;
    }
    int block = out.level() + blocks; // the innermost block ends first
    for (int i = 0; i < blocks; i++) {
      out.open(Opcodes.BLOCK, List.of());
    }
    IntArray table = new IntArray();
    for (Target target : targets) {
      int level = target.level() < 0 ? block-- : target.level();
      for (int i = 0; i < target.numbers(); i++) {
        table.add(level);
      }
    }
    out.op(Opcodes.LOCAL_GET, resume);
    jumpTable(first, table);
    for (Target target : targets) {
      if (target.level() < 0) {
        out.end();
        target.code().run();
      }
    }
  }

  private void jumpToSites(StubSites group) {
    pushStub(group.stub());
    if (group.sites().size() == 1) {
      clearResume();
      out.branch(Opcodes.BR, levels.resume[group.sites().get(0)]);
      return;
    }
    IntArray targets = new IntArray();
    for (int i = 0; i < group.sites().size(); i++) {
      targets.add(levels.resume[group.sites().get(i)]);
    }
    out.op(Opcodes.LOCAL_GET, resume);
    clearResume();
    jumpTable(group.first(), targets);
  }

  private void jumpToRegion(int region) {
    int row = plan.regions.rowOf(region);
    restore(plan.saves.headLocals(region), false);
    if (plan.body.isCatch(row)) {
      catches.throwInto(row);
      return;
    }
    for (int i = 0; i < plan.body.paramCount.get(row); i++) {
      int type = plan.module.types().param(plan.body.blockType.get(row), i);
      if (ValType.isRef(type) && !ValType.isNullable(type)) {
        throw plan.unsupported(
            plan.body.start.get(row), "a loop parameter of type " + ValType.name(type));
      }
      out.zero(type);
    }
    out.branch(Opcodes.BR, levels.inner[row]);
  }

  /** A br_table over consecutive numbers, the first of them given; the number is on the stack. */
  private void jumpTable(int first, IntArray targets) {
    int from = first + plan.numberBase();
    IntArray padded = new IntArray();
    if (from > 3) {
      out.i32(from);
      out.op(Opcodes.I32_SUB);
    } else {
      for (int i = 0; i < from; i++) {
        padded.add(targets.get(0));
      }
    }
    for (int i = 0; i < targets.size(); i++) {
      padded.add(targets.get(i));
    }
    out.table(padded);
  }

  private void clearResume() {
    if (plan.nested) {
      out.i32(0);
      out.op(Opcodes.LOCAL_SET, resume);
    }
  }

  private void restore(int[] locals, boolean withNumber) {
    FrameChunks chunks = FrameChunks.of(locals, plan.spills, withNumber, resume);
    for (int i = chunks.size() - 1; i >= 0; i--) {
      out.op(Opcodes.CALL, helpers.pop(chunks.types(i)));
      int[] run = chunks.locals(i);
      for (int k = run.length - 1; k >= 0; k--) {
        out.op(Opcodes.LOCAL_SET, run[k]);
      }
    }
  }
}
