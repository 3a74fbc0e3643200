package dev.bysync.cli;

import dev.bysync.analysis.PrintableText;
import dev.bysync.verify.Reproducer.Site;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.FunctionNames;
import dev.bysync.wasm.module.Module;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sites in words: the function's name and index, and where the call is in the original. */
final class SiteText {
  private final @Nullable FunctionNames names;

  SiteText(byte[] original) {
    this.names = names(original);
  }

  private static @Nullable FunctionNames names(byte[] original) {
    try {
      return FunctionNames.of(Module.read(original));
    } catch (WasmException e) {
      return null; // which is told elsewhere
    }
  }

  String of(Site site) {
    String name = names == null ? "" : " (" + PrintableText.name(names.name(site.function())) + ")";
    return "function %d%s, call at 0x%x".formatted(site.function(), name, site.offset());
  }

  List<String> of(List<Site> sites) {
    return sites.stream().map(this::of).toList();
  }
}
