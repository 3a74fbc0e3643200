package dev.bysync.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.bysync.ingest", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule SEES_NOTHING_BUT_SCHEMAS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.bysync.engine..",
              "dev.bysync.verify..",
              "dev.bysync.asyncify..",
              "dev.bysync.wasm..",
              "dev.bysync.job..",
              "dev.bysync.cli..",
              "org.apache.spark..");

  @ArchTest
  static final ArchRule SOURCES_KNOW_NO_KAFKA_AND_NO_STORE =
      noClasses()
          .that()
          .resideInAPackage("dev.bysync.ingest.source")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "org.apache.hadoop..");

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("dev.bysync.(**)").should().beFreeOfCycles();
}
