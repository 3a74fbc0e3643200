package dev.bysync.analysis;

import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.analysis.Selection.NamedList;
import dev.bysync.analysis.Selection.Propagation;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.FunctionNames;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which functions are instrumented and which calls are sites. Immutable; made before a byte is
 * emitted.
 *
 * <p>Everything starts at what may suspend by itself: an imported function, and an indirect call
 * whose target the host can supply. From there it spreads from callee to caller over the call graph
 * with one worklist: linear in the number of calls. Functions that call the control functions are
 * the module's own runtime: the top-most ones (start_unwind, stop_rewind) suspend but are not
 * instrumented, the bottom-most ones (stop_unwind, start_rewind) stop the spreading.
 *
 * <p>{@link Selection} changes that at four places: which imports and targets are sources;
 * functions of the remove-list stop the spreading; those of the add-list are sources that spread or
 * not; an only-list takes the place of all of it. In functions of the add-list and the only-list
 * every indirect call is a site, whatever the policy says: that is how users let single indirect
 * calls suspend.
 */
public final class Plan {
  private final CallGraph graph;
  private final ControlImports controls;
  private final FunctionNames names;
  private final Selection selection;
  private final List<String> warnings = new ArrayList<>();

  /** Places of the entries that match nothing. */
  private final Map<NamedList, BitSet> unmatched = new EnumMap<>(NamedList.class);

  private final BitSet importSources;
  private final BitSet top = new BitSet();
  private final BitSet bottom = new BitSet();
  private final BitSet removed;
  private final BitSet added;
  private final BitSet only;

  /** Nodes a call of which is a site. */
  private final BitSet suspending;

  /** Targets that reach what must see its real arguments again. */
  private final BitSet argumentsMatter;

  private final BitSet instrumented;
  private final Spreading spreading;
  private final TailCalls tailCalls;

  private Plan(Module module, Selection selection) {
    this.selection = selection;
    graph = CallGraph.scan(module);
    controls = ControlImports.of(module);
    names = FunctionNames.of(module);
    findRuntime();
    importSources = importSources(module);
    removed = find(NamedList.REMOVE_LIST);
    added = find(NamedList.ADD_LIST);
    only = find(NamedList.ONLY_LIST);
    checkLists();

    Rows callersOf = graph.callersOf();
    spreading = new Spreading(callersOf, graph.nodeCount(), barred());
    addSources(spreading);
    if (!hasOnlyList()) {
      spreading.run();
    }
    suspending = (BitSet) spreading.met().clone();
    suspending.or(only);
    suspending.or(added);
    if (!added.isEmpty() && selection.indirect() != IndirectCalls.NEVER) {
      suspending.or(targetsOf(List.of(added), false, callersOf));
    }
    argumentsMatter =
        targetsOf(
            List.of(importSources, top), selection.indirect() != IndirectCalls.DECLARED, callersOf);

    instrumented = (BitSet) suspending.clone();
    instrumented.clear(0, module.importedFunctionCount());
    instrumented.clear(module.functionCount(), graph.nodeCount());
    instrumented.andNot(top);
    instrumented.andNot(bottom);
    tailCalls = new TailCalls(module, this, graph);
  }

  /**
   * Scans the module and decides by default.
   *
   * @throws dev.bysync.wasm.binary.WasmException if a body can't be decoded
   */
  public static Plan of(Module module) {
    return of(module, Selection.defaults());
  }

  /**
   * Scans the module and decides.
   *
   * @throws dev.bysync.wasm.binary.WasmException if a body can't be decoded
   * @throws OptionException if a list names an import, or two lists the same function
   */
  public static Plan of(Module module, Selection selection) {
    return new Plan(module, selection);
  }

  // ---- deciding ----

  private void findRuntime() {
    if (!controls.isUsed()) {
      return;
    }
    for (int edge = 0; edge < graph.edgeCount(); edge++) {
      switch (controls.control(graph.callee(edge))) {
        case ControlImports.START_UNWIND, ControlImports.STOP_REWIND -> top.set(graph.caller(edge));
        case ControlImports.STOP_UNWIND, ControlImports.START_REWIND ->
            bottom.set(graph.caller(edge));
        default -> {}
      }
    }
    // what has a control function in a table is no function of the runtime
    top.clear(graph.module().functionCount(), graph.nodeCount());
    bottom.clear(graph.module().functionCount(), graph.nodeCount());
  }

  private BitSet find(NamedList list) {
    return NameList.find(list, selection, graph.module(), names, unmatched(list));
  }

  private BitSet unmatched(NamedList list) {
    return unmatched.computeIfAbsent(list, key -> new BitSet());
  }

