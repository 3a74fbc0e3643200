package dev.bysync.asyncify;

import dev.bysync.analysis.Plan;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.PairIndex;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import java.util.BitSet;

/**
 * How operands survive a suspension, decided per site and per value.
 *
 * <p><b>Resume point.</b> A resumed call must find its operands on the stack again. Where the
 * instructions right before the call merely recompute operands (constants, reads of locals, and
 * arithmetic for arguments that may be dummies), the resume label is put before them and they run
 * again; otherwise it stands right before the call. What is on the stack at that point is the
 * label's type: real operands, and dummies for arguments that nobody reads.
 *
 * <p><b>Values.</b> A real operand below the resume point must be in a local when the call
 * suspends: it is copied there (local.tee) where it is made. An operand below a hot construct can't
 * stay on the stack at all, since the construct's label is opened at the head of its region: it
 * goes into its local (local.set) where it is made and comes back at the end of the last such
 * construct. A constant, or a local that isn't written meanwhile, needs no local of its own: it is
 * made again.
 */
final class SpillPlan {
  /** Longest stretch of recomputed instructions. */
  private static final int MAX_WINDOW = 48;

  /** Entries of {@link #slots} at or below it are dummies of type {@code -2 - entry}. */
  static final int DUMMY = -2;

  final BodyCode body;
  private final Module module;
  private final Plan plan;
  private final Placeholders placeholders;

  // one row a site
  final int[] resumeRow;
  private final int[] slotStart;
  private final int[] needStart;

  /** Operands on the stack at the resume point, as values or dummies. */
  final IntArray slots = new IntArray();

  /** Locals that are read again between the resume point and the call. */
  final IntArray needs = new IntArray();

  // one row a kept value, by BodyCode.kept
  private final IntArray lastHot = new IntArray();
  private final IntArray lastUse = new IntArray();
  private final IntArray spillLocal = new IntArray();
  private final BitSet kept = new BitSet();

  /** Rows that make a value which is kept in a local, or off the stack, or which resume a site. */
  final BitSet rows = new BitSet();

  /** The special rows and {@link #rows}, ascending. */
  final int[] stops;

  // added locals
  final IntArray spillTypes = new IntArray();
  private final PairIndex spillIndex = new PairIndex();

  private final int[] writeStarts;
  private final int[] writeRows;

  // the arguments of the call in hand
  private final BitSet realArguments = new BitSet();
  private int argumentCount;

  SpillPlan(BodyCode body, Module module, Plan plan, Placeholders placeholders) {
    this.body = body;
    this.module = module;
    this.plan = plan;
    this.placeholders = placeholders;
    int sites = body.siteCount();
    resumeRow = new int[sites];
    slotStart = new int[sites + 1];
    needStart = new int[sites + 1];
    writeStarts = new int[body.localType.size() + 1];
    writeRows = new int[body.writes.size() / 2];
    indexWrites();
    for (int row = body.hot.nextSetBit(0); row >= 0; row = body.hot.nextSetBit(row + 1)) {
      for (int i = body.belowStart(row); i < body.belowEnd(row); i++) {
        int number = keep(body.belowPool.get(i));
        lastHot.set(number, row);
        lastUse.set(number, body.endOf(row));
      }
    }
    for (int site = 0; site < sites; site++) {
      planSite(site);
    }
    for (int value = kept.nextSetBit(0); value >= 0; value = kept.nextSetBit(value + 1)) {
      if (!isRecomputed(value)) {
        assignLocal(value);
        rows.set(body.valueProducer(value));
      } else if (isOffStack(value)) {
        rows.set(body.valueProducer(value));
      }
    }
    stops = mergeStops();
  }

  private int[] mergeStops() {
    int[] merged = new int[body.specialCount() + rows.cardinality()];
    int size = 0;
    int row = rows.nextSetBit(0);
    for (int i = 0; i < body.specialCount(); i++) {
      int special = body.special(i);
      for (; row >= 0 && row < special; row = rows.nextSetBit(row + 1)) {
        merged[size++] = row;
      }
      if (row == special) {
        row = rows.nextSetBit(row + 1);
      }
      merged[size++] = special;
    }
    return Arrays.copyOf(merged, size);
  }

