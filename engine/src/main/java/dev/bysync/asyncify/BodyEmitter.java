package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.ValType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an instrumented body: the {@code dispatch} strategy.
 *
 * <pre>
 *   block $unwind_g ...            one a group of sites, around everything
 *     block $label ...             labels of the body's region, what ends last outermost
 *       global.get $state
 *       if                         cold: rewinding
 *         pop the site's number and the locals of its group
 *         br_table to the stubs of sites, or to the labels before inner regions
 *       end
 *       ... code ...
 *     end $resume_k
 *     call k
 *     i32.const number, global.get $state, br_if $unwind_g, drop
 *     ... code ...
 *     return
 *   end $unwind_g
 *   push the locals of group g and the number
 *   zeros
 * </pre>
 *
 * <p>An inner region (a hot loop, say) opens its own labels behind its head and tests the local
 * {@code $resume}, which holds the number of the site to resume plus one, or zero. Invariants: at
 * the start of a hot construct the operands below it are in locals, so whenever a label of the
 * region ends, the operand stack holds just that label's results; the added labels end in the
 * reverse order of their opening because they are sorted by their end.
 */
final class BodyEmitter {
  private final Module module;
  private final BodyCode body;
  private final SpillPlan spills;
  private final SaveGroups groups;
  private final RegionLayout layout;
  private final BodyWriter out;
  private final Abi abi;
  private final StackHelpers helpers;
  private final int function;
  private final String[] stubs;

  /** Level of each construct's label (of an if's end), by row. */
  private final int[] levels;

  private final int[] elseLevels;
  private final int[] innerLevels;
  private final int[] resumeLevels;
  private final int[] groupLevels;
  private final int[] checkPositions;
  private final boolean numbered;
  private final boolean nested;

  /** The local with the number of the site to resume; -1 if the body needs none. */
  private int resume = -1;

  /** The site whose resume label has ended and whose call comes next, or -1. */
  private int resumeSite = -1;

  BodyEmitter(
      Module module,
      int function,
      BodyCode body,
      SpillPlan spills,
      SaveGroups groups,
      ModuleWriter writer,
      Abi abi,
      StackHelpers helpers) {
    this.module = module;
    this.function = function;
    this.body = body;
    this.spills = spills;
    this.groups = groups;
    this.abi = abi;
    this.helpers = helpers;
    stubs = new String[body.siteCount()];
    for (int site = 0; site < stubs.length; site++) {
      stubs[site] = stub(site);
    }
    layout = new RegionLayout(body, spills, stubs);
    out = new BodyWriter(module.bytes(), body, spills, writer);
    levels = new int[body.size()];
    elseLevels = new int[body.size()];
    innerLevels = new int[body.size()];
    resumeLevels = new int[body.siteCount()];
    checkPositions = new int[body.siteCount()];
    groupLevels = new int[groups.size()];
    numbered = body.siteCount() > 1;
    nested = layout.regionCount() > 1;
  }

  /** Writes the body, declarations first. */
  void emit(ByteSink target) {
    checkTypes();
    if (numbered || nested) {
      resume = out.addLocal(ValType.I32);
    }
    for (int group = groups.size() - 1; group >= 0; group--) {
      groupLevels[group] =
          out.open(
              Opcodes.BLOCK, groups.get(group).siteCount() > 1 ? List.of(ValType.I32) : List.of());
    }
    openLabels(0);
    getState();
    out.open(Opcodes.IF, List.of());
    restore();
    dispatch(0);
    out.end();
    int site = 0;
    int last = body.size() - 1;
    for (int row = 0; row < last; row++) {
      if (site < body.siteCount() && spills.resumeRow[site] == row) {
        out.end();
        resumeSite = site++;
      }
      emitRow(row);
    }
    if (!body.deadBefore.get(last)) {
      out.op(Opcodes.RETURN);
    }
    for (int group = 0; group < groups.size(); group++) {
      out.end();
      save(group);
      for (int i = 0; i < resultCount(); i++) {
        out.zero(result(i));
      }
      if (group + 1 < groups.size()) {
        out.op(Opcodes.RETURN);
      }
    }
    out.op(Opcodes.END);
    int before = target.size();
    out.finish(target);
    int shift = target.size() - before - out.position();
    for (int i = 0; i < checkPositions.length; i++) {
      checkPositions[i] += shift;
    }
  }