  private BitSet importSources(Module module) {
    BitSet sources = new BitSet();
    if (selection.importRule() == ImportRule.NONE) {
      return sources;
    }
    BitSet matched = new BitSet();
    for (Module.Import imported : module.imports()) {
      if (imported.kind() == ExternKind.FUNCTION
          && controls.control(imported.index()) == ControlImports.NONE
          && isSource(imported.module() + "." + imported.name(), matched)) {
        sources.set(imported.index());
      }
    }
    if (selection.importRule() == ImportRule.LISTED) {
      matched.flip(0, selection.imports().size());
      unmatched(NamedList.IMPORTS).or(matched);
    }
    return sources;
  }

  private boolean isSource(String name, BitSet matched) {
    if (selection.importRule() == ImportRule.ALL) {
      return true;
    }
    boolean found = false;
    for (int i = 0; i < selection.imports().size(); i++) {
      if (Wildcards.matches(selection.imports().get(i), name)) {
        matched.set(i);
        found = true;
      }
    }
    return found;
  }

  private void checkLists() {
    BitSet both = (BitSet) added.clone();
    both.and(removed);
    if (!both.isEmpty()) {
      throw new OptionException(
          "'%s' is in the add-list and in the remove-list"
              .formatted(PrintableText.name(names.name(both.nextSetBit(0)))));
    }
    for (BitSet list : List.of(added, only)) {
      for (int f = list.nextSetBit(0); f >= 0; f = list.nextSetBit(f + 1)) {
        if (top.get(f) || bottom.get(f)) {
          warnings.add(
              "'%s' is listed but not instrumented: it %s"
                  .formatted(
                      PrintableText.name(names.name(f)),
                      (bottom.get(f) ? Cause.BOTTOM_MOST : Cause.TOP_MOST).words()));
        }
      }
    }
    added.andNot(bottom);
    only.andNot(bottom);
  }

  private boolean hasOnlyList() {
    return !selection.onlyList().isEmpty();
  }

  /** What the spreading does not enter. */
  private BitSet barred() {
    BitSet barred = (BitSet) bottom.clone();
    barred.or(removed);
    if (selection.indirect() == IndirectCalls.NEVER) {
      barred.set(graph.module().functionCount(), graph.nodeCount());
    }
    return barred;
  }

  private void addSources(Spreading spreading) {
    for (int f = importSources.nextSetBit(0); f >= 0; f = importSources.nextSetBit(f + 1)) {
      spreading.source(f);
    }
    for (int node = graph.module().functionCount(); node < graph.nodeCount(); node++) {
      if (selection.indirect() == IndirectCalls.DEFAULT && graph.isHostTarget(node)) {
        spreading.source(node);
      }
    }
    for (int f = top.nextSetBit(0); f >= 0; f = top.nextSetBit(f + 1)) {
      spreading.source(f);
    }
    if (selection.propagation() == Propagation.CALLERS) {
      for (int f = added.nextSetBit(0); f >= 0; f = added.nextSetBit(f + 1)) {
        spreading.source(f);
      }
    }
  }

  /** Targets by which one of the functions can be reached; with {@code host} also the host's. */
  private BitSet targetsOf(List<BitSet> functions, boolean host, Rows callersOf) {
    BitSet barred = new BitSet();
    Spreading spreading = new Spreading(callersOf, graph.nodeCount(), barred);
    for (BitSet set : functions) {
      for (int f = set.nextSetBit(0); f >= 0; f = set.nextSetBit(f + 1)) {
        spreading.source(f);
      }
    }
    int functionCount = graph.module().functionCount();
    barred.set(0, functionCount); // from here on only targets are met
    for (int node = functionCount; host && node < graph.nodeCount(); node++) {
      if (graph.isHostTarget(node)) {
        spreading.source(node);
      }
    }
    spreading.run();
    BitSet targets = spreading.met();
    targets.clear(0, functionCount);
    return targets;
  }

  // ---- answers ----

  /** Whether the function's body is rewritten. */
  public boolean isInstrumented(int function) {
    return instrumented.get(function);
  }

  /** Number of functions whose body is rewritten. */
  public int instrumentedCount() {
    return instrumented.cardinality();
  }

  /** Whether a call of the function is a site. */
  public boolean maySuspend(int function) {
    return suspending.get(function);
  }

  /** Whether a {@code call_indirect} of this type on this table is a site in the function. */
  public boolean isTableSite(int function, int type, int table) {
    return isListed(function) || suspending.get(graph.tableTarget(type, table));
  }

  /** Whether a {@code call_ref} of this type is a site in the function. */
  public boolean isReferenceSite(int function, int type) {
    return isListed(function) || suspending.get(graph.valueTarget(type));
  }

  /** Whether the function calls a control function, and so changes the state by itself. */
  public boolean isRuntime(int function) {
    return top.get(function) || bottom.get(function);
  }

