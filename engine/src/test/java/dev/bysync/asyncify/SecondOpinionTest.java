package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Subject;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.MachineFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two interpreters that share no code agree on what every fixture does. */
final class SecondOpinionTest {
  private static final MachineFactory OURS = new InterpreterFactory();
  private static final VerifyOptions OPTIONS = new VerifyOptions(1, 400_000);

  static List<String> fixtures() {
    return Resources.names(".");
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void interpretersAgree(String name) {
    byte[] original = Pairs.assemble(Resources.read(name));
    Transformed transformed = Pairs.transform(original);
    Verification ours =
        verify(original, transformed, OPTIONS.withSecond(new EndiveFactory()), OURS);
    Verification theirs = verify(original, transformed, OPTIONS, new EndiveFactory());

    assertThat(ours.verdict()).as(ours.reason()).isEqualTo(Verdict.VERIFIED);
    if (theirs.reason().contains("not run: the verifying machine does not take")) {
      assertThat(ours.second().finding()).isEqualTo(SecondOpinion.Finding.NOT_RUN);
      return; // a feature that Endive lacks or gets wrong
    }
    assertThat(ours.second())
        .isEqualTo(
            new SecondOpinion(SecondOpinion.Finding.AGREES, "", ours.coverage().suspensions()));
    assertThat(theirs.verdict()).as(theirs.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(theirs.coverage())
        .usingRecursiveComparison()
        .ignoringFields("cost.fuel") // what is one instruction, they see differently
        .isEqualTo(ours.coverage());
  }

  private static Verification verify(
      byte[] original, Transformed transformed, VerifyOptions options, MachineFactory machines) {
    // by calls of the host alone: the second interpreter can't be made to suspend elsewhere
    Subject subject = new Subject(original, transformed.bytes(), transformed.sites(), null);
    return Verifier.verify(subject, options.withMinSites(1), machines);
  }

  private static final String MODULE =
      """
      (module (import "env" "get" (func $get (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "run") (param i32) (result i32)
          (i32.add (call $get (local.get 0)) (i32.const 1234))))
      """;

  /** An interpreter with a fault: it adds something else. */
  private static MachineFactory wrong(MachineFactory right, boolean inTransformed) {
    byte[] original = Pairs.assemble(MODULE);
    return bytes -> {
      boolean transformed = bytes.length != original.length;
      return right.load(transformed == inTransformed ? changed(bytes) : bytes);
    };
  }

  /** With 1235 in place of 1234. */
  private static byte[] changed(byte[] module) {
    byte[] bytes = module.clone();
    for (int i = 0; i + 2 < bytes.length; i++) {
      if (bytes[i] == 0x41 && bytes[i + 1] == (byte) 0xD2 && bytes[i + 2] == 0x09) {
        bytes[i + 1]++;
        return bytes;
      }
    }
    throw new AssertionError("the constant is not there");
  }

  /** The verdict stays: it is not known which of the two is right. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void disagreementIsAFindingOfItsOwn(boolean inTransformed) {
    byte[] original = Pairs.assemble(MODULE);
    Transformed transformed = Pairs.transform(original);

    Verification verification =
        verify(original, transformed, OPTIONS.withSecond(wrong(OURS, inTransformed)), OURS);

    assertThat(verification.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.second().finding()).isEqualTo(SecondOpinion.Finding.DISAGREES);
    assertThat(verification.second().reason())
        .startsWith(inTransformed ? "the transformed module: run(" : "the original: run(");
  }

  /** What one finds and the other does not is no agreement, either. */
  @Test
  void bothHaveToFindAMismatch() {
    byte[] original = Pairs.assemble(MODULE);
    byte[] faulty = changed(Pairs.transform(original).bytes());

    Verification both = verify(original, faulty, OPTIONS.withSecond(new EndiveFactory()));
    Verification one =
        verify(original, faulty, OPTIONS.withSecond(bytes -> OURS.load(original(bytes))));

    assertThat(both.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(both.second().finding()).isEqualTo(SecondOpinion.Finding.AGREES);
    assertThat(one.second())
        .isEqualTo(new SecondOpinion(SecondOpinion.Finding.DISAGREES, "it finds no difference", 0));
  }

  /** With 1234 in place of 1235. */
  private static byte[] original(byte[] module) {
    byte[] bytes = module.clone();
    for (int i = 0; i + 2 < bytes.length; i++) {
      if (bytes[i] == 0x41 && bytes[i + 1] == (byte) 0xD3 && bytes[i + 2] == 0x09) {
        bytes[i + 1]--;
      }
    }
    return bytes;
  }

  private static Verification verify(byte[] original, byte[] transformed, VerifyOptions options) {
    return Verifier.verify(original, transformed, null, options, OURS);
  }
}