  private int keep(int value) {
    int number = body.keep(value);
    if (number == lastHot.size()) {
      lastHot.add(-1);
      lastUse.add(-1);
      spillLocal.add(-1);
      kept.set(value);
    }
    return number;
  }

  private void indexWrites() {
    for (int i = 1; i < body.writes.size(); i += 2) {
      writeStarts[body.writes.get(i) + 1]++;
    }
    for (int i = 1; i < writeStarts.length; i++) {
      writeStarts[i] += writeStarts[i - 1];
    }
    int[] next = writeStarts.clone();
    for (int i = 0; i < body.writes.size(); i += 2) {
      writeRows[next[body.writes.get(i + 1)]++] = body.writes.get(i);
    }
  }

  private boolean isWrittenBetween(int local, int from, int to) {
    int at = Arrays.binarySearch(writeRows, writeStarts[local], writeStarts[local + 1], from + 1);
    int first = at < 0 ? -1 - at : at;
    return first < writeStarts[local + 1] && writeRows[first] <= to;
  }

  // ---- sites ----

  private void planSite(int site) {
    int call = body.siteCall.get(site);
    int stackStart = body.siteStackStart.get(site);
    int stackSize = body.siteStackEnd(site) - stackStart;
    int base = body.heightBefore(call) - stackSize;
    markArguments(call);
    needStart[site] = needs.size();
    int resume = call;
    int size = stackSize;
    int needed = needs.size();
    for (int row = call - 1; row >= 0 && call - row <= MAX_WINDOW && size > 0; row--) {
      if (body.resultCount(row) != 1) {
        break;
      }
      int value = body.firstResult(row);
      int slot = body.valueHeight(value) - base;
      boolean isOperand =
          slot >= 0 && slot < stackSize && body.siteStackPool.get(stackStart + slot) == value;
      boolean isReal = isOperand && isSlotReal(slot, stackSize);
      if (!isRepeatable(row, isReal)) {
        break;
      }
      if (body.opcode(row) == Opcodes.LOCAL_GET
          && (isReal || !ValType.isDefaultable(body.valueType(value)))) {
        needs.add(body.index(row)); // a dummy must not be null either
      }
      if (body.heightBefore(row) - base < size) {
        resume = row;
        size = body.heightBefore(row) - base;
        needed = needs.size();
      }
    }
    needs.truncate(needed);
    resumeRow[site] = resume;
    rows.set(resume);
    addSlots(site, stackSize, size, base);
    slotStart[site + 1] = slots.size();
    needStart[site + 1] = needs.size();
  }

  /** Constants and reads of locals give the same again; arithmetic may only make dummies. */
  private boolean isRepeatable(int row, boolean isReal) {
    return body.opcode(row) == Opcodes.LOCAL_GET
        || isConstant(row)
        || (!isReal && PureOps.operands(body.opcode(row)) >= 0);
  }

  /** Whether an instruction without operands gives the same whenever it is executed. */
  private boolean isConstant(int row) {
    return switch (body.opcode(row)) {
      case Opcodes.I32_CONST,
          Opcodes.I64_CONST,
          Opcodes.F32_CONST,
          Opcodes.F64_CONST,
          Opcodes.REF_NULL,
          Opcodes.REF_FUNC ->
          true;
      case Opcodes.GLOBAL_GET ->
          module.globals().get(body.index(row)).mutability() == Module.Mutability.CONST;
      default -> false;
    };
  }

  /** Which of the topmost operands of a call must be real when it is made again. */
  private void markArguments(int call) {
    int type = SiteCalls.type(body, module, call);
    int params = module.types().paramCount(type);
    int targets = body.opcode(call) == Opcodes.CALL ? 0 : 1;
    argumentCount = params + targets;
    realArguments.clear();
    if (SiteCalls.needsArguments(body, plan, call)) {
      realArguments.set(0, params);
    }
    for (int i = 0; i < params; i++) {
      if (!placeholders.exists(module.types().param(type, i))) {
        realArguments.set(i);
      }
    }
    realArguments.set(params, params + targets);
  }