  private boolean isListed(int function) {
    return added.get(function) || only.get(function);
  }

  /** Whether a call of the function must see its real arguments again when it is resumed. */
  public boolean needsArguments(int function) {
    return !instrumented.get(function);
  }

  /** Whether a {@code call_indirect} may reach what must see its real arguments again. */
  public boolean tableNeedsArguments(int type, int table) {
    return argumentsMatter.get(graph.tableTarget(type, table));
  }

  /** Whether a {@code call_ref} may reach what must see its real arguments again. */
  public boolean referenceNeedsArguments(int type) {
    return argumentsMatter.get(graph.valueTarget(type));
  }

  /** What the tail calls that may suspend mean. */
  public TailCalls tailCalls() {
    return tailCalls;
  }

  /** The module's own use of the control functions. */
  public ControlImports controls() {
    return controls;
  }

  /** Entries of lists that mean nothing in this module: {@link Unmatched#sentences}. */
  public List<String> warnings() {
    List<String> all = new ArrayList<>(Unmatched.sentences(unmatched()));
    all.addAll(warnings);
    return List.copyOf(all);
  }

  /** Entries of lists that match nothing here; what may be meant is looked for at each call. */
  public List<Unmatched> unmatched() {
    List<Unmatched> all = new ArrayList<>();
    unmatched.forEach(
        (list, places) -> {
          List<String> entries = list.of(selection);
          int[] positions = places.stream().toArray();
          NearestNames near =
              new NearestNames(Arrays.stream(positions).mapToObj(entries::get).toList());
          if (positions.length > 0) {
            candidates(list, near);
          }
          for (int i = 0; i < positions.length; i++) {
            all.add(new Unmatched(list, positions[i], entries.get(positions[i]), near.found(i)));
          }
        });
    return List.copyOf(all);
  }

  /** Names of functions, imported ones too, that somebody may have meant by another name. */
  public List<String> near(String name) {
    NearestNames near = new NearestNames(List.of(name));
    candidates(NamedList.IMPORTS, near);
    candidates(NamedList.ONLY_LIST, near);
    return near.found(0);
  }

  private void candidates(NamedList list, NearestNames near) {
    Module module = graph.module();
    if (list != NamedList.IMPORTS) {
      for (int f = module.importedFunctionCount(); f < module.functionCount(); f++) {
        near.look(names.name(f));
      }
      return;
    }
    for (Module.Import imported : module.imports()) {
      if (imported.kind() == ExternKind.FUNCTION
          && controls.control(imported.index()) == ControlImports.NONE) {
        near.look(imported.module() + "." + imported.name());
      }
    }
  }

  /** Names of functions, as the lists know them. */
  public FunctionNames names() {
    return names;
  }

  /** Why the function is instrumented, or is not. */
  public Cause cause(int function) {
    if (function < graph.module().importedFunctionCount()) {
      return controls.control(function) != ControlImports.NONE
          ? Cause.CONTROL
          : importSources.get(function) ? Cause.IMPORT : Cause.IGNORED_IMPORT;
    }
    if (bottom.get(function)) {
      return Cause.BOTTOM_MOST;
    }
    if (removed.get(function)) {
      return Cause.REMOVE_LIST;
    }
    if (top.get(function)) {
      return Cause.TOP_MOST;
    }
    if (hasOnlyList()) {
      return only.get(function) ? Cause.ONLY_LIST : Cause.NOT_LISTED;
    }
    int callee = next(function);
    if (callee == Spreading.NONE) {
      return added.get(function) ? Cause.ADD_LIST : Cause.NOTHING;
    }
    if (!graph.isTarget(callee)) {
      return Cause.CALLS;
    }
    return next(callee) == Spreading.NONE ? Cause.CALLS_HOST : Cause.CALLS_INDIRECTLY;
  }

  /** The graph of calls, for explanations. */
  CallGraph graph() {
    return graph;
  }

  /**
   * The callee by which a node was found to suspend: the next one on a shortest way to what
   * suspends by itself; negative for that itself and for nodes that can't suspend.
   */
  int next(int node) {
    return spreading.via()[node];
  }

  /** Number of nodes that suspension spread to, sources included. */
  int reachedCount() {
    return hasOnlyList() ? 0 : spreading.count();
  }

  /** One of these nodes, nearest to a source first. */
  int reached(int place) {
    return spreading.node(place);
  }

  /** Whether suspension spread to a node. */
  boolean isReached(int node) {
    return !hasOnlyList() && spreading.met().get(node);
  }

  /** Whether a node suspends by itself. */
  boolean isSource(int node) {
    return isReached(node) && next(node) == Spreading.NONE;
  }
}