  private void getState() {
    out.op(Opcodes.GLOBAL_GET, abi.state());
  }

  /** Offset in the written body of the instruction behind a site's call. */
  int checkPosition(int site) {
    return checkPositions[site];
  }

  private int resultCount() {
    return module.types().resultCount(module.functionType(function));
  }

  private int result(int index) {
    return module.types().result(module.functionType(function), index);
  }

  // ---- what can't be done yet is refused before a byte is written ----

  private void checkTypes() {
    for (int i = 0; i < resultCount(); i++) {
      if (ValType.isRef(result(i)) && !ValType.isNullable(result(i))) {
        throw unsupported(body.start.get(0), "a result of type " + ValType.name(result(i)));
      }
    }
    for (int site = 0; site < body.siteCount(); site++) {
      int offset = body.start.get(body.siteCall.get(site));
      for (int local : groups.get(groups.groupOf(site)).locals()) {
        if (ValType.isRef(spills.localType(local))) {
          throw unsupported(
              offset,
              "a reference of type "
                  + ValType.name(spills.localType(local))
                  + " that lives across a call that may suspend");
        }
      }
    }
  }

  private WasmException unsupported(int offset, String what) {
    return new WasmException(Failure.UNSUPPORTED, offset, function, what);
  }

  // ---- labels ----

  private void openLabels(int region) {
    for (int i = layout.labelCount(region) - 1; i >= 0; i--) {
      RegionLayout.Label label = layout.label(region, i);
      int level = out.open(Opcodes.BLOCK, labelTypes(label));
      switch (label.kind()) {
        case RESUME -> resumeLevels[label.ref()] = level;
        case INNER -> innerLevels[label.ref()] = level;
        case END -> levels[label.ref()] = level;
        case ELSE -> elseLevels[label.ref()] = level;
      }
    }
  }

  private List<Integer> labelTypes(RegionLayout.Label label) {
    List<Integer> types = new ArrayList<>();
    int ref = label.ref();
    switch (label.kind()) {
      case RESUME -> {
        for (int i = spills.slotStart(ref); i < spills.slotEnd(ref); i++) {
          types.add(slotType(spills.slots.get(i)));
        }
      }
      case INNER, ELSE -> {
        for (int i = 0; i < body.paramCount.get(ref); i++) {
          types.add(module.types().param(body.blockType.get(ref), i));
        }
      }
      case END -> {
        int type = body.blockType.get(ref);
        if (type >= 0) {
          for (int i = 0; i < module.types().resultCount(type); i++) {
            types.add(module.types().result(type, i));
          }
        } else if (body.blockValType.get(ref) != 0) {
          types.add(body.blockValType.get(ref));
        }
      }
    }
    return types;
  }

  private int slotType(int slot) {
    return slot >= 0 ? body.valueType.get(slot) : SpillPlan.DUMMY - slot;
  }

  /** The bytes that push what a site's resume label needs. */
  private String stub(int site) {
    ByteSink code = new ByteSink();
    for (int i = spills.slotStart(site); i < spills.slotEnd(site); i++) {
      int slot = spills.slots.get(i);
      int type = slotType(slot);
      if (slot >= 0) {
        pushValue(slot, code);
      } else if (ValType.isRef(type) && !ValType.isNullable(type)) {
        throw unsupported(
            body.start.get(body.siteCall.get(site)),
            "an argument of type " + ValType.name(type) + " of a call that may suspend");
      } else {
        BodyWriter.zero(type, code);
      }
    }
    return new String(code.array(), 0, code.size(), StandardCharsets.ISO_8859_1);
  }

