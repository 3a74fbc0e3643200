package dev.bysync.job.delta;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.data.Row;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records as rows of a table: a column for each component, in snake case; nested records are
 * structs, lists arrays, maps of texts maps, {@link Instant}s timestamps and the only columns that
 * may be null. A column that a table or a read lacks gives empty text, 0, an empty list or map, the
 * first constant.
 *
 * @param <T> the record
 */
public final class RowCodec<T extends Record> {
  private static final long MICROS = 1_000_000;

  /** Words that some engine wants quoted. */
  private static final Map<String, String> RESERVED =
      Map.of("offset", "event_offset", "partition", "event_partition", "user", "user_name");

  private final Class<T> type;
  private final Map<String, Mapping<?, ?>> mappings;
  private final @Nullable Class<? extends Record> more;
  private final StructType schema;
  private final Constructor<T> constructor;
  private final RecordComponent[] components;

  private RowCodec(
      Class<T> type, Map<String, Mapping<?, ?>> mappings, @Nullable Class<? extends Record> more) {
    this.type = type;
    this.mappings = mappings;
    this.more = more;
    this.components = type.getRecordComponents();
    this.constructor = constructor(type);
    List<StructField> fields = new ArrayList<>();
    for (RecordComponent component : components) {
      Mapping<?, ?> mapping = mapping(component);
      fields.add(field(mapping.column(), mapping.type()));
    }
    if (more != null) {
      fields.addAll(struct(more).fields());
    }
    this.schema = new StructType(fields);
  }

  /** Rows of this record's components. */
  public static <T extends Record> RowCodec<T> of(Class<T> type) {
    return new RowCodec<>(type, Map.of(), null);
  }

  /**
   * A component that is another value in its column.
   *
   * @param column the column
   * @param type the value's type
   * @param to makes the value, null for none
   * @param from makes the component of it
   */
  private record Mapping<C, V>(
      String column, Type type, Function<C, @Nullable V> to, Reading<V, C> from) {}

  /** Makes a component of a column's value. */
  @FunctionalInterface
  public interface Reading<V, C> {
    C read(V value) throws IOException;
  }

  /** With a component that is another value in its column, of the same name. */
  public <C, V> RowCodec<T> mapping(
      String component, Type of, Function<C, V> to, Reading<V, C> from) {
    return with(component, new Mapping<>(column(component), of, to, from));
  }

  /** With a component {@code fooAtMillis}, 0 for none, as a timestamp {@code foo_at}. */
  public RowCodec<T> timestamp(String component) {
    return with(
        component,
        new Mapping<Long, Instant>(
            column(component.replaceFirst("Millis$", "")),
            Instant.class,
            millis -> millis == 0 ? null : Instant.ofEpochMilli(millis),
            Instant::toEpochMilli));
  }

  /** With the components of another record as columns behind its own. */
  public RowCodec<T> followedBy(Class<? extends Record> columns) {
    return new RowCodec<>(type, mappings, columns);
  }

  private RowCodec<T> with(String component, Mapping<?, ?> mapping) {
    Map<String, Mapping<?, ?>> all = new HashMap<>(mappings);
    all.put(component, mapping);
    return new RowCodec<>(type, all, more);
  }

  private Mapping<?, ?> mapping(RecordComponent component) {
    Mapping<?, ?> mapping = mappings.get(component.getName());
    return mapping != null
        ? mapping
        : new Mapping<>(
            column(component.getName()), component.getGenericType(), value -> value, v -> v);
  }

  /** The columns. */
  public StructType schema() {
    return schema;
  }

  /** Some of the columns. */
  public StructType schema(String... columns) {
    return new StructType(Arrays.stream(columns).map(schema::get).toList());
  }

  /** A record as a row. */
  public Row row(T value) {
    return new RecordRow(schema, values(value));
  }

  /** A record as a row, with the columns behind its own. */
  public Row row(T value, Record behind) {
    List<@Nullable Object> values = values(value);
    for (RecordComponent component : behind.getClass().getRecordComponents()) {
      Object further = component(behind, component);
      values.add(further == null ? null : encode(further, component.getGenericType()));
    }
    return new RecordRow(schema, values);
  }

  @SuppressWarnings("unchecked") // each mapping is of its component's type
  private List<@Nullable Object> values(T value) {
    List<@Nullable Object> values = new ArrayList<>();
    for (RecordComponent component : components) {
      Mapping<Object, Object> mapping = (Mapping<Object, Object>) mapping(component);
      Object mapped = mapping.to().apply(component(value, component));
      values.add(mapped == null ? null : encode(mapped, mapping.type()));
    }
    return values;
  }

  /**
   * A row as a record; columns that the record lacks are not looked at.
   *
   * @throws IOException if a value is none of ours
   */
  @SuppressWarnings("unchecked") // each mapping is of its component's type
  public T record(Row row) throws IOException {
    try {
      Object[] values = new Object[components.length];
      for (int i = 0; i < values.length; i++) {
        Mapping<Object, Object> mapping = (Mapping<Object, Object>) mapping(components[i]);
        int at = row.getSchema().indexOf(mapping.column());
        values[i] =
            at < 0 || row.isNullAt(at)
                ? none(components[i].getGenericType())
                : mapping.from().read(decode(get(row, at, mapping.type()), mapping.type()));
      }
      return constructor.newInstance(values);
    } catch (InvocationTargetException | InstantiationException | IllegalAccessException e) {
      throw new IOException("a row is no %s: %s".formatted(type.getSimpleName(), e.getCause()), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "a row is no %s, a newer Bysync may have written it: %s"
              .formatted(type.getSimpleName(), e.getMessage()),
          e);
    }
  }

