package dev.bysync.job;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** Dependencies point one way. */
@AnalyzeClasses(packages = "dev.bysync.job", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("job")
          .definedBy("dev.bysync.job")
          .layer("transform")
          .definedBy("dev.bysync.job.transform")
          .layer("source")
          .definedBy("dev.bysync.job.source")
          .layer("sink")
          .definedBy("dev.bysync.job.sink")
          .layer("old")
          .definedBy("dev.bysync.job.old")
          .layer("delta")
          .definedBy("dev.bysync.job.delta")
          .layer("store")
          .definedBy("dev.bysync.job.store")
          .layer("config")
          .definedBy("dev.bysync.job.config")
          .whereLayer("job")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("config")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("transform")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("source")
          .mayOnlyBeAccessedByLayers("job", "transform")
          .whereLayer("sink")
          .mayOnlyBeAccessedByLayers("job", "transform", "source", "old")
          .whereLayer("old")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("delta")
          .mayOnlyBeAccessedByLayers("job", "sink")
          .whereLayer("store")
          .mayOnlyBeAccessedByLayers("job", "transform", "sink", "old", "delta");

  @ArchTest
  static final ArchRule NO_INGEST =
      ArchRuleDefinition.noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.bysync.ingest..", "dev.bysync.kafka..", "dev.bysync.cli..");

  @ArchTest
  static final ArchRule TABLE_WITHOUT_SPARK =
      ArchRuleDefinition.noClasses()
          .that()
          .resideInAnyPackage(
              "dev.bysync.job.sink",
              "dev.bysync.job.delta",
              "dev.bysync.job.old",
              "dev.bysync.job.store")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "scala..");
}
