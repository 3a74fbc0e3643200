package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Section;
import dev.bysync.wasm.module.SectionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Damages a module as a seed says: bytes anywhere, and, with the sizes around them put right so
 * that the damage goes deeper than the first check, numbers, sections and single instructions.
 */
final class Mutator {
  private final SplittableRandom random;

  Mutator(long seed) {
    random = new SplittableRandom(seed);
  }

  /** One to three changes. */
  byte[] mutate(byte[] module) {
    byte[] changed = module;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      changed = once(changed);
    }
    return changed;
  }

  private byte[] once(byte[] module) {
    if (module.length <= 8 || random.nextInt(6) == 0) {
      return bytes(module);
    }
    Module decoded;
    try {
      decoded = Module.read(module);
    } catch (WasmException e) {
      return bytes(module);
    }
    if (decoded.sections().isEmpty()) {
      return bytes(module);
    }
    if (decoded.bodyCount() == 0 || random.nextInt(5) == 0) {
      return random.nextInt(3) == 0 ? sections(decoded) : number(decoded);
    }
    return body(decoded, random.nextInt(decoded.bodyCount()));
  }

  private byte[] bytes(byte[] module) {
    if (module.length < 2 || random.nextInt(8) == 0) {
      return Arrays.copyOf(module, random.nextInt(module.length + 1));
    }
    byte[] changed = module.clone();
    int at = Math.min(8, module.length / 2);
    at += random.nextInt(module.length - at);
    changed[at] = (byte) (random.nextInt(3) == 0 ? 0xFF : random.nextInt(256));
    return changed;
  }

  // ---- sections ----

  /** Drops, repeats or swaps sections. */
  private byte[] sections(Module module) {
    List<Section> sections = new ArrayList<>(module.sections());
    int one = random.nextInt(sections.size());
    int other = random.nextInt(sections.size());
    switch (random.nextInt(3)) {
      case 0 -> sections.remove(one);
      case 1 -> sections.add(other, sections.get(one));
      default -> Collections.swap(sections, one, other);
    }
    ByteSink out = header(module);
    sections.forEach(section -> copy(module, section, out));
    return out.toByteArray();
  }

  private static ByteSink header(Module module) {
    ByteSink out = new ByteSink(module.bytes().length + 64);
    out.bytes(module.bytes(), 0, 8);
    return out;
  }

  private static void copy(Module module, Section section, ByteSink out) {
    out.bytes(module.bytes(), section.headerStart(), section.end());
  }

  /** Writes another number over a byte of a section's content, in any length. */
  private byte[] number(Module module) {
    Section changed = module.sections().get(random.nextInt(module.sections().size()));
    ByteSink out = header(module);
    for (Section section : module.sections()) {
      if (!section.equals(changed) || section.start() == section.end()) {
        copy(module, section, out);
        continue;
      }
      int at = section.start() + random.nextInt(section.end() - section.start());
      ByteSink content = new ByteSink();
      content.bytes(module.bytes(), section.start(), at);
      number(content);
      content.bytes(module.bytes(), at + 1, section.end());
      out.u8(section.id());
      out.sized(content);
    }
    return out.toByteArray();
  }

  private void number(ByteSink out) {
    switch (random.nextInt(6)) {
      case 0 -> out.u8(random.nextInt(128));
      case 1 -> out.u32(-1);
      case 2 -> out.u32(random.nextInt());
      case 3 -> out.s64(random.nextLong());
      case 4 -> { // padded
        out.u8(0x80 | random.nextInt(8));
        out.u8(0x80);
        out.u8(0);
      }
      default -> out.u32(random.nextInt(100_000));
    }
  }

  // ---- instructions ----

  private byte[] body(Module module, int changed) {
    ByteSink body = new ByteSink();
    try {
      change(module, changed, body);
    } catch (WasmException e) {
      return bytes(module.bytes());
    }
    ByteSink out = header(module);
    for (Section section : module.sections()) {
      if (section.id() != SectionId.CODE) {
        copy(module, section, out);
        continue;
      }
      ByteSink content = new ByteSink();
      content.u32(module.bodyCount());
      for (int i = 0; i < module.bodyCount(); i++) {
        if (i == changed) {
          content.sized(body);
        } else {
          content.u32(module.bodyEnd(i) - module.bodyStart(i));
          content.bytes(module.bytes(), module.bodyStart(i), module.bodyEnd(i));
        }
      }
      out.u8(SectionId.CODE);
      out.sized(content);
    }
    return out.toByteArray();
  }

  private void change(Module module, int body, ByteSink out) {
    byte[] bytes = module.bytes();
    IntArray starts = instructions(module, body);
    int end = module.bodyEnd(body);
    int at = random.nextInt(Math.max(1, starts.size() - 1));
    int from = starts.get(at);
    int to = at + 1 < starts.size() ? starts.get(at + 1) : end;
    out.bytes(bytes, module.bodyStart(body), from);
    switch (random.nextInt(7)) {
      case 0 -> {} // left out
      case 1 -> { // twice
        out.bytes(bytes, from, to);
        out.bytes(bytes, from, to);
      }
      case 2 -> alike(bytes, from, to, out);
      case 3 -> immediate(bytes, from, to, out);
      case 4 -> { // with a piece of any body before it
        int donor = random.nextInt(module.bodyCount());
        IntArray others = instructions(module, donor);
        int first = random.nextInt(others.size());
        int last = Math.min(others.size() - 1, first + random.nextInt(6));
        out.bytes(bytes, others.get(first), others.get(last));
        out.bytes(bytes, from, to);
      }
      case 5 -> { // in a construct of its own
        int last = Math.min(starts.size() - 1, at + 1 + random.nextInt(12));
        int[] openers = {Opcodes.BLOCK, Opcodes.LOOP, Opcodes.TRY};
        out.u8(openers[random.nextInt(openers.length)]);
        out.u8(0x40);
        to = last > at ? starts.get(last) : to;
        out.bytes(bytes, from, to);
        out.u8(Opcodes.END);
      }
      default -> { // behind a site
        out.bytes(bytes, from, to);
        out.u8(Opcodes.CALL);
        out.u32(random.nextInt(module.functionCount()));
      }
    }
    out.bytes(bytes, to, end);
  }

  /** Where a body's instructions start. */
  private static IntArray instructions(Module module, int body) {
    IntArray starts = new IntArray();
    CodeReader code =
        new CodeReader(module.bytes(), firstInstruction(module, body), module.bodyEnd(body));
    while (!code.atEnd()) {
      code.next();
      starts.add(code.start());
    }
    if (starts.size() == 0) {
      starts.add(module.bodyEnd(body));
    }
    return starts;
  }

  private static int firstInstruction(Module module, int body) {
    return new BodyTyper(module).begin(body);
  }

  /** Another instruction with the same immediates and, for most, the same operands. */
  private void alike(byte[] bytes, int from, int to, ByteSink out) {
    CodeReader code = new CodeReader(bytes, from, to);
    int opcode = code.next();
    IntArray candidates = new IntArray();
    boolean sameStack = random.nextInt(4) > 0;
    for (int other = 0; other < Opcodes.COUNT; other++) {
      if (Opcodes.exists(other)
          && Opcodes.immediate(other) == code.immediate()
          && (!sameStack || Opcodes.stack(other).equals(Opcodes.stack(opcode)))) {
        candidates.add(other);
      }
    }
    int chosen = candidates.get(random.nextInt(candidates.size()));
    if (Opcodes.prefix(chosen) == 0) {
      out.u8(chosen);
    } else {
      out.u8(Opcodes.prefix(chosen));
      out.u32(Opcodes.suffix(chosen));
    }
    int head = Opcodes.prefix(opcode) == 0 ? 1 : 1 + suffixLength(bytes, from + 1);
    out.bytes(bytes, from + head, to);
  }

  private static int suffixLength(byte[] bytes, int at) {
    int length = 1;
    while (bytes[at + length - 1] < 0) {
      length++;
    }
    return length;
  }

  /** Another first byte behind the opcode. */
  private void immediate(byte[] bytes, int from, int to, ByteSink out) {
    out.u8(bytes[from]);
    if (to - from > 1) {
      if (random.nextInt(3) > 0) {
        out.u8(random.nextInt(8));
      } else {
        number(out);
      }
      out.bytes(bytes, Math.min(to, from + 2), to);
    }
  }
}