  private boolean isSlotReal(int slot, int stackSize) {
    int argument = slot - (stackSize - argumentCount);
    return argument < 0 || realArguments.get(argument);
  }

  private void addSlots(int site, int stackSize, int size, int base) {
    int call = body.siteCall.get(site);
    int resume = resumeRow[site];
    int untouched = size;
    for (int row = resume; row < call; row++) {
      untouched = Math.min(untouched, body.valueHeight(body.firstResult(row)) - base);
    }
    for (int slot = 0; slot < size; slot++) {
      if (slot >= untouched) {
        slots.add(DUMMY - dummyType(resume, call, base + slot));
        continue;
      }
      int value = body.siteStackPool.get(body.siteStackStart.get(site) + slot);
      if (!isOffStackAt(value, call)) {
        if (isSlotReal(slot, stackSize)) {
          slots.add(value);
          int number = keep(value);
          lastUse.set(number, Math.max(lastUse.get(number), call));
        } else {
          slots.add(DUMMY - argumentType(call, slot - (stackSize - argumentCount)));
        }
      }
    }
  }

  private int argumentType(int call, int argument) {
    return module.types().param(SiteCalls.type(body, module, call), argument);
  }

  private boolean isOffStackAt(int value, int row) {
    return isOffStack(value) && body.endOf(lastHot(value)) > row;
  }

  /** Type of an operand that an instruction of the window takes from below the window. */
  private int dummyType(int resume, int call, int height) {
    for (int row = resume; row < call; row++) {
      int pops = Math.max(0, PureOps.operands(body.opcode(row)));
      int before = body.heightBefore(row);
      if (height >= before - pops && height < before) {
        return PureOps.operandType(body.opcode(row), height - (before - pops));
      }
    }
    throw new IllegalStateException("no instruction takes the operand at height " + height);
  }

  // ---- values ----

  private boolean isRecomputed(int value) {
    int row = body.valueProducer(value);
    return body.opcode(row) == Opcodes.LOCAL_GET
        ? !isWrittenBetween(body.index(row), row, lastUse.get(body.kept(value)))
        : isConstant(row);
  }

  private void assignLocal(int value) {
    int type = ValType.nullable(body.valueType(value));
    int index = spillIndex.add(body.valueHeight(value), type);
    if (index == spillTypes.size()) {
      addLocal(type);
    }
    spillLocal.set(body.kept(value), body.localType.size() + index);
  }

  /** Adds a local that is saved like the others where it is live. */
  int addLocal(int type) {
    spillTypes.add(type);
    return body.localType.size() + spillTypes.size() - 1;
  }

  int slotStart(int site) {
    return slotStart[site];
  }

  int slotEnd(int site) {
    return slotStart[site + 1];
  }

  int needStart(int site) {
    return needStart[site];
  }

  int needEnd(int site) {
    return needStart[site + 1];
  }

  /** Number of locals, the added ones included. */
  int localCount() {
    return body.localType.size() + spillTypes.size();
  }

  int localType(int local) {
    int own = body.localType.size();
    return local < own ? body.localType.get(local) : spillTypes.get(local - own);
  }

  /** True if the value is kept off the stack, because it lies below a hot construct. */
  boolean isOffStack(int value) {
    return lastHot(value) >= 0;
  }

  /** The hot construct at whose end an off-stack value comes back, or -1. */
  int lastHot(int value) {
    int number = body.kept(value);
    return number < 0 ? -1 : lastHot.get(number);
  }

  /** The local that holds a value beside the stack or instead of it, or -1. */
  int spillLocal(int value) {
    int number = body.kept(value);
    return number < 0 ? -1 : spillLocal.get(number);
  }

  /**
   * The local from which a value can be had at its later uses: its own, or the one it was read
   * from; -1 for a constant.
   */
  int sourceLocal(int value) {
    int local = spillLocal(value);
    if (local >= 0) {
      return local;
    }
    int row = body.valueProducer(value);
    return body.opcode(row) == Opcodes.LOCAL_GET ? body.index(row) : -1;
  }
}
