package dev.bysync.job.transform;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.bysync.engine.ModuleProcessor;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.strategy.Dispatch;
import dev.bysync.strategy.External;
import dev.bysync.strategy.Strategy;
import java.util.function.Function;

/** The engine. Its options travel as JSON: they know nothing of Java serialization. */
public final class EngineFactory implements ProcessorFactory {
  private final String options;

  public EngineFactory(ProcessOptions options) {
    try {
      this.options = mapper().writeValueAsString(options);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("options are plain records: " + e.getMessage(), e);
    }
    if (!options().profile().equals(options.profile())) {
      throw new IllegalStateException("options changed on their way through JSON: " + this.options);
    }
  }

  @Override
  public Function<byte[], ProcessedModule> create() {
    return new ModuleProcessor(options())::process;
  }

  private ProcessOptions options() {
    try {
      return mapper().readValue(options, ProcessOptions.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("options are plain records: " + e.getMessage(), e);
    }
  }

  private static ObjectMapper mapper() {
    return new ObjectMapper()
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .addMixIn(Strategy.class, NamedStrategy.class);
  }

  /** Says in JSON which strategy it is. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Dispatch.class, name = "dispatch"),
    @JsonSubTypes.Type(value = External.class, name = "external")
  })
  private interface NamedStrategy {}
}
