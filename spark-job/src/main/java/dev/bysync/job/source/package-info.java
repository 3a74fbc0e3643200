/**
 * Records of the topic as what they say: {@link dev.bysync.job.source.RecordDecoder} gives a {@link
 * dev.bysync.job.source.Submission} or, for what is no event, an {@link
 * dev.bysync.job.source.Undecodable}. {@link dev.bysync.job.source.KafkaTopic} is the topic itself
 * as the driver sees it. Depends on {@code schemas} and on the rows of the {@code sink} package.
 */
@NullMarked
package dev.bysync.job.source;

import org.jspecify.annotations.NullMarked;