  /** Name of a component's column. */
  static String column(String component) {
    String snake = component.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    return RESERVED.getOrDefault(snake, snake);
  }

  private static StructType struct(Class<?> record) {
    List<StructField> fields = new ArrayList<>();
    for (RecordComponent component : record.getRecordComponents()) {
      fields.add(field(column(component.getName()), component.getGenericType()));
    }
    return new StructType(fields);
  }

  private static StructField field(String column, Type of) {
    return new StructField(column, type(of), of == Instant.class);
  }

  private static DataType type(Type of) {
    if (of == int.class) {
      return IntegerType.INTEGER;
    }
    if (of == long.class || of == Long.class) {
      return LongType.LONG;
    }
    if (of == Instant.class) {
      return TimestampType.TIMESTAMP;
    }
    if (of == String.class || isEnum(of)) {
      return StringType.STRING;
    }
    if (of instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class
          ? new ArrayType(type(argument(generic, 0)), false)
          : new MapType(type(argument(generic, 0)), type(argument(generic, 1)), false);
    }
    return struct((Class<?>) of);
  }

  private static Object encode(Object value, Type of) {
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof Instant instant) {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / 1000);
    }
    if (value instanceof List<?> list) {
      Type element = argument((ParameterizedType) of, 0);
      return VectorUtils.buildArrayValue(
          list.stream().map(one -> encode(one, element)).toList(), type(element));
    }
    if (value instanceof Map<?, ?> map) {
      ParameterizedType generic = (ParameterizedType) of;
      Map<?, ?> sorted = new TreeMap<>(map); // equal maps make equal rows
      return new Entries(
          VectorUtils.buildColumnVector(
              new ArrayList<>(sorted.keySet()), type(argument(generic, 0))),
          VectorUtils.buildColumnVector(
              new ArrayList<>(sorted.values()), type(argument(generic, 1))));
    }
    return value instanceof Record record ? encodeRecord(record) : value;
  }

  private static Row encodeRecord(Record record) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    List<@Nullable Object> values = new ArrayList<>();
    for (RecordComponent component : components) {
      Object value = component(record, component);
      values.add(value == null ? null : encode(value, component.getGenericType()));
    }
    return new RecordRow(struct(record.getClass()), values);
  }

  private static Object get(Row row, int at, Type of) {
    if (of == int.class) {
      return row.getInt(at);
    }
    if (of == long.class || of == Instant.class) {
      return row.getLong(at);
    }
    if (of == String.class || isEnum(of)) {
      return row.getString(at);
    }
    if (of instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class ? row.getArray(at) : row.getMap(at);
    }
    return row.getStruct(at);
  }

  private static Object get(ColumnVector vector, int at, Type of) {
    if (of == Long.class) {
      return vector.getLong(at);
    }
    if (of == String.class) {
      return vector.getString(at);
    }
    return VectorUtils.getValueAsObject(vector, vector.getDataType(), at);
  }

  private static Object decode(Object value, Type of) throws IOException {
    if (of == Instant.class) {
      long micros = (Long) value;
      return Instant.ofEpochSecond(
          Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }
    if (isEnum(of)) {
      return Arrays.stream(((Class<?>) of).getEnumConstants())
          .filter(constant -> ((Enum<?>) constant).name().equals(value))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("unknown constant " + value));
    }
    if (value instanceof ArrayValue array) {
      Type element = argument((ParameterizedType) of, 0);
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < array.getSize(); i++) {
        list.add(decode(get(array.getElements(), i, element), element));
      }
      return List.copyOf(list);
    }
    if (value instanceof MapValue map) {
      Type of1 = argument((ParameterizedType) of, 1);
      Map<Object, Object> entries = new LinkedHashMap<>();
      for (int i = 0; i < map.getSize(); i++) {
        entries.put(map.getKeys().getString(i), get(map.getValues(), i, of1));
      }
      return entries;
    }
    return value instanceof Row row ? nested(row, ((Class<?>) of).asSubclass(Record.class)) : value;
  }

  private static <R extends Record> R nested(Row row, Class<R> type) throws IOException {
    return of(type).record(row);
  }

  private static @Nullable Object none(Type of) throws IOException {
    if (of == int.class) {
      return 0;
    }
    if (of == long.class) {
      return 0L;
    }
    if (of == String.class) {
      return "";
    }
    if (isEnum(of)) {
      return ((Class<?>) of).getEnumConstants()[0];
    }
    if (of instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class ? List.of() : Map.of();
    }
    return of == Instant.class
        ? null
        : nested(
            new RecordRow(new StructType(), List.of()), ((Class<?>) of).asSubclass(Record.class));
  }

  private static @Nullable Object component(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("can't read " + component, e);
    }
  }

  private static <R extends Record> Constructor<R> constructor(Class<R> type) {
    try {
      Constructor<R> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException("a record has a canonical constructor: " + type, e);
    }
  }

  private static boolean isEnum(Type of) {
    return of instanceof Class<?> raw && raw.isEnum();
  }

  private static Type argument(ParameterizedType of, int index) {
    return of.getActualTypeArguments()[index];
  }

  private record Entries(ColumnVector keys, ColumnVector values) implements MapValue {
    @Override
    public int getSize() {
      return keys.getSize();
    }

    @Override
    public ColumnVector getKeys() {
      return keys;
    }

    @Override
    public ColumnVector getValues() {
      return values;
    }
  }
}
