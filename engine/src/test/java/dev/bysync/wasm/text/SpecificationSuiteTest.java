package dev.bysync.wasm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every module of the specification's test scripts: texts it calls malformed are rejected, all
 * others are assembled to modules that decode, and whose printed text assembles to the same bytes.
 */
final class SpecificationSuiteTest {
  private static final String PROPERTY = "wasm.testsuite";

  /** Scripts left out, by path, with the reason. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "proposals/threads/memory.wast",
          "older than 3.0: calls sizes of more than 32 bits malformed, which 3.0 calls invalid");

  /** Scripts with modules that the decoded form can't tell apart from others, with the reason. */
  private static final Map<String, String> NOT_PRINTED_EXACTLY =
      Map.of(
          "table64.wast", "a table's maximum of 2^64-1 elements is decoded as none",
          "type-rec.wast", "a recursion group without types leaves no trace in the decoded types");

  @Test
  void modulesOfTheSuite() throws IOException {
    Path folder = folder();
    assumeTrue(
        Files.isDirectory(folder),
        "needs the specification's test scripts: -D" + PROPERTY + "=DIR; not found: " + folder);
    List<String> problems = new ArrayList<>();
    int modules = 0;
    for (Path script : scripts(folder)) {
      if (!LEFT_OUT.containsKey(name(folder, script))) {
        String text = Files.readString(script, StandardCharsets.UTF_8);
        for (Script.ModuleText module : Script.modules(text)) {
          modules++;
          String problem = check(module, NOT_PRINTED_EXACTLY.containsKey(name(folder, script)));
          if (!problem.isEmpty()) {
            problems.add(name(folder, script) + ":" + module.line() + ": " + problem);
          }
        }
      }
    }
    assertThat(problems).isEmpty();
    assertThat(modules).isGreaterThan(1000);
  }

  private static Path folder() {
    String property = System.getProperty(PROPERTY);
    return property != null ? Path.of(property) : Path.of("../../shared/wasm-testsuite");
  }

  private static List<Path> scripts(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
    }
  }

  private static String name(Path folder, Path script) {
    return folder.relativize(script).toString().replace('\\', '/');
  }

  /** What is wrong, or nothing. */
  private static String check(Script.ModuleText module, boolean inexact) {
    String text = module.text();
    if (text == null) {
      return module.claim() == Script.Claim.MALFORMED ? "" : "quoted text is not UTF-8";
    }
    byte[] bytes;
    try {
      bytes = WatReader.assemble(text);
    } catch (WatException e) {
      return module.claim() == Script.Claim.GOOD ? "rejected: " + e.getMessage() : "";
    }
    if (module.claim() == Script.Claim.MALFORMED) {
      return "malformed text accepted";
    }
    byte[] again;
    try {
      Module.read(bytes);
      again = WatReader.assemble(WatPrinter.print(bytes));
    } catch (WasmException e) {
      return module.claim() == Script.Claim.INVALID ? "" : "not decoded: " + e.getMessage();
    }
    return inexact || Arrays.equals(again, bytes) ? "" : "printed text assembles to other bytes";
  }
}
