package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.BodyCopier;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IndexMap;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.PairIndex;
import dev.bysync.wasm.module.ValType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The instructions of one output body: copies runs of the original's bytes, keeps the depth of open
 * labels, hands out added locals.
 */
final class BodyWriter {
  private final BodyPlan plan;
  private final byte[] bytes;
  private final BodyCopier copier;
  private final IndexMap map;
  private final CodeReader code;
  private final ByteSink out;
  private final BodyCode body;
  private final IntArray addedLocals = new IntArray();
  private final PairIndex temporaries = new PairIndex();

  /** The local of each temporary. */
  private final IntArray temporaryLocals = new IntArray();

  private final int ownLocals;

  /** Where what is copied goes, counted from this writer's first byte; null if nobody asks. */
  private final @Nullable OffsetMap offsets;

  private int runStart;
  private int runEnd;
  private int open;

  /** The local.set written last: where it starts and ends, and its local. */
  private int setStart = -1;

  private int setEnd = -1;
  private int setLocal = -1;

  /** The branch written last that leads out of the innermost label: where it starts and ends. */
  private int branchStart = -1;

  private int branchEnd = -1;

  BodyWriter(BodyPlan plan, ModuleWriter module, @Nullable OffsetMap offsets) {
    this.plan = plan;
    this.offsets = offsets;
    bytes = plan.module.bytes();
    body = plan.body;
    int original = body.end(body.size() - 1) - body.firstInstruction;
    out = new ByteSink(original + original / 2 + 128); // most bodies don't grow beyond that
    map = module.map();
    copier = new BodyCopier(map);
    code = new CodeReader(bytes, 0, 0);
    ownLocals = body.localType.size();
    for (int i = 0; i < plan.spills.spillTypes.size(); i++) {
      addedLocals.add(plan.spills.spillTypes.get(i));
    }
  }

  /** Number of bytes written. */
  int position() {
    flush();
    return out.size();
  }

  private void flush() {
    if (runStart < runEnd) {
      note(runStart, runEnd);
      out.bytes(bytes, runStart, runEnd);
    }
    runStart = 0;
    runEnd = 0;
  }

  private void note(int from, int to) {
    if (offsets != null) {
      offsets.add(from, out.size(), to - from);
    }
  }

  /** Notes an instruction that was copied, which may be shorter now. */
  private void noteCopy(CodeReader copied, int from) {
    if (offsets != null) {
      int length = Math.min(copied.end() - copied.start(), out.size() - from);
      offsets.add(copied.start(), from, length);
    }
  }

  /** Notes that the instruction written next is one of the original's, with another label. */
  void rewrites(int row) {
    flush();
    note(body.start(row), body.start(row) + 1);
  }

  // ---- copies ----

  /** Copies an instruction of the original that names no label. */
  void copy(int row) {
    if (!map.isIdentity()) {
      code.reset(body.start(row), body.end(row));
      code.next();
      flush();
      int from = out.size();
      copier.copy(code, bytes, out);
      noteCopy(code, from);
      return;
    }
    copy(row, row);
  }

  /** Copies neighbouring instructions that name neither labels nor what an index map changes. */
  void copy(int first, int last) {
    if (body.start(first) != runEnd) {
      flush();
      runStart = body.start(first);
    }
    runEnd = body.end(last);
  }

  /** Takes the instruction copied last back, if it is this one. */
  boolean takeBack(int row) {
    if (map.isIdentity() && runEnd == body.end(row) && runStart <= body.start(row)) {
      runEnd = body.start(row);
      return true;
    }
    return false;
  }

  // ---- labels ----

  /** Level of the label opened last; the body's own label is at -1. */
  int level() {
    return open - 1;
  }

  private int depth(int level) {
    return open - 1 - level;
  }

  /** Opens a label of the given opcode and result types and returns its level. */
  int open(int opcode, List<Integer> results) {
    flush();
    out.u8(opcode);
    plan.placeholders.exceptions().blockType(results, out);
    return open++;
  }

  /** Notes a label opened by an instruction copied from the original. */
  int opened() {
    return open++;
  }

  void end() {
    flush();
    out.u8(Opcodes.END);
    open--;
  }

  /** Ends an {@code if} that leaves nothing; a branch right before it to its end is taken back. */
  void endIf() {
    flush();
    if (out.size() == branchEnd) {
      out.truncate(branchStart);
    }
    end();
  }

  /** Notes a label closed by an instruction copied from the original. */
  void closed() {
    open--;
  }

  /** A branch to the label at a level: br, br_if and the like. */
  void branch(int opcode, int level) {
    flush();
    int start = out.size();
    op(opcode);
    out.u32(depth(level));
    if (opcode == Opcodes.BR && depth(level) == 0) {
      branchStart = start;
      branchEnd = out.size();
    }
  }

  /**
   * A branch of the original to the label at a level: copied with what is around it if it is the
   * same as before. Hints and source maps want to find it by itself.
   */
  void branch(int row, int opcode, int level) {
    int start = body.start(row);
    boolean isShort = body.end(row) == start + 2;
    if (isShort && bytes[start + 1] == depth(level) && offsets == null) {
      copy(row, row);
      return;
    }
    if (opcode != Opcodes.BR) {
      rewrites(row);
    }
    branch(opcode, level);
  }

