package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.wasm.binary.WasmException;
import org.jspecify.annotations.Nullable;

/**
 * How the verifier transforms the probe variant of a module: in the way that the module itself was
 * transformed.
 */
@FunctionalInterface
public interface ProbeTransform {
  /** The variant's import that must be able to suspend. */
  String IMPORT = "bysync_probe.at";

  /**
   * Transforms the variant so that {@link #IMPORT} may suspend wherever it is called.
   *
   * @throws IllegalArgumentException if the options don't allow that
   * @throws WasmException if the variant uses what the transform does not support
   */
  Made transform(byte[] variant);

  /**
   * The variant's transform.
   *
   * @param bytes the transformed module
   * @param sites where it can suspend; null if not known
   * @param rule where the options let the variant suspend
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  record Made(byte[] bytes, @Nullable SiteMap sites, SuspensionRule rule) {}
}
