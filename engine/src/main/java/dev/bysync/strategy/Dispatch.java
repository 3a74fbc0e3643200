package dev.bysync.strategy;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;

/** Our own transform: the default. */
public record Dispatch() implements Strategy {
  @Override
  public String name() {
    return "dispatch";
  }

  @Override
  public String canonical(AsyncifyOptions options) {
    return options.canonical();
  }

  @Override
  public StrategyResult transform(byte[] module, AsyncifyOptions options) {
    Transformed transformed = Asyncify.transformMapped(module, options);
    return new StrategyResult(
        transformed.bytes(),
        transformed.functions(),
        transformed.instrumentedFunctions(),
        transformed.sites(),
        transformed.map(),
        transformed.warnings(),
        transformed.unmatched());
  }
}
