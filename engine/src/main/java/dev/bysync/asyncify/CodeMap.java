package dev.bysync.asyncify;

import dev.bysync.wasm.module.IndexMap;

/**
 * What of a transformed module is what of the original: instructions by their offsets, functions
 * and globals by their indices. All other indices of the original are the same in the output.
 *
 * @param offsets where the original's instructions went
 * @param indices where the original's functions and globals went
 */
public record CodeMap(OffsetMap offsets, IndexMap indices) {}
