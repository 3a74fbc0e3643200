package dev.bysync.bench.faults;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.Validator;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Applies a mutant to the good output. All bytes before the fault stay where they are: the sizes of
 * body and section keep the number of bytes that they have, and a mutant for which they would need
 * more is none.
 */
final class Patch {
  private final Module module;
  private final byte[] bytes;

  Patch(Module module) {
    this.module = module;
    bytes = module.bytes();
  }

  /** The mutant's bytes, or null if it is no valid module. */
  byte @Nullable [] apply(Mutant mutant) {
    ByteSink out = new ByteSink(bytes.length + mutant.growth());
    out.bytes(bytes, 0, mutant.from());
    out.bytes(mutant.with());
    out.bytes(bytes, mutant.to(), bytes.length);
    byte[] made = out.toByteArray();
    if (mutant.growth() != 0 && !resize(made, mutant)) {
      return null;
    }
    return isValid(made) ? made : null;
  }

  private static boolean isValid(byte[] made) {
    try {
      Validator.validate(Module.read(made));
      return true;
    } catch (WasmException e) {
      return false;
    }
  }

  private boolean resize(byte[] made, Mutant mutant) {
    Module.Section code = Objects.requireNonNull(codeSection());
    int body = 0;
    while (module.bodyEnd(body) < mutant.to()) {
      body++;
    }
    int start = module.bodyStart(body);
    int size = module.bodyEnd(body) - start;
    return write(made, code.headerStart() + 1, code.start(), size(code) + mutant.growth())
        && write(made, start - length(size), start, size + mutant.growth());
  }

  private static int size(Module.Section section) {
    return section.end() - section.start();
  }

  private Module.@Nullable Section codeSection() {
    for (Module.Section section : module.sections()) {
      if (section.id() == SectionId.CODE) {
        return section;
      }
    }
    return null;
  }

  /** Bytes of an unsigned LEB128 number. */
  private static int length(int number) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(number)) / 7);
  }

  /** Writes a number over the bytes of another; gives false if it needs more. */
  private static boolean write(byte[] target, int from, int to, int number) {
    ByteSink size = new ByteSink();
    size.u32(number);
    if (size.size() != to - from) {
      return false;
    }
    System.arraycopy(size.array(), 0, target, from, size.size());
    return true;
  }
}
