package dev.bysync.interp;

/** A vector of 128 bits: two halves, the lower holding lane 0 in its low bits. */
public record V128(long low, long high) {}
