package dev.bysync.bench.faults;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.OffsetMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.engine.SuspensionRules;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;

/** The only class that asks the verifier: as {@code ModuleProcessor} does, at default settings. */
final class Verifying {
  private final Subject subject;
  private final long fuel;

  /**
   * @param fuel instructions that the original may execute
   */
  Verifying(Subject subject, long fuel) {
    this.subject = subject;
    this.fuel = fuel;
  }

  /** Instructions that the original may execute, at default settings. */
  static long defaultFuel() {
    return ProcessOptions.defaults().fuel();
  }

  /** Verifies the good output. */
  Verification good() {
    return verify(subject.bytes(), subject.sites(), subject.offsets());
  }

  /**
   * Verifies a mutant. The maps are the good output's, with the distance added by which the mutant
   * has moved what lies behind it: the verifier is told what it would be told of a transform with
   * this fault.
   */
  Verification of(Planted planted) {
    Mutant mutant = planted.mutant();
    return verify(
        planted.bytes(),
        subject.sites().moved(mutant::place),
        subject.offsets().moved(mutant.cuts(), mutant::place));
  }

  private Verification verify(byte[] output, SiteMap sites, OffsetMap offsets) {
    AsyncifyOptions options = subject.options();
    return Verifier.verify(
        new dev.bysync.verify.Subject(
            subject.original(), output, sites, new CodeMap(offsets, subject.map().indices())),
        new VerifyOptions(ProcessOptions.defaults().seed(), fuel, options.memory().export())
            .withRule(SuspensionRules.of(subject.original(), options)));
  }
}