  /**
   * A branch in place of an {@code if}, taken when the condition is zero: inverts an integer
   * comparison written just before.
   */
  void branchUnless(int row, int level) {
    int conditionRow = row - 1;
    int opcode = conditionRow < 0 ? Opcodes.NOP : body.opcode(conditionRow);
    if (opcode != Opcodes.I32_EQZ || !takeBack(conditionRow)) {
      int inverse = inverse(opcode);
      op(inverse >= 0 && takeBack(conditionRow) ? inverse : Opcodes.I32_EQZ);
    }
    if (offsets != null) {
      offsets.addInverted(body.start(row), position());
    }
    branch(Opcodes.BR_IF, level);
  }

  /**
   * The integer comparison that is true when this one is false, or -1: eq and ne, lt_s and ge_s ...
   */
  private static int inverse(int opcode) {
    int first = opcode <= 0x4F ? 0x46 : 0x51; // i32.eq, i64.eq
    return switch (opcode - first) {
      case 0, 2, 3, 4, 5, 6, 7, 8, 9, 1 -> {
        int[] inverses = {1, 0, 8, 9, 6, 7, 4, 5, 2, 3};
        yield first + inverses[opcode - first];
      }
      default -> -1;
    };
  }

  /** A br_table; the last level is the default. */
  void table(IntArray levels) {
    op(Opcodes.BR_TABLE);
    out.u32(levels.size() - 1);
    for (int i = 0; i < levels.size(); i++) {
      out.u32(depth(levels.get(i)));
    }
  }

  /** A number of the instruction just begun that stands for a label. */
  void label(int level) {
    out.u32(depth(level));
  }

  // ---- plain instructions ----

  void op(int opcode) {
    flush();
    out.u8(opcode);
  }

  /** One with an index; a local that is read right after it was written is written by a tee. */
  void op(int opcode, int index) {
    flush();
    int start = out.size();
    if (opcode == Opcodes.LOCAL_GET && start == setEnd && index == setLocal) {
      out.truncate(setStart);
      out.u8(Opcodes.LOCAL_TEE);
      out.u32(index);
      return;
    }
    out.u8(opcode);
    out.u32(index);
    if (opcode == Opcodes.LOCAL_SET) {
      setStart = start;
      setEnd = out.size();
      setLocal = index;
    }
  }

  void i32(int value) {
    constant(Opcodes.I32_CONST, value);
  }

  /** An i32.const or i64.const. */
  void constant(int opcode, int value) {
    op(opcode);
    out.s64(value);
  }

  void raw(byte[] source, int from, int to) {
    flush();
    out.bytes(source, from, to);
  }

  void u32(int value) {
    out.u32(value);
  }

  /** The sink of instructions that others write: its next one follows what was written here. */
  ByteSink sink() {
    flush();
    return out;
  }

  /** A value of a type that nobody looks at. */
  void placeholder(int type) {
    plan.placeholders.push(type, sink());
  }

  // ---- locals ----

  /** Adds a local. */
  int addLocal(int type) {
    addedLocals.add(type);
    return ownLocals + addedLocals.size() - 1;
  }

  /** The n-th local that holds a value of the type between neighbouring instructions only. */
  int temporary(int type, int n) {
    int index = temporaries.add(n, type);
    if (index == temporaryLocals.size()) {
      temporaryLocals.add(addLocal(type));
    }
    return temporaryLocals.get(index);
  }

  /** Whether there is a local that may not be declared, so that all have to be parameters. */
  boolean hasHiddenLocals() {
    ExceptionTypes exceptions = plan.placeholders.exceptions();
    boolean found = false;
    for (int i = 0; i < addedLocals.size(); i++) {
      found |= exceptions.isHidden(addedLocals.get(i));
    }
    return found;
  }

  /** Types of all locals, the parameters and the added ones included. */
  IntArray localTypes() {
    IntArray types = types(0, ownLocals);
    for (int i = 0; i < addedLocals.size(); i++) {
      types.add(addedLocals.get(i));
    }
    return types;
  }

  /**
   * The whole body: its declarations, old and added, and its instructions.
   *
   * @param params number of the original's parameters, if they are declared as locals, or 0
   */
  void finish(ByteSink target, int params) {
    flush();
    if (hasHiddenLocals()) {
      target.u32(0);
      target.append(out);
      return;
    }
    ByteReader in = new ByteReader(bytes, body.declarationStart, body.firstInstruction);
    int groups = in.count();
    boolean changed = plan.nullable.nextSetBit(body.paramLocals) >= 0;
    ByteSink before = new ByteSink(32);
    int runs =
        declare(
            types(body.paramLocals - params, changed ? body.localType.size() : body.paramLocals),
            before);
    ByteSink added = new ByteSink(32);
    runs += declare(addedLocals, added);
    target.u32(changed ? runs : runs + groups);
    target.append(before);
    if (!changed) {
      target.bytes(bytes, in.position(), body.firstInstruction);
    }
    target.append(added);
    target.append(out);
  }

  /** Types of the original's locals, as they are in this body, from one to before another. */
  private IntArray types(int from, int to) {
    IntArray types = new IntArray();
    for (int local = from; local < to; local++) {
      types.add(plan.writtenType(local));
    }
    return types;
  }

  /** Declares locals in runs of one type; gives the number of runs. */
  private static int declare(IntArray types, ByteSink target) {
    int runs = 0;
    for (int i = 0; i < types.size(); runs++) {
      int from = i;
      int type = types.get(from);
      while (i < types.size() && types.get(i) == type) {
        i++;
      }
      target.u32(i - from);
      ValType.write(target, type);
    }
    return runs;
  }
}
