package dev.bysync.engine;

import dev.bysync.analysis.Cause;
import dev.bysync.analysis.Plan;
import dev.bysync.analysis.Selection;
import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.Catches;
import dev.bysync.strategy.External;
import dev.bysync.strategy.Strategy;
import dev.bysync.verify.SuspensionRule;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the transform's options let a module suspend. Only what users say forbids anything: imports
 * that are not listed, functions of a remove-list or outside an only-list, indirect calls that
 * never suspend or don't reach the host, catches that never suspend. What the transform finds out
 * by itself does not count, for it may be wrong; but which indirect calls can end in the host is
 * the plan's answer.
 */
public final class SuspensionRules implements SuspensionRule {
  private final Module module;
  private final Plan plan;
  private final Selection selection;
  private final Catches catches;
  private final Map<Integer, Boolean> calls = new HashMap<>();

  private SuspensionRules(Module module, AsyncifyOptions options) {
    this.module = module;
    selection = options.selection();
    plan = Plan.of(module, selection);
    catches = options.catches();
  }

  /**
   * The rule for a module.
   *
   * @param original the module before the transform
   * @throws dev.bysync.wasm.binary.WasmException if it is not well-formed
   * @throws dev.bysync.analysis.OptionException if the lists don't fit the module
   */
  public static SuspensionRule of(byte[] original, AsyncifyOptions options) {
    boolean open = options.selection().importRule() == ImportRule.ALL && !isOfCalls(options);
    return open ? SuspensionRule.ANY : new SuspensionRules(Module.read(original), options);
  }

  /** The rule for what a strategy makes: options mean nothing to an external command. */
  static SuspensionRule of(byte[] original, Strategy strategy, AsyncifyOptions options) {
    return strategy instanceof External ? SuspensionRule.ANY : of(original, options);
  }

  private static boolean isOfCalls(AsyncifyOptions options) {
    Selection selection = options.selection();
    return selection.indirect() != IndirectCalls.DEFAULT
        || !selection.removeList().isEmpty()
        || !selection.onlyList().isEmpty()
        || options.catches() == Catches.IGNORED;
  }

  @Override
  public boolean mayImport(int function) {
    return plan.cause(function) == Cause.IMPORT;
  }

  @Override
  public boolean isOfCalls() {
    return selection.indirect() != IndirectCalls.DEFAULT
        || !selection.removeList().isEmpty()
        || !selection.onlyList().isEmpty()
        || catches == Catches.IGNORED;
  }

  @Override
  public boolean mayPass(int function, int offset) {
    return calls.computeIfAbsent(offset, at -> decide(function, at));
  }

  private boolean decide(int function, int offset) {
    Cause cause = plan.cause(function);
    boolean listed = cause == Cause.ONLY_LIST || cause == Cause.TOP_MOST;
    if (cause == Cause.REMOVE_LIST || (!selection.onlyList().isEmpty() && !listed)) {
      return false;
    }
    int body = function - module.importedFunctionCount();
    CodeReader code = new CodeReader(module.bytes(), offset, module.bodyEnd(body));
    boolean may =
        switch (code.next()) {
          case Opcodes.CALL_INDIRECT -> plan.isTableSite(function, code.index(), code.index2());
          case Opcodes.CALL_REF -> plan.isReferenceSite(function, code.index());
          default -> true;
        };
    boolean asked = selection.indirect() != IndirectCalls.DEFAULT;
    return (may || !asked) && !(catches == Catches.IGNORED && isInCatch(body, offset));
  }

  /** Whether an instruction stands in a legacy catch. */
  private boolean isInCatch(int body, int offset) {
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    int groups = in.count();
    for (int i = 0; i < groups; i++) {
      in.u32();
      ValType.read(in);
    }
    CodeReader code = new CodeReader(module.bytes(), in.position(), module.bodyEnd(body));
    Deque<Boolean> open = new ArrayDeque<>();
    int catching = 0;
    while (!code.atEnd()) {
      int opcode = code.next();
      if (code.start() == offset) {
        return catching > 0;
      }
      switch (opcode) {
        case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE ->
            open.push(false);
        case Opcodes.CATCH, Opcodes.CATCH_ALL -> {
          catching += open.pop() ? 0 : 1;
          open.push(true);
        }
        case Opcodes.END, Opcodes.DELEGATE -> catching -= !open.isEmpty() && open.pop() ? 1 : 0;
        default -> {}
      }
    }
    return false;
  }
}
