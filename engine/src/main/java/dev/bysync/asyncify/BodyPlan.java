package dev.bysync.asyncify;

import dev.bysync.analysis.Plan;
import dev.bysync.asyncify.AsyncifyOptions.Asserts;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.BodyCopier;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IndexMap;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** All that is decided about one body before a byte of it is written. */
final class BodyPlan {
  /**
   * Locals to restore, summed over the sites of the body's outermost region, from which they are
   * restored before the body's start instead of on the way to each site: engines make a new value
   * at every place where a restored local meets the one of the normal path, and compile bodies with
   * too many values badly.
   */
  private static final int MANY_RESTORES = 600;

  /** Targets of the table that an interpreter's loop jumps through, at least. */
  private static final int INTERPRETER_TARGETS = 128;

  final Module module;
  final BodyCode body;
  final SpillPlan spills;
  final CaughtExceptions caught;
  final Regions regions;
  final SavePlan saves;
  final SiteNumbers numbers;
  final Placeholders placeholders;

  /**
   * The original's locals that are declared nullable; parameters of a split body are so in its twin
   * only.
   */
  final BitSet nullable;

  /** What the body has to do with tail calls that may suspend. */
  final TailForwarding.Role role;

  /** Whether a frame holds its site's number: a body with one site needs none. */
  final boolean numbered;

  /** Whether there are inner regions, which test {@code $resume} against 0 at their heads. */
  final boolean nested;

  /** Sites behind which the head of an inner region may be reached. */
  final BitSet resumeReadAfter;

  /**
   * Sites behind whose call the next instruction, which takes its result, comes before the check.
   */
  final BitSet storedAtOnce = new BitSet();

  /** Whether the locals of the outermost region's sites are restored before the body starts. */
  final boolean restoredEarly;

  /** How long the runs of a frame are. */
  final FrameChunks.Cut cut;

  /** What the added code may use. */
  final FeatureLevel level;

  /** Whether calls check the state. */
  final Asserts asserts;

  private final FrameChunks[] ownRuns;
  private final FrameChunks[] headRuns;
  private final boolean split;
  private final int function;
  private final BodyCopier copier;

  /**
   * @throws WasmException if the body needs what is not supported
   */
  BodyPlan(
      Module module,
      Plan plan,
      AsyncifyOptions options,
      TailForwarding.Role role,
      FrameChunks.Cut cut,
      Placeholders placeholders,
      IndexMap map,
      int function,
      BodyCode body) {
    this.module = module;
    this.role = role;
    this.cut = cut;
    this.placeholders = placeholders;
    this.function = function;
    this.body = body;
    asserts = options.asserts();
    level = options.level();
    copier = new BodyCopier(map);
    checkResults();
    spills = new SpillPlan(body, module, plan, placeholders);
    caught = new CaughtExceptions(module, body, spills);
    regions = new Regions(body, spills);
    Liveness.Live live = Liveness.of(body, spills, caught);
    resumeReadAfter = live.headsAhead();
    for (int site = 0; site < body.siteCount(); site++) {
      if (isStoredAtOnce(site, live.sites()[site])) {
        storedAtOnce.set(site);
      }
    }
    saves = new SavePlan(regions, live, body.size());
    ownRuns = new FrameChunks[saves.groupCount()];
    for (int group = 0; group < ownRuns.length; group++) {
      ownRuns[group] = runs(saves.ownLocals(group));
    }
    headRuns = new FrameChunks[saves.regionCount()];
    for (int region = 0; region < headRuns.length; region++) {
      headRuns[region] = runs(framedHead(region));
    }
    int restores = 0;
    int meetings = 0;
    for (int site = 0; site < body.siteCount(); site++) {
      meetings += Sets.count(live.sites()[site]);
      restores += regions.ofSite(site) == 0 ? Sets.count(live.sites()[site]) : 0;
    }
    numbered = body.siteCount() > 1 || role.isOwner();
    nested = regions.count() > 1;
    int values = body.size() / 2;
    boolean exceptions = holdsHiddenExceptions();
    split =
        body.siteCount() > 0
            && !exceptions // the twin would have to declare them
            && (options.splitAbove() == 0
                || (role.isOwner() && needsRealArguments())
                || (values + meetings > options.splitAbove()
                    && meetings > values / 2
                    && isInterpreter()));
    restoredEarly = numbered && restores > MANY_RESTORES;
    nullable =
        exceptions ? NullableLocals.all(body) : NullableLocals.of(body, spills, saves, split);
    checkLevel();
    String[] stubs = new String[body.siteCount()];
    for (int site = 0; site < stubs.length; site++) {
      stubs[site] = stub(site);
    }
    numbers = new SiteNumbers(regions, saves, stubs);
  }

