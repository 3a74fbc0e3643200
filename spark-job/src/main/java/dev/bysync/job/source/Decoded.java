package dev.bysync.job.source;

import java.io.Serializable;

/** What a record of the topic says. Bounded in size, without the module's bytes. */
public sealed interface Decoded extends Serializable permits Submission, Undecodable {
  Position position();
}
