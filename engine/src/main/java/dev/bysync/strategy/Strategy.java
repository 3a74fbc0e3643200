package dev.bysync.strategy;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.binary.WasmException;

/** A way to transform a module. Immutable and thread-safe; equal ones give the same results. */
public sealed interface Strategy permits Dispatch, External {
  /** What {@link #parse} reads for one that runs a command, before the command. */
  String EXTERNAL = "external:";

  /** The names, for a message or the help. */
  String NAMES = "dispatch, or external:COMMAND with {in} and {out} for its files";

  /**
   * The strategy of a name.
   *
   * @param limits of a command, if it is one
   * @throws OptionException if there is none of that name, or its command can't be understood
   */
  static Strategy parse(String name, ExternalLimits limits) {
    String text = name.strip();
    if (text.equals("dispatch")) {
      return new Dispatch();
    }
    if (text.startsWith(EXTERNAL)) {
      return new External(text.substring(EXTERNAL.length()).strip(), limits);
    }
    throw new OptionException("there is no strategy '%s': it is %s".formatted(text, NAMES));
  }

  /** The name: what {@link #parse} reads. */
  String name();

  /** One line that is the same for equal strategies with equal options: part of an identity. */
  String canonical(AsyncifyOptions options);

  /**
   * Transforms a module.
   *
   * @throws WasmException if the module is malformed, invalid, or uses what is not supported
   * @throws OptionException if an option can't be followed in this module
   * @throws StrategyException if a command failed, took too much or can't be run
   */
  StrategyResult transform(byte[] module, AsyncifyOptions options);
}
