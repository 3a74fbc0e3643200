package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.WatReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A module with its good output, in which single instructions are written over. */
final class PlantedFault {
  /** Where an instruction starts, and where it ends. */
  record Place(int start, int end) {}

  final byte[] original;
  final Transformed good;

  PlantedFault(String text, AsyncifyOptions options) {
    original = WatReader.assemble(text);
    good = Asyncify.transformMapped(original, options);
  }

  FrameCoverage verify(byte[] transformed) {
    return FrameVerifier.verify(
        Module.read(original),
        Module.read(transformed),
        Objects.requireNonNull(good.map()),
        good.sites(),
        0,
        1,
        1_000_000);
  }

  @Nullable FrameDifference difference(byte[] transformed) {
    return verify(transformed).difference();
  }

  /** A body of the good output. */
  static CodeReader code(Module module, int body) {
    return new CodeReader(module.bytes(), new BodyTyper(module).begin(body), module.bodyEnd(body));
  }

  /** The instructions of an opcode in a body of the good output. */
  List<Place> places(int body, int opcode) {
    CodeReader code = code(Module.read(good.bytes()), body);
    List<Place> all = new ArrayList<>();
    while (!code.atEnd()) {
      if (code.next() == opcode) {
        all.add(new Place(code.start(), code.end()));
      }
    }
    return all;
  }

  /** Those of them that the transform added. */
  List<Place> added(int body, int opcode) {
    Module module = Module.read(good.bytes());
    Origins origins =
        Origins.ofOutput(Module.read(original), module, Objects.requireNonNull(good.map()));
    Origins.Walk walk = origins.walk(new BodyTyper(module).begin(body));
    return places(body, opcode).stream()
        .filter(place -> walk.origin(place.start()) == Origins.ADDED)
        .toList();
  }

  /** The good output with an instruction written over by what is as long, or shorter. */
  byte[] faulty(Place place, int... bytes) {
    assertThat(place.end() - place.start()).isGreaterThanOrEqualTo(bytes.length);
    byte[] faulty = good.bytes().clone();
    for (int at = place.start(); at < place.end(); at++) {
      int i = at - place.start();
      faulty[at] = (byte) (i < bytes.length ? bytes[i] : Opcodes.NOP);
    }
    return faulty;
  }
}
