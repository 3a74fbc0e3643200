package dev.bysync.job.old;

import dev.bysync.job.old.Commit.DataFile;
import dev.bysync.job.old.Commit.Part;
import dev.bysync.job.sink.Batch;
import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.Json;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.OldRows;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.RunModules;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** Writes the format before Delta, as the Bysync of then did. */
final class OldFormat {
  private final Store store;
  private final String profile;
  private long commits;

  OldFormat(Store store, String profile) {
    this.store = store;
    this.profile = profile;
  }

  void commit(
      String run,
      Map<Integer, Long> offsets,
      List<ModuleRow> modules,
      List<ProvenanceRow> provenance,
      List<DeadLetterRow> deadLetters)
      throws IOException {
    List<DataFile> files = new ArrayList<>();
    write(files, Part.MODULES, ModuleRow.class, modules);
    write(files, Part.PROVENANCE, ProvenanceRow.class, provenance);
    write(files, Part.DEAD_LETTERS, DeadLetterRow.class, deadLetters);
    Batch batch = new Batch("t", offsets, modules, provenance, deadLetters, 0);
    Commit commit =
        new Commit(Commit.VERSION, ++commits, run, 1, "t", offsets, OldRows.counts(batch), files);
    store.create(path("commits/" + Commit.name(commits)), Json.write(commit));
  }

  void run(RunManifest run) throws IOException {
    store.create("runs/%s/manifest-%s.json".formatted(run.runId(), run.profile()), Json.write(run));
  }

  void found(String run, List<RunModules.Found> found) throws IOException {
    store.create(
        "runs/%s/found-%d.parquet".formatted(run, found.size()),
        parquet(RunModules.Found.class, found));
  }

  private <T extends Record> void write(
      List<DataFile> files, Part part, Class<T> type, List<T> rows) throws IOException {
    if (!rows.isEmpty()) {
      String path = "%s/%s.parquet".formatted(part.folder(), UUID.randomUUID());
      byte[] content = parquet(type, rows);
      store.create(path(path), content);
      files.add(new DataFile(part, path, rows.size(), content.length));
    }
  }

  private String path(String name) {
    return "metrics/profile=%s/%s".formatted(profile, name);
  }

  private static <T extends Record> byte[] parquet(Class<T> type, List<T> rows) throws IOException {
    MessageType schema = schema(type);
    Path file = Files.createTempDirectory("old").resolve("file.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new Configuration(false))
            .withType(schema)
            .build()) {
      for (T row : rows) {
        writer.write(group(row, schema));
      }
    }
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    Files.delete(file.getParent());
    return content;
  }

  private static MessageType schema(Class<? extends Record> type) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName();
      if (component.getType() == int.class) {
        message.required(PrimitiveTypeName.INT32).named(name);
      } else if (component.getType() == long.class) {
        message.required(PrimitiveTypeName.INT64).named(name);
      } else {
        message
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named(name);
      }
    }
    return message.named("row");
  }

  private static Group group(Record row, MessageType schema) {
    Group group = new SimpleGroup(schema);
    RecordComponent[] components = row.getClass().getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      Object value;
      try {
        value = components[i].getAccessor().invoke(row);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      if (value instanceof Integer number) {
        group.add(i, number.intValue());
      } else if (value instanceof Long number) {
        group.add(i, number.longValue());
      } else {
        group.add(i, value instanceof Enum<?> constant ? constant.name() : String.valueOf(value));
      }
    }
    return group;
  }
}
