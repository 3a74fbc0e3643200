package dev.bysync.asyncify;

import dev.bysync.asyncify.AsyncifyOptions.Asserts;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

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
 * <p>An inner region (a hot loop or catch, say) opens its own labels behind its head and tests the
 * local {@code $resume}, which holds the number of the site to resume plus one, or zero.
 * Invariants: at the start of a hot construct the operands below it are in locals, so whenever a
 * label of the region ends, the operand stack holds just that label's results; the added labels end
 * in the reverse order of their opening because they are sorted by their end.
 */
final class BodyEmitter {
  /** What is written of a body. */
  enum Form {
    /** Body and resume points in one. */
    WHOLE,
    /** Without resume points: a body that was split passes a rewind on to its twin. */
    NORMAL,
    /**
     * The twin, which is called to rewind only: like the whole, with the parameters as plain
     * locals.
     */
    TWIN
  }

  private final BodyPlan plan;
  private final Form form;
  private final Module module;
  private final BodyCode body;
  private final SpillPlan spills;
  private final BodyWriter out;
  private final LabelLevels levels;
  private final Dispatcher dispatcher;
  private final Handlers handlers;
  private final CatchEmitter catches;
  private final Tails tails;
  private final int[] checkPositions;
  private final @Nullable OffsetMap offsets;

  /** The local with the number of the site to resume; -1 if the body needs none. */
  private final int resume;

  /** The site whose resume label has ended and whose call comes next, or -1. */
  private int resumeSite = -1;

  /**
   * @param offsets gets the runs that are copied, counted from the body's start; null for no one
   */
  BodyEmitter(
      BodyPlan plan,
      Form form,
      ModuleWriter writer,
      Abi abi,
      StackHelpers helpers,
      Tails tails,
      @Nullable OffsetMap offsets) {
    this.plan = plan;
    this.tails = tails;
    this.form = form;
    module = plan.module;
    body = plan.body;
    spills = plan.spills;
    this.offsets = offsets;
    out = new BodyWriter(plan, writer, offsets);
    levels = new LabelLevels(body);
    checkPositions = new int[body.siteCount()];
    resume = plan.numbered || plan.nested ? out.addLocal(ValType.I32) : -1;
    catches = new CatchEmitter(plan, out, writer, abi, helpers);
    dispatcher = new Dispatcher(plan, levels, out, abi, helpers, catches, resume);
    handlers = new Handlers(plan, out, abi, helpers, catches, tails);
  }

  /**
   * Writes the body, declarations first.
   *
   * @param twin the function that takes over when a NORMAL body is called to rewind
   */
  void emit(ByteSink target, int twin) {
    handlers.open();
    openLabels(0);
    if (form == Form.NORMAL) {
      dispatcher.passOn(twin);
    } else {
      dispatcher.head(form);
    }
    int last = body.size() - 1;
    emitRows(last);
    if (!body.deadBefore(last)) {
      out.op(Opcodes.RETURN);
    }
    handlers.emit();
    out.op(Opcodes.END);
    finish(target, form == Form.TWIN ? body.paramLocals : 0);
  }

  private void finish(ByteSink target, int params) {
    int before = target.size();
    out.finish(target, params);
    int shift = target.size() - before - out.position();
    for (int i = 0; i < checkPositions.length; i++) {
      checkPositions[i] += shift;
    }
    if (offsets != null) {
      offsets.shift(shift);
    }
  }

  /** Writes the instructions before a row. */
  private void emitRows(int last) {
    int site = 0;
    int next = 0;
    int[] stops = plan.nullable.isEmpty() ? spills.stops : withNullableReads();
    for (int row : stops) {
      if (row >= last) {
        break;
      }
      if (next < row) {
        out.copy(next, row - 1);
      }
      next = row + 1;
      if (site < body.siteCount() && spills.resumeRow[site] == row) {
        if (form != Form.NORMAL && !plan.regions.isStart(site)) {
          plan.takeOff(site, out);
          out.end();
          plan.pushBack(site, out);
        }
        resumeSite = site++;
      }
      boolean storedAtOnce =
          resumeSite >= 0
              && body.siteCall.get(resumeSite) == row
              && plan.storedAtOnce.get(resumeSite);
      emitRow(row);
      if (storedAtOnce) {
        next++;
      }
    }
    if (next < last) {
      out.copy(next, last - 1);
    }
  }

  /** The stops, and the rows behind which a nullable local's value is made non-null again. */
  private int[] withNullableReads() {
    IntArray stops = new IntArray();
    int next = 0;
    for (int row = 0; row < body.size(); row++) {
      int opcode = body.opcode(row);
      boolean isStop = next < spills.stops.length && spills.stops[next] == row;
      if (isStop) {
        next++;
      }
      if (isStop
          || ((opcode == Opcodes.LOCAL_GET || opcode == Opcodes.LOCAL_TEE)
              && plan.nullable.get(body.index(row)))) {
        stops.add(row);
      }
    }
    return stops.toArray();
  }

