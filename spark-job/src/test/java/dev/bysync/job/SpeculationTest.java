package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.verify.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two attempts of one task at the same time leave one row and one binary. Spark starts the second
 * on another host only, so the cluster's workers have two of this machine's own addresses.
 */
class SpeculationTest {
  private static final List<String> WORKER_HOSTS = List.of("127.0.0.2", "127.0.0.3");

  @TempDir Path folder;
  private final List<Process> cluster = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Process process : cluster) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void commitsOneOfTwoAttempts() throws Exception {
    for (String host : WORKER_HOSTS) {
      assumeThat(isOurs(host)).as("the system gives this machine the address %s", host).isTrue();
    }
    Scenario scenario = new Scenario(folder, 2);
    Path hang = Files.createDirectory(folder.resolve("hang"));
    Path race = Files.createDirectory(folder.resolve("race"));
    String hanging = scenario.submit("straggle hang " + hang);
    String racing = scenario.submit("straggle race " + race);
    for (int i = 0; i < 8; i++) {
      scenario.submit("module " + i);
    }
    ChildJvm children = new ChildJvm(folder);
    String master = startCluster(children);
    Process process =
        children.start(
            "run",
            List.of(
                "-Dspark.speculation=true",
                "-Dspark.speculation.interval=100ms",
                "-Dspark.speculation.minTaskRuntime=100ms",
                "-Dspark.speculation.multiplier=1.1",
                "-Dspark.speculation.quantile=0.5",
                "-Dspark.speculation.efficiency.enabled=false",
                "-Dspark.executor.cores=2"),
            ClusterRun.class.getName(),
            master,
            TestBroker.get().bootstrap(),
            scenario.topic,
            scenario.out.toUri().toString());
    cluster.add(process);
    String last = "";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
      }
    }

    assertThat(last).as(children.errors("run")).isEqualTo("finished");
    assertThat(race.resolve("second")).as("both attempts have run").exists();
    List<ModuleRow> rows = scenario.table().modules();
    assertThat(rows).hasSize(10).allMatch(row -> row.verdict() == Verdict.VERIFIED);
    assertThat(rows)
        .filteredOn(row -> row.sha256().equals(hanging))
        .singleElement()
        .satisfies(row -> assertThat(row.attempt()).isEqualTo(1));
    assertThat(rows).filteredOn(row -> row.sha256().equals(racing)).hasSize(1);
    for (ModuleRow row : rows) {
      assertThat(scenario.binary(row.sha256())).exists();
    }
  }

  private static boolean isOurs(String host) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** A master and two workers; gives its address. */
  private String startCluster(ChildJvm children) throws Exception {
    int port = TestBroker.freePort();
    cluster.add(
        children.start(
            "master",
            List.of(),
            Master.class.getName(),
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--webui-port",
            "0"));
    awaitPort(port);
    String address = "spark://127.0.0.1:" + port;
    for (String host : WORKER_HOSTS) {
      cluster.add(
          children.start(
              "worker-" + host,
              List.of(),
              Worker.class.getName(),
              "--host",
              host,
              "--webui-port",
              "0",
              "--cores",
              "2",
              "--memory",
              "512m",
              "--work-dir",
              folder.resolve("worker-" + host).toString(),
              address));
    }
    return address;
  }

  private void awaitPort(int port) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              assertThat(cluster).allMatch(Process::isAlive);
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
              } catch (IOException e) {
                return false; // not yet
              }
            });
  }
}
