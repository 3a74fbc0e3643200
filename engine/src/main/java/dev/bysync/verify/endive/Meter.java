package dev.bysync.verify.endive;

import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.TrapKind;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ExecutionListener;
import run.endive.runtime.MStack;
import run.endive.wasm.types.Instruction;
import run.endive.wasm.types.TypeSection;

/**
 * Counts fuel, before every instruction: all that happens on the hot path is a decrement and two
 * tests.
 */
final class Meter implements ExecutionListener {
  private static final long MAX_ALLOCATION = 1 << 20;

  private final TypeSection types;
  private long limit;
  private long left;
  private @Nullable IntConsumer watch;

  Meter(TypeSection types) {
    this.types = types;
  }

  /** Instructions executed so far; it is over the limit by what the last operation would cost. */
  long used() {
    return limit - left;
  }

  /** Sets how many more instructions may be executed. */
  void allow(long instructions) {
    limit = used() + instructions;
    left = instructions;
  }

  void watch(@Nullable IntConsumer offsets) {
    watch = offsets;
  }

  @Override
  public void onExecution(Instruction instruction, MStack stack) {
    if (--left < 0) {
      throw exhausted();
    }
    byte cost = Costs.of(instruction.opcode());
    if (cost != Costs.NONE) {
      charge(cost, instruction, stack);
    }
    IntConsumer watching = watch;
    if (watching != null) {
      watching.accept(instruction.address());
    }
  }

  /** Charges for something that takes this many units. */
  void charge(long units) {
    left -= units;
    if (left < 0) {
      throw exhausted();
    }
  }

  private void charge(byte cost, Instruction instruction, MStack stack) {
    switch (cost) {
      case Costs.BYTES -> range(operand(stack), (long) EndiveProgram.MAX_PAGES << 16, 6);
      case Costs.ELEMENTS -> range(operand(stack), MAX_ALLOCATION, 0);
      case Costs.PAGES -> grow(operand(stack));
      case Costs.ALLOCATION -> allocate(operand(stack));
      case Costs.STRUCTURE ->
          charge(
              types
                  .getSubType((int) instruction.operand(0))
                  .compType()
                  .structType()
                  .fieldTypes()
                  .length);
      default -> throw new HostStop(TrapKind.WAIT, "waits for another thread");
    }
  }

  /** A range that is longer than anything can be traps at once. */
  private void range(long length, long longest, int unit) {
    if (length <= longest) {
      charge(length >> unit);
    }
  }

  private void grow(long pages) {
    if (pages <= EndiveProgram.MAX_PAGES) { // else it fails at once
      charge(pages << 7);
    }
  }

  private void allocate(long elements) {
    if (elements > MAX_ALLOCATION) {
      throw new HostStop(TrapKind.MEMORY_LIMIT, elements + " elements are allocated at once");
    }
    charge(elements);
  }

  private static long operand(MStack stack) {
    return stack.peek() & 0xFFFFFFFFL;
  }

  private static HostStop exhausted() {
    return new HostStop(TrapKind.FUEL, "fuel ran out");
  }
}