  /** Writes a body without sites, which passes calls to rewind on. */
  void emitForwarding(ByteSink target) {
    dispatcher.forward();
    emitRows(body.size() - 1);
    out.op(Opcodes.END);
    finish(target, 0);
  }

  /** Bytes of the frame that is written at a site. */
  int frameBytes(int site) {
    return handlers.frameBytes(site);
  }

  /** Types of all locals if the body has to be moved for them ({@link BodyShell}), else empty. */
  IntArray movedLocals() {
    return out.hasHiddenLocals() ? out.localTypes() : new IntArray();
  }

  /** Offset in the written body of the instruction behind a site's call. */
  int checkPosition(int site) {
    return checkPositions[site];
  }

  // ---- labels ----

  private void openLabels(int region) {
    for (int i = plan.regions.labelCount(region) - 1; i >= 0; i--) {
      Regions.Label label = plan.regions.label(region, i);
      if (form == Form.NORMAL && label.kind().isEntry()) {
        continue;
      }
      int level = out.open(Opcodes.BLOCK, plan.labelTypes(label));
      switch (label.kind()) {
        case RESUME -> levels.resume[label.ref()] = level;
        case INNER -> levels.setInner(label.ref(), level);
        case END -> levels.set(label.ref(), level);
        case ELSE -> levels.setElse(label.ref(), level);
      }
    }
  }

  // ---- code ----

  private void emitRow(int row) {
    int opcode = body.opcode(row);
    boolean kept = spills.rows.get(row); // perhaps: a site's first row is among them as well
    if (resumeSite >= 0 && body.siteCall.get(resumeSite) == row) {
      tails.clear(body, row, out);
      out.copy(row);
      if (plan.asserts == Asserts.CALLS) {
        handlers.assertNotRewinding();
      }
      if (plan.storedAtOnce.get(resumeSite)) {
        out.copy(row + 1);
      }
      checkPositions[resumeSite] = out.position();
      handlers.check(resumeSite);
      resumeSite = -1;
    } else if (kept && isUnused(row)) {
      return;
    } else {
      emitPlain(row, opcode);
      if (plan.asserts == Asserts.CALLS && AssertedCopy.isCall(opcode)) {
        handlers.assertNormal();
      }
    }
    if (kept) {
      spillResults(row);
    }
  }

  /** A constant or read of a local that is made again where it is wanted. */
  private boolean isUnused(int row) {
    return body.resultCount(row) == 1
        && spills.isOffStack(body.firstResult(row))
        && spills.spillLocal(body.firstResult(row)) < 0;
  }

