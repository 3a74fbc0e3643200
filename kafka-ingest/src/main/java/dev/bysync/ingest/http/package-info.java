/**
 * Downloads over HTTP, safe with servers that are not: {@link dev.bysync.ingest.http.HttpFetcher}
 * is the entry. Sizes, redirects and times are bounded, credentials go to the host that they are
 * for and to no other, passing failures are tried again with growing pauses, and what comes is
 * checked against the digests that are known of it. No message holds a credential. Depends on the
 * JDK alone.
 */
@NullMarked
package dev.bysync.ingest.http;

import org.jspecify.annotations.NullMarked;
