package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with runs that have ended: listed, shown, reported, compared, removed. */
class FinishedRunsIT {
  @TempDir Path temp;

  @Test
  void aWorseRunFailsTheGateAndABaselineOutlivesTheRemovalOfOldRuns() throws Exception {
    Modules.write(temp.resolve("modules"), "one.wasm", Modules.calling(1));
    Modules.write(temp.resolve("modules"), "two.wasm", Modules.calling(2));
    run("accepted");
    run("again");
    run("worse", "--asserts");

    String gate = "added_bytes>+1%, fuel>+0.5%, verdict-worse, vanished, appeared-failing";
    Command.Result equal =
        bysync("compare", "out/runs/accepted", "out/runs/again", "--fail-on", gate);
    assertThat(equal.exitCode()).as(equal.err()).isZero();
    Command.Result worse = bysync("compare", "out/runs/accepted", "out", "--fail-on", gate);
    assertThat(worse.exitCode()).as(worse.err()).isEqualTo(1);
    assertThat(worse.out()).contains("added_bytes").contains("one.wasm").contains("two.wasm");

    assertThat(bysync("compare", "out/runs/none", "out").exitCode()).isEqualTo(3);
    Command.Result wrong = bysync("compare", "out", "out", "--fail-on", "bytez>+1%");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("no metric 'bytez'").contains("added_bytes");

    String page = temp.resolve("page/report.html").toUri().toString();
    Command.Result report =
        bysync("report", "out", "--baseline", "out/runs/accepted", "--out", page);
    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(Command.text(temp.resolve("page/report.html")))
        .startsWith("<!DOCTYPE html>")
        .contains("Against run accepted");
    assertThat(bysync("show", "out/runs/accepted", "one.wasm").out()).contains("VERIFIED");

    String sql = "SELECT verdict, count(*) AS n FROM modules GROUP BY verdict";
    Command.Result query = bysync("query", "out", sql, "--format", "csv");
    assertThat(query.exitCode()).as(query.err()).isZero();
    assertThat(query.out().lines()).containsExactly("verdict,n", "VERIFIED,4");
    assertThat(bysync("query", "out", "SELECT run_id, state FROM runs ORDER BY 1").out().lines())
        .map(line -> line.replaceAll(" +", " "))
        .containsExactly("run_id state", "accepted DONE", "again DONE", "worse DONE");
    Command.Result wrongQuery = bysync("query", "out", "SELECT nothing FROM modules");
    assertThat(wrongQuery.exitCode()).isEqualTo(2);
    assertThat(wrongQuery.err()).contains("nothing");
    assertThat(bysync("query", "none", sql).exitCode()).isEqualTo(3);
    assertThat(bysync("check-store", "out").out()).contains("is safe");
    Command.Result migrated = bysync("migrate", "out", "other");
    assertThat(migrated.exitCode()).isEqualTo(4);
    assertThat(migrated.err()).contains("no table of the old format");

    assertThat(bysync("gc", "out", "--keep", "1", "--keep-run", "none").exitCode()).isEqualTo(3);
    assertThat(ids()).containsExactly("accepted", "again", "worse");
    Command.Result removal = bysync("gc", "out", "--keep", "1", "--keep-run", "accepted");
    assertThat(removal.out()).contains("removed run again").contains("2 runs kept");
    assertThat(ids()).containsExactly("accepted", "worse");
    assertThat(bysync("compare", "out/runs/accepted", "out", "--fail-on", gate).out())
        .isEqualTo(worse.out());
    bysync("gc", "out", "--keep", "1");
    assertThat(ids()).containsExactly("worse");
    assertThat(bysync("show", "out", "two.wasm").out()).contains("VERIFIED");
  }

  private void run(String id, String... options) throws Exception {
    String[] fixed = {"run", "modules", "--out", "out", "--run-id", id};
    String[] line = Arrays.copyOf(fixed, fixed.length + options.length);
    System.arraycopy(options, 0, line, fixed.length, options.length);
    Command.Result result = bysync(line);
    assertThat(result.exitCode()).as(result.err()).isZero();
  }

  private List<String> ids() throws Exception {
    List<String> ids = new ArrayList<>();
    for (JsonNode run : new ObjectMapper().readTree(bysync("runs", "out", "--json").out())) {
      ids.add(run.get("runId").asText());
    }
    return ids;
  }

  private Command.Result bysync(String... arguments) throws Exception {
    return Command.run(temp, arguments);
  }
}