  private void emitPlain(int row, int opcode) {
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE ->
          enter(row, opcode);
      case Opcodes.ELSE -> {
        int construct = body.parent(row);
        if (body.hot.get(construct)) {
          if (!body.deadBefore(row)) {
            out.branch(Opcodes.BR, levels.of(construct));
          }
          out.end();
        } else {
          out.copy(row);
        }
      }
      case Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        if (body.elseOf(body.parent(row)) == row) {
          catches.closeInner(body.parent(row));
        }
        out.copy(row);
        if (body.hotCatches.get(row)) {
          enterCatch(row);
        }
      }
      case Opcodes.END -> {
        int construct = body.parent(row);
        out.copy(row);
        out.closed();
        if (body.hot.get(construct)) {
          returnOperands(construct, row);
        }
      }
      case Opcodes.DELEGATE -> {
        out.closed();
        int target = body.index(row);
        out.branch(opcode, levels.of(target) + catches.depth(target));
        if (body.hot.get(body.parent(row))) {
          returnOperands(body.parent(row), row);
        }
      }
      case Opcodes.BR -> {
        if (body.index(row) == BodyCode.NO_CONSTRUCT) {
          out.op(Opcodes.RETURN);
        } else {
          out.branch(row, opcode, levels.of(body.index(row)));
        }
      }
      case Opcodes.BR_IF, Opcodes.RETHROW, Opcodes.BR_ON_NULL, Opcodes.BR_ON_NON_NULL ->
          out.branch(row, opcode, levels.of(body.index(row)));
      case Opcodes.BR_TABLE -> {
        IntArray targets = new IntArray();
        for (int i = body.targetStart(row); i < body.targetEnd(row); i++) {
          targets.add(levels.of(body.targetPool.get(i)));
        }
        out.rewrites(row);
        out.table(targets);
      }
      case Opcodes.BR_ON_CAST, Opcodes.BR_ON_CAST_FAIL -> cast(row, opcode);
      case Opcodes.RETURN_CALL, Opcodes.RETURN_CALL_INDIRECT, Opcodes.RETURN_CALL_REF ->
          tails.call(body, row, out);
      case Opcodes.LOCAL_GET, Opcodes.LOCAL_TEE -> {
        out.copy(row);
        if (plan.nullable.get(body.index(row))) {
          out.op(Opcodes.REF_AS_NON_NULL);
        }
      }
      default -> out.copy(row);
    }
  }

  private void cast(int row, int opcode) {
    CodeReader code = new CodeReader(module.bytes(), body.start(row), body.end(row));
    code.next();
    out.rewrites(row);
    out.op(0xFB);
    out.u32(Opcodes.suffix(opcode));
    out.u32(code.align());
    out.label(levels.of(body.index(row)));
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
      boolean hasElse = body.elseOf(row) >= 0;
      out.branchUnless(row, hasElse ? levels.ofElse(row) : levels.of(row));
    }
  }

  /** Copies the head of a construct whose label stays where it is. */
  private void open(int row, int opcode) {
    if (opcode == Opcodes.TRY_TABLE) {
      openTryTable(row);
    } else {
      out.copy(row);
    }
    levels.set(row, out.opened());
  }

  private void openTryTable(int row) {
    CodeReader code = new CodeReader(module.bytes(), body.start(row), body.end(row));
    code.next();
    ByteSink type = new ByteSink();
    if (body.blockType(row) >= 0) {
      type.s64(body.blockType(row));
    } else if (body.blockValType(row) != 0) {
      ValType.write(type, body.blockValType(row));
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
      out.label(levels.of(body.targetPool.get(body.targetStart(row) + i / 3)));
    }
  }

  private void enterRegion(int row, int opcode) {
    int region = plan.regions.regionAt(row);
    if (form != Form.NORMAL && !plan.regions.isInnerStart(region)) {
      out.end(); // the label before it
    }
    open(row, opcode);
    catches.openInner(row);
    int params = body.paramCount(row);
    for (int i = params - 1; i >= 0; i--) {
      int type = module.types().param(body.blockType(row), i);
      out.op(Opcodes.LOCAL_SET, out.temporary(type, i));
    }
    openRegion(region);
    for (int i = 0; i < params; i++) {
      int type = module.types().param(body.blockType(row), i);
      out.op(Opcodes.LOCAL_GET, out.temporary(type, i));
    }
  }

  private void enterCatch(int row) {
    catches.takePayload(row);
    openRegion(plan.regions.regionAt(row));
    catches.pushPayload(row);
  }

  /** The labels of an inner region, and the way of a resumed body to one of them. */
  private void openRegion(int region) {
    openLabels(region);
    if (form != Form.NORMAL) {
      dispatcher.enter(region);
    }
  }

  // ---- operands ----

  /**
   * At the end of a hot construct: the operands that it kept off the stack come back under its
   * results.
   */
  private void returnOperands(int construct, int row) {
    if (body.belowStart(construct) == body.belowEnd(construct)) {
      return;
    }
    ByteSink operands = new ByteSink(32);
    for (int i = body.belowStart(construct); i < body.belowEnd(construct); i++) {
      int value = body.belowPool.get(i);
      if (spills.lastHot(value) == construct) {
        plan.pushValue(value, operands);
      }
    }
    if (operands.size() == 0) {
      return;
    }
    int results = body.resultCount(row);
    int first = body.firstResult(row);
    for (int i = results - 1; i >= 0; i--) {
      out.op(Opcodes.LOCAL_SET, out.temporary(body.valueType(first + i), i));
    }
    out.raw(operands.array(), 0, operands.size());
    for (int i = 0; i < results; i++) {
      out.op(Opcodes.LOCAL_GET, out.temporary(body.valueType(first + i), i));
    }
  }

  /** Puts the results of an instruction into the locals that {@link SpillPlan} gave them. */
  private void spillResults(int row) {
    int first = body.firstResult(row);
    int count = body.resultCount(row);
    int lowest = 0;
    while (lowest < count && spills.spillLocal(first + lowest) < 0 && !isOff(first + lowest)) {
      lowest++;
    }
    if (lowest == count) {
      return;
    }
    int top = first + count - 1;
    if (lowest == count - 1) {
      if (isOff(top)) {
        out.op(Opcodes.LOCAL_SET, spills.spillLocal(top));
      } else {
        out.op(Opcodes.LOCAL_TEE, spills.spillLocal(top));
        asNonNull(top);
      }
      return;
    }
    for (int i = count - 1; i >= lowest; i--) {
      out.op(Opcodes.LOCAL_SET, holder(first + i, i));
    }
    for (int i = lowest; i < count; i++) {
      if (!isOff(first + i)) {
        out.op(Opcodes.LOCAL_GET, holder(first + i, i));
        if (spills.spillLocal(first + i) >= 0) {
          asNonNull(first + i);
        }
      }
    }
  }

  /** Behind a read of a value's local, which is nullable whatever the value is. */
  private void asNonNull(int value) {
    if (!ValType.isDefaultable(body.valueType(value))) {
      out.op(Opcodes.REF_AS_NON_NULL);
    }
  }

  private boolean isOff(int value) {
    return spills.isOffStack(value);
  }

  private int holder(int value, int position) {
    int local = spills.spillLocal(value);
    return local >= 0 ? local : out.temporary(body.valueType(value), position);
  }
}
