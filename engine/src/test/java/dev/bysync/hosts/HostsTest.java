package dev.bysync.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.text.WatReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hosts that docs/hosts.md shows do what it says of them. */
final class HostsTest {
  /** Adds up what it fetches for 1 to n; {@code down(n)} fetches in the depth of n calls. */
  private static final String MODULE =
      """
      (module
        (import "env" "fetch" (func $fetch (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "sum") (param $n i32) (result i32)
          (local $sum i32)
          (loop $next
            (local.set $sum (i32.add (local.get $sum) (call $fetch (local.get $n))))
            (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (local.get $sum))
        (func $down (export "down") (param $n i32) (result i32)
          (if (result i32) (local.get $n)
            (then (i32.add (i32.const 1) (call $down (i32.sub (local.get $n) (i32.const 1)))))
            (else (call $fetch (i32.const 0))))))
      """;

  private static final String SCRIPT =
      """
      import { readFile } from 'node:fs/promises';
      import { setTimeout } from 'node:timers/promises';
      import { instantiate } from './await.mjs';
      let open = 0;
      const fetch = async n => {
        if (open++ > 0) throw new Error('two calls at once');
        await setTimeout(1);
        open--;
        if (n === 13) throw new Error('no such page');
        return n * n;
      };
      const bytes = await readFile(process.argv[2]);
      const { sum } = await instantiate(bytes, { env: { fetch } });
      console.log('sum', await sum(4));
      console.log('two', ...await Promise.all([sum(2), sum(3)]));
      console.log('error', await sum(13).catch(error => error.message));
      console.log('again', await sum(4));
      const plain = await instantiate(bytes, { env: { fetch: n => n } });
      console.log('plain', await plain.sum(4));
      const { down } = await instantiate(bytes, { env: { fetch } }, 256);
      console.log('small', await down(100).catch(error => error instanceof WebAssembly.RuntimeError));
      await setTimeout(10); // what it has asked for comes all the same
      const large = await instantiate(bytes, { env: { fetch } }, 1 << 20);
      console.log('large', await large.down(1000));
      """;

  private final byte[] module =
      Asyncify.transform(WatReader.assemble(MODULE), AsyncifyOptions.defaults()).bytes();

  @Test
  void aPromiseIsAwaitedInNode(@TempDir Path folder) throws IOException, InterruptedException {
    Path host = Path.of("..", "docs", "hosts", "await.mjs");
    Files.copy(host, folder.resolve("await.mjs"));
    assertThat(Files.readAllLines(host)).as("as short as docs/hosts.md says").hasSizeLessThan(40);
    Path script = Files.writeString(folder.resolve("main.mjs"), SCRIPT);
    Path wasm = Files.write(folder.resolve("sum.wasm"), module);
    assertThat(run(System.getProperty("bysync.node", "node"), script, wasm).lines())
        .containsExactly(
            "sum 30",
            "two 5 14",
            "error no such page",
            "again 30",
            "plain 10",
            "small true",
            "large 1000");
  }

  private static String run(String program, Path script, Path argument)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(program, script.toString(), argument.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      return Assumptions.abort(program + " can't be started: " + e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
    return output;
  }

  @Test
  void aFutureIsAwaitedInEndive() throws ExecutionException, InterruptedException {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    EndiveHost host = new EndiveHost(module, n -> n == 2 ? answer : done(n * n));
    CompletableFuture<Long> sum = host.call("sum", 3);
    assertThat(sum).isNotDone();
    answer.complete(100);
    assertThat(sum).isDone();
    assertThat(sum.get()).isEqualTo(9 + 100 + 1);
    assertThat(host.call("down", 10).get()).isEqualTo(10);
  }

  private static CompletableFuture<Integer> done(int value) {
    return CompletableFuture.completedFuture(value);
  }
}