  private void pushValue(int value, ByteSink code) {
    int local = spills.sourceLocal(value);
    if (local >= 0) {
      code.u8(Opcodes.LOCAL_GET);
      code.u32(local);
    } else {
      int row = body.valueProducer.get(value);
      code.bytes(module.bytes(), body.start.get(row), body.end.get(row));
    }
  }

  private void pushStub(String stub) {
    byte[] code = stub.getBytes(StandardCharsets.ISO_8859_1);
    out.raw(code, 0, code.length);
  }

  // ---- dispatch ----

  /** Numbers in {@code $resume} start at 1 where an inner region tests it against 0. */
  private int numberBase() {
    return nested ? 1 : 0;
  }

  private void dispatch(int region) {
    RegionLayout.StubGroup[] list = layout.stubs(region);
    List<Integer> inner = innerRegions(region);
    int direct = 0;
    for (RegionLayout.StubGroup group : list) {
      direct += group.sites().size();
    }
    if (direct + inner.size() == 1) {
      if (direct == 1) {
        jumpToSites(list[0]);
      } else {
        jumpToRegion(inner.get(0));
      }
      return;
    }
    boolean allPlain = inner.isEmpty();
    for (RegionLayout.StubGroup group : list) {
      allPlain &= group.stub().isEmpty();
    }
    if (allPlain) {
      out.op(Opcodes.LOCAL_GET, resume);
      clearResume();
      jumpTable(layout.first(region), siteLevels(list));
      return;
    }
    dispatchByStubs(region, list, inner);
  }

  private List<Integer> innerRegions(int region) {
    List<Integer> inner = new ArrayList<>();
    for (int i = 0; i < layout.labelCount(region); i++) {
      RegionLayout.Label label = layout.label(region, i);
      if (label.kind() == RegionLayout.Kind.INNER) {
        inner.add(layout.regionAt(label.ref()));
      }
    }
    return inner;
  }

  private IntArray siteLevels(RegionLayout.StubGroup... list) {
    IntArray targets = new IntArray();
    for (RegionLayout.StubGroup group : list) {
      for (int i = 0; i < group.sites().size(); i++) {
        targets.add(resumeLevels[group.sites().get(i)]);
      }
    }
    return targets;
  }

  /**
   * A first table over all numbers of the region; what needs more than a branch gets a block of its
   * own.
   */
  private void dispatchByStubs(int region, RegionLayout.StubGroup[] list, List<Integer> inner) {
    int blocks = 0;
    for (RegionLayout.StubGroup group : list) {
      blocks += isPlain(group) ? 0 : 1;
    }
    for (int child : inner) {
      blocks += isPlain(child) ? 0 : 1;
    }
    int firstBlock = out.level() + 1;
    for (int i = 0; i < blocks; i++) {
      out.open(Opcodes.BLOCK, List.of());
    }
    IntArray targets = new IntArray();
    int block = firstBlock + blocks - 1; // the innermost ends first
    for (RegionLayout.StubGroup group : list) {
      boolean plain = isPlain(group);
      for (int i = 0; i < group.sites().size(); i++) {
        targets.add(plain ? resumeLevels[group.sites().get(i)] : block);
      }
      block -= plain ? 0 : 1;
    }
    for (int child : inner) {
      boolean plain = isPlain(child);
      for (int i = 0; i < layout.total(child); i++) {
        targets.add(plain ? innerLevels[layout.rowOf(child)] : block);
      }
      block -= plain ? 0 : 1;
    }
    out.op(Opcodes.LOCAL_GET, resume);
    jumpTable(layout.first(region), targets);
    for (RegionLayout.StubGroup group : list) {
      if (!isPlain(group)) {
        out.end();
        jumpToSites(group);
      }
    }
    for (int child : inner) {
      if (!isPlain(child)) {
        out.end();
        jumpToRegion(child);
      }
    }
  }

  private boolean isPlain(RegionLayout.StubGroup group) {
    return group.stub().isEmpty() && !nested;
  }

  private boolean isPlain(int region) {
    return body.paramCount.get(layout.rowOf(region)) == 0;
  }

