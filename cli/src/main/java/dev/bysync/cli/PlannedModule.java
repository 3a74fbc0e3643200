package dev.bysync.cli;

import dev.bysync.analysis.Explainer;
import dev.bysync.analysis.Explainer.Why;
import dev.bysync.analysis.FunctionText;
import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.Plan;
import dev.bysync.analysis.PrintableText;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.OptionRecord;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A module with the plan that the options make of it, for the commands that explain.
 *
 * @param warnings what the user should know, a sentence each
 */
record PlannedModule(
    Module module,
    AsyncifyOptions options,
    Plan plan,
    Explainer explainer,
    FunctionText text,
    List<String> warnings) {

  /**
   * Reads a module and plans.
   *
   * @throws CliFailure if it can't be read, is no module, or the options are wrong
   */
  static PlannedModule read(String in, CommandSpec spec) {
    OptionParser parser = TransformArguments.read(spec);
    return of(in, WasmFiles.read(in), parser);
  }

  /**
   * Plans.
   *
   * @param in what the module is called
   * @throws CliFailure if it is no module, or the options are wrong
   */
  static PlannedModule of(String in, byte[] bytes, OptionParser parser) {
    try {
      AsyncifyOptions options = parser.options();
      Module module = Module.read(bytes);
      Plan plan = Plan.of(module, options.selection());
      ListCheck.check(in, plan.unmatched(), parser);
      List<String> warnings = new ArrayList<>(parser.warnings());
      OptionRecord record = OptionRecord.of(bytes).record();
      if (record != null) {
        warnings.add(
            "%s: was made by bysync with %s; what is told is of that output, not of its original"
                .formatted(in, PrintableText.of(record.text())));
      }
      plan.warnings().forEach(warning -> warnings.add(in + ": " + PrintableText.of(warning)));
      return new PlannedModule(
          module,
          options,
          plan,
          new Explainer(module, plan),
          new FunctionText(module, plan.names()),
          warnings);
    } catch (OptionException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    } catch (WasmException e) {
      throw CliFailure.badInput(in + ": " + e.getMessage(), e);
    }
  }

  /** The function's name as it is printed; {@link #text} has it as it is. */
  String shownName(int function) {
    return PrintableText.of(text.name(function));
  }

  /** Why a function is instrumented or not, as it is printed. */
  String shownReason(Why why) {
    return PrintableText.of(text.reason(why));
  }

  /** Size of all bodies. */
  long codeBytes() {
    long bytes = 0;
    for (int f = module.importedFunctionCount(); f < module.functionCount(); f++) {
      bytes += explainer.bodyBytes(f);
    }
    return bytes;
  }

  /** Members of an object that say why a function is instrumented or not. */
  void writeReason(Why why, Json json) {
    json.name("cause").value(why.cause().name().toLowerCase(Locale.ROOT));
    if (why.offset() >= 0) {
      json.name("offset").value(why.offset());
    }
    if (why.callee() >= 0) {
      json.name("callee").value(why.callee()).name("calleeName").value(text.name(why.callee()));
    }
    if (why.type() >= 0) {
      json.name("type").value(why.type()).name("signature").value(text.type(why.type()));
    }
    json.name("reason").value(text.reason(why));
  }
}
