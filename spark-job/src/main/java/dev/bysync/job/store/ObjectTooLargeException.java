package dev.bysync.job.store;

import java.io.IOException;

/** An object that is larger than the reader is ready to take. */
public final class ObjectTooLargeException extends IOException {
  ObjectTooLargeException(String path, long limit) {
    super("%s is larger than %d bytes".formatted(path, limit));
  }
}
