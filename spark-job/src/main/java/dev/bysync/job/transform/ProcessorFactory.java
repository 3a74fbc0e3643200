package dev.bysync.job.transform;

import dev.bysync.engine.ProcessedModule;
import java.io.Serializable;
import java.util.function.Function;

/** Makes, on an executor, what processes modules there. */
public interface ProcessorFactory extends Serializable {
  Function<byte[], ProcessedModule> create();
}
