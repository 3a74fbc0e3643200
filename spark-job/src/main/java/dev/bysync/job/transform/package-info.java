/**
 * From events to rows. {@link dev.bysync.job.transform.BatchPlan} decides in the driver which
 * modules a batch processes and in which tasks; {@link dev.bysync.job.transform.ModuleTask} does it
 * on the executors, one module at a time in each slot.
 *
 * <p><b>What travels.</b> A batch is read from Kafka twice: once for descriptions, which the driver
 * collects and plans with, and once for payloads. Only modules that the plan chose go through the
 * shuffle to their task: an inline payload (at most 512 KiB) with its bytes, a larger module as the
 * URI of its object, which the task reads straight from the store. A module in the table already
 * never leaves the machine that read its event.
 *
 * <p><b>Memory.</b> The driver holds the descriptions of one batch (at most 64 KiB each, typically
 * 300 bytes) and its rows. A slot holds one module, its transformed form and what the engine needs.
 *
 * <p><b>Isolation.</b> {@link dev.bysync.job.transform.Budgets} says what one module may use, and
 * which modules get a JVM of their own: outliers, and those at which an attempt has failed.
 *
 * <p>Depends on the {@code source}, {@code sink} and {@code store} packages and on the engine.
 */
@NullMarked
package dev.bysync.job.transform;

import org.jspecify.annotations.NullMarked;
