package dev.bysync.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through the modules: wasm-opt, the command, the warm transform, the workloads. */
final class Comparison {
  private static final List<String> ASYNCIFY = List.of("--asyncify");
  private static final List<String> OPTIMISED = List.of("-O2");
  private static final List<String> OPTIMISED_ASYNCIFY = List.of("-O2", "--asyncify");

  /** Class data of the command is shared from its third run on. */
  private static final int FIRST_RUNS = 3;

  private final Peer peer;
  private final Ours ours;
  private final NodeRunner node;
  private final List<String> features;
  private final List<String> remarks = new ArrayList<>();

  Comparison(Peer peer, Ours ours, NodeRunner node, List<String> features) {
    this.peer = peer;
    this.ours = ours;
    this.node = node;
    this.features = features;
  }

  /** Measures every module. A module that comes twice is measured once. */
  List<Row> run(List<Path> modules, @Nullable Path workloadPath, double warmUpSeconds)
      throws IOException, InterruptedException {
    List<Workload> workloads = workloads(workloadPath);
    for (int i = 0; i < FIRST_RUNS; i++) {
      ours.cold(modules.get(0), ours.output("first"));
    }
    Files.deleteIfExists(ours.output("first"));
    ours.warm().warmUp(modules, warmUpSeconds);
    List<Row> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Path root = Names.commonFolder(modules);
    for (int i = 0; i < modules.size(); i++) {
      byte[] bytes = Files.readAllBytes(modules.get(i));
      String sha256 = Hash.of(bytes);
      if (seen.add(sha256)) {
        String name = Names.below(root, modules.get(i));
        System.err.printf("[%d/%d] %s%n", i + 1, modules.size(), name);
        rows.add(row(name, sha256, bytes, modules.get(i), workloads));
      }
    }
    if (!workloads.isEmpty() && rows.stream().allMatch(row -> row.times().isEmpty())) {
      remarks.add("Nothing was run in Node: none of the workloads is for one of the modules.");
    }
    return rows;
  }

  private Row row(String name, String sha256, byte[] bytes, Path module, List<Workload> workloads)
      throws IOException, InterruptedException {
    PeerRun asyncify = peer.run(sha256, module, arguments(ASYNCIFY));
    PeerRun optimised = peer.run(sha256, module, arguments(OPTIMISED));
    PeerRun both = peer.run(sha256, module, arguments(OPTIMISED_ASYNCIFY));
    OurRun our = ours.run(sha256, module);
    Map<Form, Path> forms = new EnumMap<>(Form.class);
    forms.put(Form.ORIGINAL, module);
    if (optimised.isDone()) {
      forms.put(Form.OPTIMISED, peer.output(sha256, arguments(OPTIMISED)));
    }
    if (both.isDone()) {
      forms.put(Form.THEIRS, peer.output(sha256, arguments(OPTIMISED_ASYNCIFY)));
    }
    if (our.isDone()) {
      forms.put(Form.OURS, ours.output(sha256));
    }
    List<NodeTime> times = new ArrayList<>();
    for (Workload workload : workloads) {
      if (workload.takes(sha256)) {
        times.add(node.run(workload.name(), workload.script(), forms));
      }
    }
    Sizes size = Sizes.of(bytes);
    return new Row(name, sha256, size, asyncify, optimised, both, our, List.copyOf(times));
  }

  private List<Workload> workloads(@Nullable Path path) throws IOException, InterruptedException {
    if (path == null) {
      return List.of();
    }
    List<Workload> found = Workload.of(path);
    if (found.isEmpty()) {
      remarks.add("Nothing was run in Node: there are no workloads at " + path + ".");
    } else if (!node.isAvailable()) {
      remarks.add(
          "Nothing was run in Node: `" + String.join(" ", node.node()) + "` can't be started.");
      return List.of();
    } else {
      remarks.add(
          "Node: `%s SCRIPT MODULE %d`, %d rounds, the least time of each form"
              .formatted(String.join(" ", node.node()), node.repetitions(), node.rounds()));
    }
    return found;
  }

  private List<String> arguments(List<String> passes) {
    List<String> arguments = new ArrayList<>(features);
    arguments.addAll(passes);
    return arguments;
  }

  /** Where wasm-opt's figures come from. */
  String provenance() {
    return "wasm-opt's runs: %d measured now, %d taken from earlier runs"
        .formatted(peer.measured(), peer.taken());
  }

  /** What a reader should know besides, a sentence each. */
  List<String> remarks() {
    return remarks;
  }
}
