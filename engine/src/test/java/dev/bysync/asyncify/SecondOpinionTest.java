package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.MachineFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two interpreters that share no code agree on what every fixture does. */
final class SecondOpinionTest {
  private static final VerifyOptions OPTIONS = new VerifyOptions(1, 400_000);

  static List<String> fixtures() {
    return Resources.names(".");
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void interpretersAgree(String name) {
    byte[] original = Pairs.assemble(Resources.read(name));
    Transformed transformed = Pairs.transform(original);
    Verification ours = verify(original, transformed, new InterpreterFactory());
    Verification theirs = verify(original, transformed, new EndiveFactory());

    assertThat(ours.verdict()).as(ours.reason()).isEqualTo(Verdict.VERIFIED);
    if (theirs.reason().startsWith("not run: the verifying machine does not take")) {
      return; // a feature that Endive lacks or gets wrong
    }
    assertThat(theirs.verdict()).as(theirs.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(theirs.coverage())
        .usingRecursiveComparison()
        .ignoringFields("cost.fuel") // what is one instruction, they see differently
        .isEqualTo(ours.coverage());
  }

  private static Verification verify(
      byte[] original, Transformed transformed, MachineFactory machines) {
    return Verifier.verify(original, transformed.bytes(), transformed.sites(), OPTIONS, machines);
  }
}