  /**
   * Whether the body is an interpreter's: a loop with sites jumps through a table of many targets.
   */
  private boolean isInterpreter() {
    for (int i = 0; i < body.specialCount(); i++) {
      int row = body.special(i);
      if (body.opcode(row) == Opcodes.BR_TABLE
          && body.targetEnd(row) - body.targetStart(row) >= INTERPRETER_TARGETS) {
        for (int c = body.parent(row); c != BodyCode.NO_CONSTRUCT; c = body.parent(c)) {
          if (body.isLoop(c) && body.hot.get(c)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /**
   * Whether the body is written twice: once without resume points, for normal execution, and once
   * with them, for what happens from a rewind to the body's return. Resume points make a body's
   * values meet restored ones at every site; a body with very many values is compiled badly. That
   * is worth twice the size in the bodies that a program spends its time in: the loops of
   * interpreters.
   */
  boolean isSplit() {
    return split;
  }

  /** Whether there are values of exceptions that the body may not declare a local for. */
  private boolean holdsHiddenExceptions() {
    boolean found = false;
    if (placeholders.exceptions().areHidden()) {
      for (int local = 0; local < body.paramLocals; local++) {
        found |= placeholders.exceptions().isHidden(body.localType.get(local));
      }
      for (int value = 0; value < body.valueCount(); value++) {
        found |= placeholders.exceptions().isHidden(body.valueType(value));
      }
    }
    return found;
  }

  private FrameChunks runs(int[] locals) {
    return FrameChunks.of(locals, spills, cut, false, -1);
  }

  /** What a frame holds of a group's own locals. */
  FrameChunks ownRuns(int group) {
    return ownRuns[group];
  }

  /** What a frame holds for the head of an inner region. */
  FrameChunks headRuns(int region) {
    return headRuns[region];
  }

  /** The common locals, with the site's number on top where there is one, in a local. */
  FrameChunks commonRuns(int number) {
    return FrameChunks.of(saves.commonLocals(), spills, cut, numbered, number);
  }

  /**
   * The locals that are restored at the head of an inner region but for which tag a catch_all had
   * caught, where only one is told apart: it is thrown to enter the catch again, and noted again on
   * the way.
   */
  int[] framedHead(int region) {
    int[] head = saves.headLocals(region);
    int row = regions.rowOf(region);
    CaughtExceptions.Caught kept = body.isCatch(row) ? caught.ofCatch(row) : null;
    if (kept == null || kept.kind() < 0 || kept.tags().length != 1) {
      return head;
    }
    return Arrays.stream(head).filter(local -> local != kept.kind()).toArray();
  }

  /**
   * What a site's number is counted from in frames and {@code $resume}: 1 where 0 must mean none,
   * and something above 0 where numbers must be unique.
   */
  int numberBase() {
    if (role.isOwner()) {
      return role.first();
    }
    return nested || restoredEarly ? 1 : 0;
  }

  /** Whether a parameter is of a type that only a caller with real arguments can give. */
  private boolean needsRealArguments() {
    int type = module.functionType(function);
    for (int i = 0; i < module.types().paramCount(type); i++) {
      if (!placeholders.exists(module.types().param(type, i))) {
        return true;
      }
    }
    return false;
  }

  int resultCount() {
    return module.types().resultCount(module.functionType(function));
  }

  int result(int index) {
    return module.types().result(module.functionType(function), index);
  }

  private void checkResults() {
    for (int i = 0; i < resultCount(); i++) {
      checkPlaceholder(result(i), 0, "a result");
    }
  }

  /** Refuses a type of which a value is needed that nobody looks at, if there is none. */
  void checkPlaceholder(int type, int row, String what) {
    if (!placeholders.exists(type)) {
      throw new WasmException(
          Failure.UNSUPPORTED,
          body.start(row),
          function,
          what
              + " of type "
              + ValType.name(type)
              + (placeholders.exceptions().isHidden(type)
                  ? ", of which no value can be made beside legacy exceptions,"
                  : ", of which no value can be made,")
              + " in a function that may suspend");
    }
  }

  /** Type of a local in the written body. */
  int writtenType(int local) {
    int type = spills.localType(local);
    return nullable.get(local) ? ValType.nullable(type) : type;
  }

  /** Result types of a construct. */
  List<Integer> results(int row) {
    int type = body.blockType(row);
    if (type < 0 && body.blockValType(row) == 0) {
      return List.of();
    }
    List<Integer> types = new ArrayList<>();
    if (type >= 0) {
      for (int i = 0; i < module.types().resultCount(type); i++) {
        types.add(module.types().result(type, i));
      }
    } else if (body.blockValType(row) != 0) {
      types.add(body.blockValType(row));
    }
    return types;
  }

  /** What is on the operand stack when a label of a region ends. */
  List<Integer> labelTypes(Regions.Label label) {
    int ref = label.ref();
    if (label.kind() == Regions.Kind.END) {
      return results(ref);
    }
    if (label.kind() == Regions.Kind.RESUME && spills.slotStart(ref) == spills.slotEnd(ref)) {
      return List.of();
    }
    List<Integer> types = new ArrayList<>();
    if (label.kind() == Regions.Kind.RESUME) {
      for (int i = spills.slotStart(ref); i < labelEnd(ref); i++) {
        types.add(slotType(spills.slots.get(i)));
      }
      return types;
    }
    for (int i = 0; i < body.paramCount(ref); i++) {
      types.add(module.types().param(body.blockType(ref), i));
    }
    return types;
  }

  /**
   * Where the operands end that a site's resume label carries: below those of the slots' end. All
   * it carries, if there is an argument without null among them: no local could have it from before
   * the label to behind it. References without null came after multiple results.
   */
  private int labelEnd(int site) {
    int start = spills.slotStart(site);
    int end = spills.slotEnd(site);
    if (level.hasMultipleResults() || end - start < 2) {
      return end;
    }
    for (int i = start + 1; i < end; i++) {
      int slot = spills.slots.get(i);
      if (slot < 0 && !ValType.isDefaultable(slotType(slot))) {
        return end;
      }
    }
    return start + 1;
  }

  /** Checks that what the body's non-nullable values need may be added. */
  private void checkLevel() {
    if (!level.allows(FeatureLevel.V3_0)) {
      boolean nonNull = !nullable.isEmpty();
      for (int value = 0; value < body.valueCount() && !nonNull; value++) {
        nonNull = spills.spillLocal(value) >= 0 && !ValType.isDefaultable(body.valueType(value));
      }
      if (nonNull) {
        level.require(FeatureLevel.V3_0, "a reference without null that lives across a call");
      }
    }
  }

  /**
   * Whether the check behind a site compares the state with 1, and does not just ask whether it is
   * normal: behind direct calls of imports without parameters and results. With the comparison with
   * 2 at the body's head this is what Binaryen's passes for modules that always or never unwind
   * there ({@code --mod-asyncify-always-and-only-unwind}, {@code --mod-asyncify-never-unwind}) know
   * the value of. Emscripten's loading of code on demand, the user of those passes, is such a call;
   * at all calls of imports it would cost some modules a twentieth of what is added.
   */
  boolean isTellingApart(int site) {
    int row = body.siteCall.get(site);
    if (body.opcode(row) != Opcodes.CALL || body.index(row) >= module.importedFunctionCount()) {
      return false;
    }
    int type = module.functionType(body.index(row));
    return module.types().paramCount(type) == 0 && module.types().resultCount(type) == 0;
  }

  /** Whether one of the body's checks does. */
  boolean isTellingApart() {
    for (int site = 0; site < body.siteCount(); site++) {
      if (isTellingApart(site)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the result of a site's call goes off the operand stack before the check: where a
   * local.set or drop follows at once and the local's old value is not saved there. It is the same
   * in size and work, but Binaryen would keep a value that lies below the check in a local of its
   * own.
   */
  private boolean isStoredAtOnce(int site, long[] saved) {
    int row = body.siteCall.get(site);
    int next = row + 1;
    if (body.resultCount(row) != 1
        || spills.spillLocal(body.firstResult(row)) >= 0
        || spills.isOffStack(body.firstResult(row))
        || Arrays.binarySearch(spills.stops, next) >= 0) {
      return false;
    }
    int opcode = body.opcode(next);
    int local = opcode == Opcodes.LOCAL_SET ? body.index(next) : -1;
    return opcode == Opcodes.DROP || (local >= 0 && (saved[local >>> 6] & 1L << local) == 0);
  }

  private int slotType(int slot) {
    return slot >= 0 ? body.valueType(slot) : SpillPlan.DUMMY - slot;
  }

  /** The bytes that push what a site's resume label needs. */
  private String stub(int site) {
    if (spills.slotStart(site) == spills.slotEnd(site)) {
      return "";
    }
    ByteSink code = new ByteSink(32);
    int end = labelEnd(site);
    for (int i = spills.slotStart(site); i < spills.slotEnd(site); i++) {
      int slot = spills.slots.get(i);
      if (slot < 0 && i >= end) {
        placeholders.checkLevel(slotType(slot));
      } else if (slot < 0) {
        placeholders.push(slotType(slot), code);
      } else if (i < end) {
        pushValue(slot, code);
      }
    }
    return new String(code.array(), 0, code.size(), StandardCharsets.ISO_8859_1);
  }

  /**
   * Before the end of a site's resume label: takes the operands off the stack that it doesn't
   * carry. {@link #pushBack} has them there again behind it, in a resumed body as well: real ones
   * are in locals or made again, and of the others nobody looks at the value.
   */
  void takeOff(int site, BodyWriter out) {
    for (int i = spills.slotEnd(site) - 1; i >= labelEnd(site); i--) {
      int slot = spills.slots.get(i);
      if (slot >= 0) {
        out.op(Opcodes.DROP);
      } else {
        out.op(Opcodes.LOCAL_SET, out.temporary(slotType(slot), i - labelEnd(site)));
      }
    }
  }

  /** Puts the operands back that {@link #takeOff} took. */
  void pushBack(int site, BodyWriter out) {
    for (int i = labelEnd(site); i < spills.slotEnd(site); i++) {
      int slot = spills.slots.get(i);
      if (slot >= 0) {
        pushValue(slot, out.sink());
      } else {
        out.op(Opcodes.LOCAL_GET, out.temporary(slotType(slot), i - labelEnd(site)));
      }
    }
  }

  /** Pushes a value where it is wanted again. */
  void pushValue(int value, ByteSink code) {
    int local = spills.sourceLocal(value);
    if (local < 0) {
      int row = body.valueProducer(value);
      copier.copy(module.bytes(), body.start(row), body.end(row), code);
      return;
    }
    code.u8(Opcodes.LOCAL_GET);
    code.u32(local);
    if (!ValType.isDefaultable(body.valueType(value)) && ValType.isNullable(writtenType(local))) {
      code.u8(Opcodes.REF_AS_NON_NULL);
    }
  }
}
