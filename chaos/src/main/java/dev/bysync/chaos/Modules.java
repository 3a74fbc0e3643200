package dev.bysync.chaos;

import dev.bysync.wasm.text.WatReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** Modules to run: made up, or variants of given ones with other hashes. */
final class Modules {
  private static final byte[] EMPTY = {0, 'a', 's', 'm', 1, 0, 0, 0};

  private Modules() {}

  /** A module that calls an import in a loop, which gets a number to be told by. */
  static byte[] calling(int number) {
    String text =
        """
        (module (import "env" "get" (func $get (param i32) (result i32))) (memory (export "memory") 1)
          (func $inner (param i32) (result i32) (local i32)
            (loop $again
              (local.set 1 (i32.add (local.get 1) (call $get (local.get 0))))
              (br_if $again (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const %d))))
            (i32.add (local.get 1) (i32.const %d)))
          (func (export "run") (result i32) (call $inner (i32.const 0))))
        """
            .formatted(3 + number % 5, number);
    return WatReader.assemble(text);
  }

  /** The smallest module there is, with a number in a custom section: some 20 bytes. */
  static byte[] tiny(int number) {
    return numbered(EMPTY, number);
  }

  /** The same module with a custom section more: it does the same and has another hash. */
  static byte[] numbered(byte[] module, int number) {
    byte[] text = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream out = new ByteArrayOutputStream(module.length + 16);
    out.writeBytes(module);
    out.write(0);
    out.write(text.length + 2);
    out.write(1);
    out.write('n');
    out.writeBytes(text);
    return out.toByteArray();
  }

  /**
   * Variants of the modules in these files, by their numbers: each file in turn.
   *
   * @param largest larger files are left out, bytes
   */
  static IntFunction<byte[]> variants(List<Path> files, long largest) throws IOException {
    List<byte[]> originals = new ArrayList<>();
    for (Path file : files) {
      if (Files.size(file) <= largest) {
        originals.add(Files.readAllBytes(file));
      }
    }
    if (originals.isEmpty()) {
      throw new IOException("no module of at most " + largest + " bytes");
    }
    return number -> numbered(originals.get(number % originals.size()), number);
  }

  static void write(Path folder, List<byte[]> modules) throws IOException {
    write(folder, modules.size(), modules::get);
  }

  /** Writes modules into a folder, 1,000 to each folder in it; none is kept. */
  static void write(Path folder, int count, IntFunction<byte[]> modules) throws IOException {
    for (int i = 0; i < count; i++) {
      Path part = Files.createDirectories(folder.resolve("part-%04d".formatted(i / 1000)));
      Files.write(part.resolve(i + ".wasm"), modules.apply(i));
    }
  }

  /**
   * Hostile bytes that begin like a module: cut short, with bits turned over, with counts and sizes
   * that lie, nested deeply, and such as ask for much memory.
   */
  static List<byte[]> hostile(int count, long seed) {
    Random random = new Random(seed);
    byte[] good = calling(1);
    List<byte[]> modules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      modules.add(
          switch (i % 8) {
            case 0 -> Arrays.copyOf(good, 9 + random.nextInt(good.length - 9));
            case 1 -> turned(good, random);
            case 2 -> section(10, leb(0xFFFFFFFFL)); // four billion bodies
            case 3 -> numbered(section(5, new byte[] {1, 0, (byte) 0xFF, (byte) 0xFF, 3}), i);
            case 4 -> nested(20_000 + i);
            case 5 -> endless(i);
            case 6 -> recursive(i);
            default -> locals(i);
          });
    }
    return modules;
  }

  private static byte[] turned(byte[] module, Random random) {
    byte[] other = module.clone();
    for (int i = 0; i < 3; i++) {
      other[8 + random.nextInt(other.length - 8)] ^= (byte) (1 << random.nextInt(8));
    }
    return other;
  }

  private static byte[] section(int id, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(EMPTY);
    out.write(id);
    out.writeBytes(leb(content.length));
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] nested(int depth) {
    return WatReader.assemble(
        "(module (import \"e\" \"f\" (func $f)) (func (export \"g\") "
            + "block ".repeat(depth)
            + "call $f "
            + "end ".repeat(depth)
            + "))");
  }

  private static byte[] endless(int number) {
    return WatReader.assemble(
        "(module (import \"e\" \"f\" (func $f)) (func (export \"g%d\") (loop $l (br $l)) (call $f)))"
            .formatted(number));
  }

  private static byte[] recursive(int number) {
    return WatReader.assemble(
        "(module (import \"e\" \"f\" (func $f)) (func $r (export \"g%d\") (call $r) (call $f)))"
            .formatted(number));
  }

  private static byte[] locals(int number) {
    return WatReader.assemble(
        "(module (import \"e\" \"f\" (func $f)) (func (export \"g%d\") (local %s) (call $f)))"
            .formatted(number, "i64 ".repeat(45_000)));
  }

  private static byte[] leb(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    do {
      int low = (int) (rest & 0x7F);
      rest >>>= 7;
      out.write(rest == 0 ? low : low | 0x80);
    } while (rest != 0);
    return out.toByteArray();
  }
}
