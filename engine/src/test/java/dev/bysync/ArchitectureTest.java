package dev.bysync;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dependencies of the engine's packages point one way. */
class ArchitectureTest {
  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.bysync");

  /** What each package may see of the engine, itself aside. */
  private static List<String> allowed(String name) {
    return switch (name) {
      case "wasm.binary" -> List.of();
      case "wasm.module" -> List.of("wasm.binary");
      case "wasm.code" -> List.of("wasm.binary", "wasm.module");
      case "wasm.text", "analysis", "interp" -> List.of("wasm.binary", "wasm.module", "wasm.code");
      case "asyncify" -> List.of("wasm.binary", "wasm.module", "wasm.code", "analysis");
      case "strategy" -> List.of("wasm.binary", "wasm.module", "wasm.code", "analysis", "asyncify");
      case "verify" -> List.of("wasm.binary", "wasm.module", "wasm.code", "asyncify", "interp");
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wasm.binary",
        "wasm.module",
        "wasm.code",
        "wasm.text",
        "analysis",
        "asyncify",
        "interp",
        "strategy",
        "verify"
      })
  void aPackageSeesOnlyThoseBelowIt(String name) {
    List<String> forbidden = new ArrayList<>();
    for (String other :
        List.of(
            "wasm.binary",
            "wasm.module",
            "wasm.code",
            "wasm.text",
            "analysis",
            "asyncify",
            "interp",
            "strategy",
            "verify",
            "engine")) {
      if (!other.equals(name) && !allowed(name).contains(other)) {
        forbidden.add("dev.bysync." + other + "..");
      }
    }
    noClasses()
        .that()
        .resideInAPackage("dev.bysync." + name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden.toArray(String[]::new))
        .check(ENGINE);
  }

  @Test
  void noPackagesDependOnEachOtherInACircle() {
    SlicesRuleDefinition.slices()
        .matching("dev.bysync.(**)")
        .should()
        .beFreeOfCycles()
        .check(ENGINE);
  }

  @Test
  void theEngineKnowsNothingOfThePipeline() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.spark..",
            "org.apache.kafka..",
            "org.apache.hadoop..",
            "org.apache.avro..",
            "picocli..")
        .check(ENGINE);
  }

  @Test
  void onlyTheAdapterSeesEndive() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.bysync.verify.endive..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("run.endive..")
        .check(ENGINE);
  }
}
