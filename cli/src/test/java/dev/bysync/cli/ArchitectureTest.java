package dev.bysync.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.bysync.cli", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule DEPENDENCIES_POINT_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("commands")
          .definedBy("dev.bysync.cli")
          .layer("run")
          .definedBy("dev.bysync.cli.run..")
          .layer("local")
          .definedBy("dev.bysync.cli.local..")
          .layer("outcome")
          .definedBy("dev.bysync.cli.outcome..")
          .whereLayer("commands")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("run")
          .mayOnlyBeAccessedByLayers("commands")
          .whereLayer("local")
          .mayOnlyBeAccessedByLayers("run");

  @ArchTest
  static final ArchRule COMMANDS_NEED_NO_PIPELINE =
      noClasses()
          .that()
          .resideInAPackage("dev.bysync.cli")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache..", "kafka..", "scala..", "dev.bysync.ingest..", "dev.bysync.job..");

  @ArchTest
  static final ArchRule LOCAL_SERVICES_KNOW_NO_MODULES =
      noClasses()
          .that()
          .resideInAPackage("dev.bysync.cli.local..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "org.apache.hadoop..",
              "dev.bysync.ingest..",
              "dev.bysync.job..",
              "dev.bysync.wasm..",
              "dev.bysync.engine..");
}