  private void jumpToSites(RegionLayout.StubGroup group) {
    pushStub(group.stub());
    if (group.sites().size() == 1) {
      clearResume();
      out.branch(Opcodes.BR, resumeLevels[group.sites().get(0)]);
      return;
    }
    out.op(Opcodes.LOCAL_GET, resume);
    clearResume();
    jumpTable(group.first(), siteLevels(group));
  }

  private void jumpToRegion(int region) {
    int row = layout.rowOf(region);
    for (int i = 0; i < body.paramCount.get(row); i++) {
      int type = module.types().param(body.blockType.get(row), i);
      if (ValType.isRef(type) && !ValType.isNullable(type)) {
        throw unsupported(body.start.get(row), "a loop parameter of type " + ValType.name(type));
      }
      out.zero(type);
    }
    out.branch(Opcodes.BR, innerLevels[row]);
  }

  /** A br_table over consecutive numbers, the first of them given; the number is on the stack. */
  private void jumpTable(int first, IntArray targets) {
    int from = first + numberBase();
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
    if (nested) {
      out.i32(0);
      out.op(Opcodes.LOCAL_SET, resume);
    }
  }

  // ---- saving and restoring ----

  /** Pops what {@link #save} pushed; the number of the site ends up in {@code $resume}. */
  private void restore() {
    if (groups.size() == 1) {
      restoreLocals(FrameChunks.of(groups.get(0).locals(), spills, numbered, resume));
      if (!numbered && nested) {
        out.i32(1);
        out.op(Opcodes.LOCAL_SET, resume);
      }
      return;
    }
    restoreLocals(FrameChunks.of(new int[0], spills, true, resume));
    int done = out.open(Opcodes.BLOCK, List.of());
    int firstBlock = done + 1;
    for (int group = 0; group < groups.size(); group++) {
      out.open(Opcodes.BLOCK, List.of());
    }
    IntArray targets = new IntArray();
    int[] groupOfNumber = new int[body.siteCount()];
    for (int site = 0; site < body.siteCount(); site++) {
      groupOfNumber[layout.number(site)] = groups.groupOf(site);
    }
    for (int group : groupOfNumber) {
      targets.add(firstBlock + groups.size() - 1 - group);
    }
    out.op(Opcodes.LOCAL_GET, resume);
    jumpTable(0, targets);
    for (int group = 0; group < groups.size(); group++) {
      out.end();
      restoreLocals(FrameChunks.of(groups.get(group).locals(), spills, false, resume));
      if (group + 1 < groups.size()) {
        out.branch(Opcodes.BR, done);
      }
    }
    out.end();
  }

  private void restoreLocals(FrameChunks chunks) {
    for (int i = chunks.size() - 1; i >= 0; i--) {
      out.op(Opcodes.CALL, helpers.pop(chunks.types(i)));
      int[] locals = chunks.locals(i);
      for (int k = locals.length - 1; k >= 0; k--) {
        out.op(Opcodes.LOCAL_SET, locals[k]);
      }
    }
  }

  /**
   * Pushes a group's locals, then the site's number, which is on the stack where sites share the
   * group.
   */
  private void save(int group) {
    if (!numbered) {
      saveLocals(FrameChunks.of(groups.get(group).locals(), spills, false, resume));
      return;
    }
    if (groups.get(group).siteCount() == 1) {
      out.i32(numberBase() + layout.number(firstSite(group)));
    }
    boolean together = groups.size() == 1;
    saveLocals(FrameChunks.of(groups.get(group).locals(), spills, together, resume));
    if (!together) {
      saveLocals(FrameChunks.of(new int[0], spills, true, resume));
    }
  }

  private int firstSite(int group) {
    int site = 0;
    while (groups.groupOf(site) != group) {
      site++;
    }
    return site;
  }

  private void saveLocals(FrameChunks chunks) {
    for (int i = 0; i < chunks.size(); i++) {
      for (int local : chunks.locals(i)) {
        if (local != resume) {
          out.op(Opcodes.LOCAL_GET, local);
        }
      }
      out.op(Opcodes.CALL, helpers.push(chunks.types(i)));
    }
  }

