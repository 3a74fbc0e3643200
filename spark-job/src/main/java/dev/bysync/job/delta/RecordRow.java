package dev.bysync.job.delta;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.data.Row;
import io.delta.kernel.types.StructType;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of values in the order of its columns; a timestamp is microseconds since 1970. */
final class RecordRow implements Row {
  private final StructType schema;
  private final List<@Nullable Object> values;

  RecordRow(StructType schema, List<@Nullable Object> values) {
    this.schema = schema;
    this.values = values;
  }

  @Override
  public StructType getSchema() {
    return schema;
  }

  @Override
  public boolean isNullAt(int at) {
    return values.get(at) == null;
  }

  @Override
  public int getInt(int at) {
    return (Integer) value(at);
  }

  @Override
  public long getLong(int at) {
    return (Long) value(at);
  }

  @Override
  public String getString(int at) {
    return (String) value(at);
  }

  @Override
  public Row getStruct(int at) {
    return (Row) value(at);
  }

  @Override
  public ArrayValue getArray(int at) {
    return (ArrayValue) value(at);
  }

  @Override
  public MapValue getMap(int at) {
    return (MapValue) value(at);
  }

  @Override
  public boolean getBoolean(int at) {
    throw none();
  }

  @Override
  public byte getByte(int at) {
    throw none();
  }

  @Override
  public short getShort(int at) {
    throw none();
  }

  @Override
  public float getFloat(int at) {
    throw none();
  }

  @Override
  public double getDouble(int at) {
    throw none();
  }

  @Override
  public BigDecimal getDecimal(int at) {
    throw none();
  }

  @Override
  public byte[] getBinary(int at) {
    throw none();
  }

  private Object value(int at) {
    Object value = values.get(at);
    if (value == null) {
      throw new IllegalStateException("null in column " + schema.at(at).getName());
    }
    return value;
  }

  private static UnsupportedOperationException none() {
    return new UnsupportedOperationException("no column of ours has this type");
  }
}
