package dev.bysync.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.strategy.StrategyException.Kind;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of every kind, each in its limits. Needs a POSIX shell. */
class ExternalTest {
  private static final byte[] MODULE =
      WatReader.assemble(
          """
          (import "env" "sleep" (func $sleep (param i32)))
          (memory (export "memory") 1)
          (func (export "run") (call $sleep (i32.const 3)))
          """,
          DebugNames.DROP);

  @TempDir Path temp;

  @BeforeEach
  void needsAShell() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh");
  }

  /** A command for the shell, which sees the two files as $1 and $2. */
  private static External shell(String script, ExternalLimits limits) {
    return new External("/bin/sh -c '%s' sh {in} {out}".formatted(script), limits);
  }

  private static External shell(String script) {
    return shell(script, ExternalLimits.defaults());
  }

  private static StrategyResult transform(External external) {
    return external.transform(MODULE, AsyncifyOptions.defaults());
  }

  private static StrategyException failure(External external) {
    return catchThrowableOfType(StrategyException.class, () -> transform(external));
  }

  @Test
  void whatACommandWritesIsTheResult() {
    StrategyResult result = transform(new External("cp {in} {out}", ExternalLimits.defaults()));
    assertThat(result.bytes()).isEqualTo(MODULE);
    assertThat(result.functions()).isEqualTo(1);
    assertThat(result.sites()).isNull();
    assertThat(result.siteCount()).isZero();
  }

  @Test
  void theFolderIsItsOwnAndIsRemoved() throws IOException {
    Path seen = temp.resolve("seen");
    transform(
        shell("pwd > %s; mkdir -p a/b; ln -s /etc a/c; cp $1 a/b/d; cp $1 $2".formatted(seen)));
    Path folder = Path.of(Files.readString(seen).strip());
    assertThat(folder.getFileName().toString()).startsWith("bysync-external-");
    assertThat(folder).doesNotExist();
    assertThat(Path.of("/etc")).isNotEmptyDirectory();
  }

  /** The build plants it: see the module's pom. */
  @Test
  void aCommandInheritsNoCredentials() throws IOException {
    assertThat(System.getenv()).containsKey("AWS_SECRET_ACCESS_KEY");
    Path seen = temp.resolve("environment");
    transform(shell("env > %s; cp $1 $2".formatted(seen)));
    assertThat(Files.readString(seen))
        .contains("PATH=", "TMPDIR=")
        .doesNotContain("AWS_")
        .doesNotContain("planted");
    transform(
        new External(
            "env GIVEN=1 /bin/sh -c 'test \"$GIVEN\" = 1 && cp $1 $2' sh {in} {out}",
            ExternalLimits.defaults()));
  }

  @Test
  void aFailureIsToldWithTheEndOfWhatWasPrinted() {
    StrategyException failure =
        failure(
            shell(
                "i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done; echo it broke >&2; exit 3"));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure)
        .hasMessageContaining("/bin/sh: exit code 3: ...")
        .hasMessageEndingWith("it broke");
    assertThat(String.valueOf(failure.getMessage()).length()).isLessThan(1100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"true", "mkdir $2", "ln -s /etc/hosts $2", "rm -r *", "rm *; mkfifo printed"})
  void aMissingResultIsAFailure(String script) {
    StrategyException failure = failure(shell(script));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure).hasMessageContaining("exit code 0, but no {out}");
  }

  @Test
  void aHangingCommandIsEndedWithAllThatItStarted() throws Exception {
    Path pids = temp.resolve("pids");
    String script =
        "echo $$ > %1$s; sh -c \"sleep 600 & sleep 601\" & echo $! >> %1$s; wait".formatted(pids);
    StrategyException failure = failure(shell(script, new ExternalLimits(1, 4096, 64)));
    assertThat(failure.kind()).isEqualTo(Kind.LIMIT);
    assertThat(failure).hasMessage("/bin/sh took more than 1 s");
    assertEnded(pids);
  }

  @Test
  void whatACommandLeavesRunningIsEnded() throws Exception {
    Path pids = temp.resolve("pids");
    transform(shell("(sleep 600 & echo $! > %s) > /dev/null; cp $1 $2".formatted(pids)));
    assertEnded(pids);
  }

  /** Neither below the command nor in its folder any more when they are looked for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "( (cd /; exec sleep 600) & echo $! > %s ); cp $1 $2",
        "( (cd /; exec sleep 600) & echo $! > %s ); exec sleep 600"
      })
  void whatHasLeftTheFamilyIsEnded(String script) throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "there is no /proc");
    Path pids = temp.resolve("pids");
    External external = shell(script.formatted(pids), new ExternalLimits(2, 4096, 64));
    try {
      transform(external);
    } catch (StrategyException e) {
      assertThat(e.kind()).isEqualTo(Kind.LIMIT);
    }
    assertEnded(pids);
  }

  @Test
  void temporaryFilesAreInTheFolder() throws Exception {
    Path seen = temp.resolve("seen");
    transform(shell("f=$TMPDIR/x; : > $f; echo $f > %s; cp $1 $2".formatted(seen)));
    Path file = Path.of(Files.readString(seen).strip());
    assertThat(String.valueOf(file.getParent())).contains("bysync-external-");
    assertThat(file).doesNotExist();
  }

  private static void assertEnded(Path pids) throws Exception {
    for (String pid : Files.readAllLines(pids, StandardCharsets.UTF_8)) {
      Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(pid));
      if (handle.isPresent() && handle.get().isAlive()) {
        handle.get().onExit().get(10, TimeUnit.SECONDS); // fails by a timeout if it was left
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat /dev/zero > $2",
        "yes",
        "yes >&2",
        "mkdir a; cat /dev/zero > a/b",
        "head -c 2000000 /dev/zero > $2",
        "i=0; while :; do : > $i; i=$((i+1)); done",
        "i=0; while :; do mkdir $i; i=$((i+1)); done"
      })
  void tooMuchOutputEndsIt(String script) {
    assertOver("wrote more than 1 MiB", shell(script, new ExternalLimits(60, 4096, 1)));
  }

  private static void assertOver(String message, External external) {
    StrategyException failure = failure(external);
    assertThat(failure.kind()).isEqualTo(Kind.LIMIT);
    assertThat(failure).hasMessageContaining(message);
  }

  /** {@code tail} keeps a line without end in memory; it is a child of the shell. */
  @Test
  void tooMuchMemoryEndsIt() {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "there is no /proc");
    String script = "head -c 400000000 /dev/zero | tail -n 1 > /dev/null; sleep 60";
    assertOver("took more than 32 MiB of memory", shell(script, new ExternalLimits(50, 32, 64)));
  }

  @Test
  void aCommandThatIsNotThereIsUnavailable() {
    StrategyException failure =
        failure(new External("/no/such/tool {in} {out}", ExternalLimits.defaults()));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("/no/such/tool can't be run");
  }

  @Test
  void anInterruptionEndsItAndIsKept() {
    Thread.currentThread().interrupt();
    StrategyException failure = failure(shell("sleep 600"));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("interrupted");
  }

  @Test
  void whatIsNoModuleIsToldBeforeTheCommandRuns() {
    assertThatThrownBy(
            () -> shell("exit 3").transform(new byte[] {1, 2}, AsyncifyOptions.defaults()))
        .isInstanceOf(WasmException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "guards, there is no strategy 'guards': it is dispatch, or external:COMMAND",
    "'', there is no strategy ''",
    "external:cp {in}, has no {out}",
    "external:, has no {in}"
  })
  void anUnknownNameListsTheKnownOnes(String name, String message) {
    assertThatThrownBy(() -> Strategy.parse(name, ExternalLimits.defaults()))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining(message);
  }

  @Test
  void limitsHaveRanges() {
    assertThatThrownBy(() -> new ExternalLimits(0, 1, 1)).hasMessageContaining("seconds");
    assertThatThrownBy(() -> new ExternalLimits(1, 0, 1)).hasMessageContaining("memory");
    assertThatThrownBy(() -> new ExternalLimits(1, 1, 4096)).hasMessageContaining("output");
  }

  @Test
  void theNameIsWhatParseReads() {
    for (String name : new String[] {"dispatch", "external:a -b {in} {out}"}) {
      assertThat(Strategy.parse(" " + name, ExternalLimits.defaults()).name()).isEqualTo(name);
    }
  }

  @Test
  void theIdentityFollowsCommandLimitsAndMemory() {
    AsyncifyOptions options = AsyncifyOptions.defaults();
    ExternalLimits limits = ExternalLimits.defaults();
    assertThat(
            new String[] {
              new Dispatch().canonical(options),
              new External("a {in} {out}", limits).canonical(options),
              new External("b {in} {out}", limits).canonical(options),
              new External("a {in} {out}", new ExternalLimits(1, 2, 3)).canonical(options),
              new External("a {in} {out}", limits)
                  .canonical(options.withMemory(FrameMemory.export("m")))
            })
        .doesNotHaveDuplicates();
  }
}
