package dev.bysync.job.old;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * Reads records out of plain Parquet: a required column for each component, in their order. Strings
 * and enums are UTF-8 strings, int and long are INT32 and INT64. A column that a file lacks,
 * because it was written before there was one, reads as empty text, 0, or the first constant.
 *
 * @param <T> the record
 */
final class RecordFile<T extends Record> {
  private final RecordComponent[] components;
  private final Constructor<T> constructor;
  private final MessageType schema;

  RecordFile(Class<T> type) {
    this.components = type.getRecordComponents();
    Class<?>[] parameters =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      this.constructor = type.getDeclaredConstructor(parameters);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException("a record has a canonical constructor: " + type, e);
    }
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (RecordComponent component : components) {
      if (isText(component.getType())) {
        message
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named(component.getName());
      } else {
        message
            .required(
                component.getType() == int.class
                    ? PrimitiveTypeName.INT32
                    : PrimitiveTypeName.INT64)
            .named(component.getName());
      }
    }
    this.schema = message.named(type.getSimpleName().toLowerCase(Locale.ROOT));
  }

  /** Hands on one row after another; columns that the record lacks are not decoded. */
  void read(byte[] content, Consumer<T> rows) throws IOException {
    try (ParquetReader<Group> reader =
        new Reader(new MemoryFile.Input(content), new Columns(schema)).build()) {
      for (Group group = next(reader); group != null; group = next(reader)) {
        rows.accept(row(group));
      }
    }
  }

  private static @Nullable Group next(ParquetReader<Group> reader) throws IOException {
    try {
      return reader.read();
    } catch (RuntimeException e) { // Parquet's way to say that a file is damaged
      throw new IOException("damaged Parquet file: " + e.getMessage(), e);
    }
  }

  private T row(Group group) {
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      String name = components[i].getName();
      Class<?> type = components[i].getType();
      if (type == int.class) {
        values[i] = group.getType().containsField(name) ? group.getInteger(name, 0) : 0;
      } else if (type == long.class) {
        values[i] = group.getType().containsField(name) ? group.getLong(name, 0) : 0L;
      } else if (type.isEnum()) {
        values[i] =
            group.getType().containsField(name)
                ? constant(type, group.getString(name, 0))
                : type.getEnumConstants()[0];
      } else {
        values[i] = group.getType().containsField(name) ? group.getString(name, 0) : "";
      }
    }
    try {
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new ParquetDecodingException("not a row: " + e.getMessage(), e);
    }
  }

  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new ParquetDecodingException(
        "unknown %s %s: a newer Bysync may have written it".formatted(type.getSimpleName(), name));
  }

  private static boolean isText(Class<?> type) {
    return type == String.class || type.isEnum();
  }

  private static final class Reader extends ParquetReader.Builder<Group> {
    private final Columns columns;

    Reader(InputFile file, Columns columns) {
      super(file);
      this.columns = columns;
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return columns;
    }
  }

  /** Reads of a file what it has of these columns. */
  private static final class Columns extends GroupReadSupport {
    private final MessageType wanted;

    Columns(MessageType wanted) {
      this.wanted = wanted;
    }

    @Override
    public ReadContext init(InitContext context) {
      MessageType file = context.getFileSchema();
      List<Type> both =
          file.getFields().stream().filter(f -> wanted.containsField(f.getName())).toList();
      return new ReadContext(new MessageType(file.getName(), both));
    }
  }
}
