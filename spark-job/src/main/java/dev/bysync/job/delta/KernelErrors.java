package dev.bysync.job.delta;

import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.exceptions.TableNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;

/** Kernel tells all by unchecked exceptions. */
final class KernelErrors {
  private KernelErrors() {}

  static <V> V call(String path, KernelCall<V> call) throws IOException {
    try {
      return call.run();
    } catch (TableNotFoundException e) {
      throw new MissingTableException(e);
    } catch (RuntimeException e) {
      throw failure(path, e);
    }
  }

  /** A call of Kernel's. */
  interface KernelCall<V> {
    V run() throws IOException;
  }

  /** There is no table. */
  static final class MissingTableException extends IOException {
    MissingTableException(Throwable cause) {
      super("there is no such table", cause);
    }
  }

  /** What a call of Kernel's that failed says. */
  static IOException failure(String path, RuntimeException e) {
    if (e instanceof UncheckedIOException unchecked) {
      return new IOException("%s: %s".formatted(path, unchecked.getMessage()), e);
    }
    String message = "%s: %s".formatted(path, e.getMessage());
    return new IOException(
        e instanceof KernelException ? "the table is damaged: " + message : message, e);
  }

  /** Whether another writer was first. */
  static boolean isConflict(RuntimeException e) {
    return e instanceof ConcurrentWriteException
        || e instanceof TableAlreadyExistsException
        || cause(e, ConcurrentWriteException.class)
        || cause(e, FileAlreadyExistsException.class);
  }

  /** Whether one of the causes is of this type. */
  static boolean cause(Throwable e, Class<? extends Throwable> type) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }
}
