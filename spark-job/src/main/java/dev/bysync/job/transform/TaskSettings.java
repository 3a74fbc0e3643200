package dev.bysync.job.transform;

import java.io.Serializable;

/**
 * What every task of a run needs to know.
 *
 * @param topic the topic that is read
 * @param out root of the store, a URI
 * @param profile identity of engine version and options
 * @param strategy name of the strategy
 * @param runId the run
 * @param maxModuleBytes the largest module that is processed, bytes
 */
public record TaskSettings(
    String topic, String out, String profile, String strategy, String runId, long maxModuleBytes)
    implements Serializable {}