  // ---- code ----

  private void emitRow(int row) {
    int opcode = body.opcode.get(row);
    if (resumeSite >= 0 && body.siteCall.get(resumeSite) == row) {
      out.copy(row);
      check(resumeSite);
      resumeSite = -1;
    } else if (isUnused(row)) {
      return;
    } else {
      emitPlain(row, opcode);
    }
    spillResults(row);
  }

  /** A constant or read of a local that is made again where it is wanted. */
  private boolean isUnused(int row) {
    return body.resultCount.get(row) == 1
        && spills.isOffStack(body.firstResult.get(row))
        && spills.spillLocal(body.firstResult.get(row)) < 0;
  }

  private void check(int site) {
    int group = groups.groupOf(site);
    boolean shared = groups.get(group).siteCount() > 1;
    checkPositions[site] = out.position();
    if (shared) {
      out.i32(numberBase() + layout.number(site));
    }
    getState();
    out.branch(Opcodes.BR_IF, groupLevels[group]);
    if (shared) {
      out.op(Opcodes.DROP);
    }
  }

  private void emitPlain(int row, int opcode) {
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE ->
          enter(row, opcode);
      case Opcodes.ELSE -> {
        int construct = body.parent.get(row);
        if (body.hot.get(construct)) {
          if (!body.deadBefore.get(row)) {
            out.branch(Opcodes.BR, levels[construct]);
          }
          out.end();
        } else {
          out.copy(row);
        }
      }
      case Opcodes.END -> {
        int construct = body.parent.get(row);
        out.copy(row);
        out.closed();
        if (body.hot.get(construct)) {
          returnOperands(construct, row);
        }
      }
      case Opcodes.DELEGATE -> {
        out.closed();
        out.branch(opcode, level(body.index.get(row)));
        if (body.hot.get(body.parent.get(row))) {
          returnOperands(body.parent.get(row), row);
        }
      }
      case Opcodes.BR -> {
        if (body.index.get(row) == BodyCode.NO_CONSTRUCT) {
          out.op(Opcodes.RETURN);
        } else {
          out.branch(opcode, level(body.index.get(row)));
        }
      }
      case Opcodes.BR_IF, Opcodes.RETHROW, Opcodes.BR_ON_NULL, Opcodes.BR_ON_NON_NULL ->
          out.branch(opcode, level(body.index.get(row)));
      case Opcodes.BR_TABLE -> {
        IntArray targets = new IntArray();
        for (int i = body.targetStart.get(row); i < body.targetEnd(row); i++) {
          targets.add(level(body.targetPool.get(i)));
        }
        out.table(targets);
      }
      case Opcodes.BR_ON_CAST, Opcodes.BR_ON_CAST_FAIL -> cast(row, opcode);
      default -> out.copy(row);
    }
  }

  private int level(int construct) {
    return construct == BodyCode.NO_CONSTRUCT ? -1 : levels[construct];
  }

  private void cast(int row, int opcode) {
    CodeReader code = new CodeReader(module.bytes(), body.start.get(row), body.end.get(row));
    code.next();
    out.op(0xFB);
    out.u32(Opcodes.suffix(opcode));
    out.u32(code.align());
    out.label(level(body.index.get(row)));
    ByteSink types = new ByteSink();
    ValType.writeHeap(types, code.type());
    ValType.writeHeap(types, code.type2());
    out.raw(types.array(), 0, types.size());
  }

  private void enter(int row, int opcode) {
    if (!body.hot.get(row)) {
      open(row, opcode);
      return;
    }
    if (body.isRegion(row)) {
      enterRegion(row, opcode);
    } else if (opcode == Opcodes.IF) {
      boolean hasElse = body.elseOf.get(row) >= 0;
      out.branchUnless(row - 1, hasElse ? elseLevels[row] : levels[row]);
    }
  }

  /** Copies the head of a construct whose label stays where it is. */
  private void open(int row, int opcode) {
    if (opcode == Opcodes.TRY_TABLE) {
      openTryTable(row);
    } else {
      out.copy(row);
    }
    levels[row] = out.opened();
  }

  private void openTryTable(int row) {
    CodeReader code = new CodeReader(module.bytes(), body.start.get(row), body.end.get(row));
    code.next();
    ByteSink type = new ByteSink();
    if (body.blockType.get(row) >= 0) {
      type.s64(body.blockType.get(row));
    } else if (body.blockValType.get(row) != 0) {
      ValType.write(type, body.blockValType.get(row));
    } else {
      type.u8(0x40);
    }
    out.op(Opcodes.TRY_TABLE);
    out.raw(type.array(), 0, type.size());
    out.u32(code.listSize() / 3);
    for (int i = 0; i < code.listSize(); i += 3) {
      out.u32(code.list(i));
      if (code.list(i) < 2) {
        out.u32(code.list(i + 1));
      }
      out.label(level(body.targetPool.get(body.targetStart.get(row) + i / 3)));
    }
  }

  private void enterRegion(int row, int opcode) {
    int region = layout.regionAt(row);
    out.end(); // the label before it
    open(row, opcode);
    int params = body.paramCount.get(row);
    for (int i = params - 1; i >= 0; i--) {
      int type = module.types().param(body.blockType.get(row), i);
      out.op(Opcodes.LOCAL_SET, out.temporary(type, i));
    }
    openLabels(region);
    out.op(Opcodes.LOCAL_GET, resume);
    out.open(Opcodes.IF, List.of());
    dispatch(region);
    out.end();
    for (int i = 0; i < params; i++) {
      int type = module.types().param(body.blockType.get(row), i);
      out.op(Opcodes.LOCAL_GET, out.temporary(type, i));
    }
  }

  // ---- operands ----

  /**
   * At the end of a hot construct: the operands that it kept off the stack come back under its
   * results.
   */
  private void returnOperands(int construct, int row) {
    ByteSink operands = new ByteSink();
    for (int i = body.belowStart.get(construct); i < body.belowEnd.get(construct); i++) {
      int value = body.belowPool.get(i);
      if (spills.lastHot(value) == construct) {
        pushValue(value, operands);
      }
    }
    if (operands.size() == 0) {
      return;
    }
    int results = body.resultCount.get(row);
    int first = body.firstResult.get(row);
    for (int i = results - 1; i >= 0; i--) {
      out.op(Opcodes.LOCAL_SET, out.temporary(body.valueType.get(first + i), i));
    }
    out.raw(operands.array(), 0, operands.size());
    for (int i = 0; i < results; i++) {
      out.op(Opcodes.LOCAL_GET, out.temporary(body.valueType.get(first + i), i));
    }
  }

  /** Puts the results of an instruction into the locals that {@link SpillPlan} gave them. */
  private void spillResults(int row) {
    int first = body.firstResult.get(row);
    int count = body.resultCount.get(row);
    int lowest = 0;
    while (lowest < count && spills.spillLocal(first + lowest) < 0 && !isOff(first + lowest)) {
      lowest++;
    }
    if (lowest == count) {
      return;
    }
    int top = first + count - 1;
    if (lowest == count - 1) {
      out.op(isOff(top) ? Opcodes.LOCAL_SET : Opcodes.LOCAL_TEE, spills.spillLocal(top));
      return;
    }
    for (int i = count - 1; i >= lowest; i--) {
      out.op(Opcodes.LOCAL_SET, holder(first + i, i));
    }
    for (int i = lowest; i < count; i++) {
      if (!isOff(first + i)) {
        out.op(Opcodes.LOCAL_GET, holder(first + i, i));
      }
    }
  }

  private boolean isOff(int value) {
    return spills.isOffStack(value);
  }

  private int holder(int value, int position) {
    int local = spills.spillLocal(value);
    return local >= 0 ? local : out.temporary(body.valueType.get(value), position);
  }
}
