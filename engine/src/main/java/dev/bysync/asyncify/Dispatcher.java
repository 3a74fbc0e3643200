package dev.bysync.asyncify;

import dev.bysync.asyncify.Regions.Label;
import dev.bysync.asyncify.SiteNumbers.GroupSites;
import dev.bysync.asyncify.SiteNumbers.StubSites;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.ValType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The way of a resumed body from its head to the site: pops the frame that {@link Handlers} pushed.
 */
final class Dispatcher {
  /** Entries of a br_table; engines take 65,520. */
  private static final int MAX_TABLE = 65_000;

  private static final int I32_GE_U = 0x4F;

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
    rewinding();
    out.open(Opcodes.IF, List.of());
    forwardForeign();
    out.op(Opcodes.CALL, twin);
    out.op(Opcodes.RETURN);
    out.end();
  }

  /** Whether the body is called to rewind: it is if the state is any but normal. */
  private void rewinding() {
    out.op(Opcodes.GLOBAL_GET, abi.state());
    if (plan.isTellingApart()) {
      out.i32(2);
      out.op(Opcodes.I32_EQ);
    }
  }

  /** At the head of a body without sites: a call to rewind is meant for another function. */
  void forward() {
    out.op(Opcodes.GLOBAL_GET, abi.state());
    out.open(Opcodes.IF, List.of());
    out.op(Opcodes.RETURN_CALL, plan.role.forwarder());
    out.end();
  }

  /** Passes the call on if the frame is another function's. */
  private void forwardForeign() {
    if (plan.role.forwards()) {
      out.op(Opcodes.CALL, helpers.top());
      out.i32(plan.role.first());
      out.op(Opcodes.I32_SUB);
      out.i32(plan.body.siteCount());
      out.op(I32_GE_U);
      out.open(Opcodes.IF, List.of());
      out.op(Opcodes.RETURN_CALL, plan.role.forwarder());
      out.end();
    }
  }

  /** At the head of the body: if it is called to rewind, goes on to the site. */
  void head(BodyEmitter.Form form) {
    rewinding();
    openFor(0);
    if (form == BodyEmitter.Form.WHOLE) {
      forwardForeign();
    }
    restore(plan.commonRuns(resume));
    if (!plan.numbered && plan.nested) {
      out.i32(1);
      out.op(Opcodes.LOCAL_SET, resume);
    }
    if (plan.restoredEarly) {
      restoreEarly();
      out.end();
      out.op(Opcodes.LOCAL_GET, resume);
      openFor(0);
    }
    dispatch(0);
    out.endIf();
  }

  /**
   * Opens an {@code if} behind which a region starts, and with it what needs no label of its own.
   */
  private void openFor(int region) {
    int level = out.open(Opcodes.IF, List.of());
    Label start = plan.regions.start(region);
    if (start != null && start.kind() == Regions.Kind.RESUME) {
      levels.resume[start.ref()] = level;
    } else if (start != null) {
      levels.setInner(start.ref(), level);
    }
  }

  /** At the head of an inner region: a body that is resumed in it goes on to the site. */
  void enter(int region) {
    int ways = plan.numbers.direct(region).size() + plan.regions.innerCount(region);
    int site = firstSite(region);
    if (site >= 0 && plan.regions.isStart(site)) {
      if (ways > 1) {
        int next = plan.numbers.first(region) + 1;
        out.op(Opcodes.LOCAL_GET, resume);
        out.i32(next + plan.numberBase());
        out.op(I32_GE_U);
        out.open(Opcodes.IF, List.of());
        select(next, targets(region).subList(1, ways));
        out.end();
      }
      clearResume(site);
    } else if (ways == 1 && site >= 0) {
      out.op(Opcodes.LOCAL_GET, resume);
      clearResume(site);
      out.branch(Opcodes.BR_IF, levels.resume[site]);
    } else if (ways == 1 && site < 0 && isPlainInner(region)) {
      int inner = plan.regions.inner(region, 0);
      if (!plan.regions.isInnerStart(inner)) {
        out.op(Opcodes.LOCAL_GET, resume);
        out.branch(Opcodes.BR_IF, levels.ofInner(plan.regions.rowOf(inner)));
      }
    } else {
      out.op(Opcodes.LOCAL_GET, resume);
      openFor(region);
      dispatch(region);
      out.endIf();
    }
  }

  /** Whether all sites of a region are in an inner one that is reached by a plain branch. */
  private boolean isPlainInner(int region) {
    return plan.numbers.direct(region).isEmpty() && isPlain(plan.regions.inner(region, 0));
  }

  /** The site of an inner region's first number if it is reached by a plain branch, or -1. */
  private int firstSite(int region) {
    List<GroupSites> direct = plan.numbers.direct(region);
    if (direct.isEmpty()
        || direct.get(0).count() > 1
        || plan.saves.ownLocals(direct.get(0).group()).length > 0) {
      return -1;
    }
    StubSites sites = direct.get(0).stubs().get(0);
    return sites.stub().isEmpty() ? sites.sites()[0] : -1;
  }

  /** Restores what the sites of the outermost region save of their own. */
  private void restoreEarly() {
    List<Target> targets = new ArrayList<>();
    if (!plan.saves.hasOwnLocals(0)) {
      return;
    }
    int done = out.open(Opcodes.BLOCK, List.of());
    for (GroupSites group : plan.numbers.direct(0)) {
      targets.add(
          new Target(
              group.count(),
              plan.saves.ownLocals(group.group()).length == 0 ? done : -1,
              () -> {
                restore(plan.ownRuns(group.group()));
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
  private void dispatch(int region) {
    select(plan.numbers.first(region), targets(region));
  }

  private List<Target> targets(int region) {
    List<GroupSites> direct = plan.numbers.direct(region);
    List<Target> targets = new ArrayList<>();
    for (GroupSites group : direct) {
      targets.add(new Target(group.count(), -1, () -> resumeGroup(region, group)));
    }
    for (int i = 0; i < plan.regions.innerCount(region); i++) {
      int child = plan.regions.inner(region, i);
      int level = isPlain(child) ? levels.ofInner(plan.regions.rowOf(child)) : -1;
      targets.add(new Target(plan.numbers.total(child), level, () -> jumpToRegion(child)));
    }
    return targets;
  }

  /** Whether an inner region is reached by a branch alone. */
  private boolean isPlain(int region) {
    int row = plan.regions.rowOf(region);
    return !plan.body.isCatch(row)
        && plan.body.paramCount(row) == 0
        && plan.saves.headLocals(region).length == 0;
  }

  private void resumeGroup(int region, GroupSites group) {
    if (!plan.restoredEarly || region > 0) {
      restore(plan.ownRuns(group.group()));
    }
    if (group.stubs().size() == 1 && group.stubs().get(0).stub().isEmpty()) {
      jumpToSites(group.stubs().get(0));
      return;
    }
    List<Target> targets = new ArrayList<>();
    for (StubSites stub : group.stubs()) {
      targets.add(new Target(stub.sites().length, -1, () -> jumpToSites(stub)));
    }
    select(group.first(), targets);
  }

  /**
   * One way on of a dispatch: for so many numbers, by a plain branch to a level or by code of its
   * own.
   */
  private record Target(int numbers, int level, Runnable code) {}

  /**
   * Selects among ways on by the number in {@code $resume}: by comparisons one after the other
   * where that is shorter, which it is for two or three ways; else by a table, in front of which
   * those with code get a block each.
   */
  private void select(int first, List<Target> targets) {
    if (targets.size() == 1) {
      targets.get(0).code().run();
      return;
    }
    if (comparisonBytes(first, targets) < tableBytes(first, targets)) {
      compare(first, targets);
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
    IntArray starts = new IntArray();
    IntArray ways = new IntArray();
    int next = first;
    for (Target target : targets) {
      starts.add(next);
      ways.add(target.level() < 0 ? block-- : target.level());
      next += target.numbers();
    }
    starts.add(next);
    choose(starts, ways, 0, ways.size(), new Arrival("", Resume.KEPT));
    for (Target target : targets) {
      if (target.level() < 0) {
        out.end();
        target.code().run();
      }
    }
  }

  /** Compares the number with the end of each range but the last. */
  private void compare(int first, List<Target> targets) {
    int next = first + plan.numberBase();
    for (Target target : targets.subList(0, targets.size() - 1)) {
      next += target.numbers();
      out.op(Opcodes.LOCAL_GET, resume);
      out.i32(next);
      out.op(Opcodes.I32_LT_U);
      if (target.level() < 0) {
        out.open(Opcodes.IF, List.of());
        target.code().run();
        out.end();
      } else {
        out.branch(Opcodes.BR_IF, target.level());
      }
    }
    Target last = targets.get(targets.size() - 1);
    if (last.level() < 0) {
      last.code().run();
    } else {
      out.branch(Opcodes.BR, last.level());
    }
  }

  /** About what {@link #compare} writes beside the ways' own code. */
  private int comparisonBytes(int first, List<Target> targets) {
    int bytes = targets.get(targets.size() - 1).level() < 0 ? 0 : 2;
    int next = first + plan.numberBase();
    for (Target target : targets.subList(0, targets.size() - 1)) {
      next += target.numbers();
      bytes += (next < 64 ? 5 : 6) + (target.level() < 0 ? 3 : 2);
    }
    return bytes;
  }

  /** About what a table and its blocks take beside the ways' own code. */
  private int tableBytes(int first, List<Target> targets) {
    int lowest = first + plan.numberBase();
    int bytes = 4 + (lowest > 3 ? 3 : lowest);
    for (Target target : targets) {
      bytes += target.numbers() + (target.level() < 0 ? 3 : 0);
    }
    return bytes;
  }

  private void jumpToSites(StubSites group) {
    IntArray starts = new IntArray();
    IntArray ways = new IntArray();
    for (int i = 0; i < group.sites().length; i++) {
      starts.add(group.first() + i);
      ways.add(levels.resume[group.sites()[i]]);
    }
    starts.add(group.first() + ways.size());
    Resume after = isResumeRead(group.sites()) ? Resume.CLEARED : Resume.KEPT;
    choose(starts, ways, 0, ways.size(), new Arrival(group.stub(), after));
  }

  private void jumpToRegion(int region) {
    int row = plan.regions.rowOf(region);
    restore(plan.headRuns(region));
    if (plan.body.isCatch(row)) {
      catches.throwInto(row);
      return;
    }
    for (int i = 0; i < plan.body.paramCount(row); i++) {
      int type = plan.module.types().param(plan.body.blockType(row), i);
      plan.checkPlaceholder(type, row, "a block parameter");
      out.placeholder(type);
    }
    out.branch(Opcodes.BR, levels.ofInner(row));
  }

  /** What becomes of {@code $resume} when a way has been chosen. */
  private enum Resume {
    KEPT,
    CLEARED
  }

  /** What is done before the branch: the code that pushes the label's operands, {@code $resume}. */
  private record Arrival(String stub, Resume resume) {}

  /**
   * Branches by the number in {@code $resume} to one of consecutive ranges of numbers: by a table
   * if it would not be much longer than the list of ranges (those of inner regions can be long),
   * else halves the list by a comparison.
   */
  private void choose(IntArray starts, IntArray ways, int from, int to, Arrival arrival) {
    int entries = starts.get(to) - starts.get(from);
    if (to - from > 1 && entries > Math.min(MAX_TABLE, 2 * (to - from) + 16)) {
      int middle = (from + to) >>> 1;
      out.op(Opcodes.LOCAL_GET, resume);
      out.i32(starts.get(middle) + plan.numberBase());
      out.op(Opcodes.I32_LT_U);
      out.open(Opcodes.IF, List.of());
      choose(starts, ways, from, middle, arrival);
      out.end();
      choose(starts, ways, middle, to, arrival);
      return;
    }
    pushStub(arrival.stub());
    if (to - from > 1) {
      out.op(Opcodes.LOCAL_GET, resume);
    }
    if (arrival.resume() == Resume.CLEARED) {
      clearResume();
    }
    if (to - from == 1) {
      out.branch(Opcodes.BR, ways.get(from));
    } else {
      jumpTable(starts, ways, from, to);
    }
  }

  /** A br_table over the ranges; the number is on the stack. */
  private void jumpTable(IntArray starts, IntArray ways, int from, int to) {
    int first = starts.get(from) + plan.numberBase();
    IntArray table = new IntArray();
    if (first > 3) {
      out.i32(first);
      out.op(Opcodes.I32_SUB);
    } else {
      for (int i = 0; i < first; i++) {
        table.add(ways.get(from));
      }
    }
    for (int way = from; way < to; way++) {
      for (int i = starts.get(way); i < starts.get(way + 1); i++) {
        table.add(ways.get(way));
      }
    }
    out.table(table);
  }

  private boolean isResumeRead(int... sites) {
    return plan.nested && Arrays.stream(sites).anyMatch(plan.resumeReadAfter::get);
  }

  private void clearResume(int... sites) {
    if (isResumeRead(sites)) {
      clearResume();
    }
  }

  private void clearResume() {
    out.i32(0);
    out.op(Opcodes.LOCAL_SET, resume);
  }

  private void restore(FrameChunks chunks) {
    for (int i = chunks.size() - 1; i >= 0; i--) {
      int[] run = chunks.locals(i);
      helpers.pop(chunks.types(i), k -> restore(run[k]), out.sink());
    }
  }

  /** Takes what was popped for a local. */
  private void restore(int local) {
    if (local != resume && ValType.isRef(plan.writtenType(local))) {
      helpers.references().take(plan.writtenType(local), out.sink());
    }
    out.op(Opcodes.LOCAL_SET, local);
  }
}
