package dev.bysync.interp;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.text.SuiteScript;
import dev.bysync.wasm.text.SuiteScript.Action;
import dev.bysync.wasm.text.SuiteScript.Command;
import dev.bysync.wasm.text.SuiteScript.Kind;
import dev.bysync.wasm.text.SuiteScript.ModuleSource;
import dev.bysync.wasm.text.WatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Runs a script of the specification's test suite. */
final class SuiteRunner {
  private final Store store =
      new Store(new StoreLimits(1 << 17, 1 << 26, 1 << 29, 5_000, 1 << 22, 100));
  private final Calls calls;
  private final SuiteSuspender suspender = new SuiteSuspender();
  private final Imports.Builder imports;
  private final UnaryOperator<byte[]> prepared;
  private final Map<String, Instance> instances = new HashMap<>();
  private final Map<String, WasmModule> definitions = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private @Nullable Instance current;
  private @Nullable WasmModule lastDefinition;
  private int passed;

  private SuiteRunner(UnaryOperator<byte[]> prepared, Calls calls) {
    this.prepared = prepared;
    this.calls = calls;
    HostFunction print = (slots, refs) -> {};
    imports =
        SuiteHost.imports(
            store, calls == Calls.SUSPENDED ? suspender.suspending(store, print) : print);
  }

  /** Calls that the host's functions get. */
  enum Calls {
    PLAIN,
    /** Each suspends once, where it can. */
    SUSPENDED
  }

  /** How many commands did what they should, and what is wrong with the others. */
  record Result(
      int passed, List<String> failures, int suspensions, int acrossInstances, int inStart) {}

  /**
   * Runs a script.
   *
   * @param prepared applied to each module before it is instantiated
   */
  static Result run(String script, UnaryOperator<byte[]> prepared, Calls calls) {
    SuiteRunner runner = new SuiteRunner(prepared, calls);
    for (Command command : SuiteScript.read(script)) {
      runner.run(command);
    }
    SuiteSuspender suspender = runner.suspender;
    return new Result(
        runner.passed,
        runner.failures,
        suspender.suspensions(),
        suspender.acrossInstances(),
        suspender.inStart());
  }

  private void run(Command command) {
    String problem;
    try {
      problem = problem(command);
    } catch (Trap | WasmThrow | WasmException | WatException | LinkException e) {
      problem = e.toString();
    } catch (RuntimeException | StackOverflowError e) {
      problem = e + " at " + List.of(e.getStackTrace()).stream().limit(4).toList();
    }
    if (problem.isEmpty()) {
      passed++;
    } else {
      failures.add(command.line() + ": " + command.kind() + ": " + problem);
    }
  }

  private String problem(Command command) throws LinkException {
    switch (command.kind()) {
      case MODULE -> {
        current = null;
        current = instantiate(source(command));
        if (command.name() != null) {
          instances.put(command.name(), current);
        }
        return "";
      }
      case DEFINITION -> {
        lastDefinition = WasmModule.parse(prepared.apply(source(command).assemble()));
        if (command.name() != null) {
          definitions.put(command.name(), lastDefinition);
        }
        return "";
      }
      case INSTANCE -> {
        WasmModule module =
            command.message().isEmpty() ? lastDefinition : definitions.get(command.message());
        current = Instance.instantiate(store, Objects.requireNonNull(module), imports.build());
        if (command.name() != null) {
          instances.put(command.name(), current);
        }
        return "";
      }
      case REGISTER -> {
        register(command.message(), instance(command.name()));
        return "";
      }
      case ACTION -> {
        act(Objects.requireNonNull(command.action()));
        return "";
      }
      case ASSERT_RETURN -> {
        Acted acted = act(Objects.requireNonNull(command.action()));
        return SuiteValues.compare(acted.type, command.expected(), acted.slots, acted.refs);
      }
      case ASSERT_CUSTOM -> {
        return "";
      }
      default -> {
        return refused(command);
      }
    }
  }

  private void register(String name, Instance instance) {
    if (calls == Calls.PLAIN) {
      imports.instance(name, instance);
      return;
    }
    instance
        .exports()
        .forEach(
            (export, value) -> imports.define(name, export, suspender.suspending(store, value)));
  }

  private static ModuleSource source(Command command) {
    return Objects.requireNonNull(command.module());
  }

  private Instance instantiate(ModuleSource source) throws LinkException {
    WasmModule module = WasmModule.parse(prepared.apply(source.assemble()));
    return Instance.instantiate(store, module, imports.build());
  }

  private Instance instance(@Nullable String name) {
    Instance instance = name == null ? current : instances.get(name);
    if (instance == null) {
      throw new IllegalStateException("no instance");
    }
    return instance;
  }

  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  private record Acted(FunctionType type, long[] slots, @Nullable Object[] refs) {}

  private Acted act(Action action) {
    Instance instance = instance(action.module());
    if (action.isGet()) {
      WasmGlobal global = (WasmGlobal) Objects.requireNonNull(instance.export(action.name()));
      return new Acted(
          FunctionType.of(new int[0], new int[] {global.type()}),
          new long[] {global.bits(), global.highBits()},
          new Object[] {global.ref(), null});
    }
    WasmFunction function = instance.function(action.name());
    FunctionType type = function.type();
    long[] slots = new long[type.slots() + 2];
    @Nullable Object[] refs = new Object[slots.length];
    int at = 0;
    for (SuiteScript.Pattern arg : action.args()) {
      at = SuiteValues.put(arg, slots, refs, at);
    }
    if (calls == Calls.SUSPENDED) {
      suspender.invoke(function, slots, refs);
    } else {
      function.invoke(slots, refs);
    }
    return new Acted(type, slots, refs);
  }

  /** Of the assertions that something fails. */
  private String refused(Command command) throws LinkException {
    Kind kind = command.kind();
    try {
      if (kind == Kind.ASSERT_INVALID || kind == Kind.ASSERT_MALFORMED) {
        WasmModule.parse(source(command).assemble());
      } else if (command.module() != null) {
        instantiate(source(command));
      } else {
        act(Objects.requireNonNull(command.action()));
      }
    } catch (WatException e) {
      return kind == Kind.ASSERT_MALFORMED ? "" : e.toString();
    } catch (WasmException e) {
      Failure wanted = kind == Kind.ASSERT_MALFORMED ? Failure.MALFORMED : Failure.INVALID;
      boolean right = kind == Kind.ASSERT_MALFORMED || kind == Kind.ASSERT_INVALID;
      return right && e.failure() == wanted ? "" : e + ", not " + command.message();
    } catch (LinkException e) {
      boolean right =
          kind == Kind.ASSERT_UNLINKABLE
              && String.valueOf(e.getMessage()).startsWith(command.message());
      return right ? "" : e.getMessage() + ", not " + command.message();
    } catch (Trap e) {
      boolean worded =
          e.detail().startsWith(command.message()) || command.message().startsWith(e.detail());
      boolean right = worded && (kind == Kind.ASSERT_TRAP || kind == Kind.ASSERT_EXHAUSTION);
      return right ? "" : e.detail() + ", not " + command.message();
    } catch (WasmThrow e) {
      return kind == Kind.ASSERT_EXCEPTION ? "" : "threw an exception";
    }
    return "succeeded, which should have been: " + command.message();
  }
}
