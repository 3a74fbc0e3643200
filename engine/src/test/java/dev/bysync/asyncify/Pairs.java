package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Subject;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.wasm.code.Validator;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;

/** Original and transformed module, side by side. */
final class Pairs {
  private static final long FUEL = 400_000;

  private Pairs() {}

  static byte[] assemble(String text) {
    return WatReader.assemble(text, DebugNames.DROP);
  }

  static Transformed transform(byte[] original) {
    return Asyncify.transformMapped(original, AsyncifyOptions.defaults());
  }

  static Verification verify(byte[] original, Transformed transformed, long seed) {
    return Verifier.verify(Subject.of(original, transformed), new VerifyOptions(seed, FUEL));
  }

  /**
   * Transforms and verifies, with no body split and with all; every site must really have been
   * suspended in.
   */
  static Transformed assertVerified(byte[] original) {
    assertVerified(
        original, Asyncify.transformMapped(original, AsyncifyOptions.defaults().withSplitAbove(0)));
    return assertVerified(original, transform(original));
  }

  /** Transforms with these options and verifies; every site must really have been suspended in. */
  static Transformed assertVerified(byte[] original, AsyncifyOptions options) {
    return assertVerified(original, Asyncify.transformMapped(original, options));
  }

  private static Transformed assertVerified(byte[] original, Transformed transformed) {
    assertValid(transformed.bytes());
    Verification verification = verify(original, transformed, 1);
    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.coverage().sites()).isEqualTo(transformed.sites().size());
    assertThat(verification.coverage().sitesSuspended())
        .as("sites that suspended")
        .isEqualTo(verification.coverage().sites());
    return transformed;
  }

  /** Decodes and validates the module. */
  static Module assertValid(byte[] bytes) {
    Module module = Module.read(bytes);
    Validator.validate(module);
    return module;
  }
}
