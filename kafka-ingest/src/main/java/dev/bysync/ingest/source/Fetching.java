package dev.bysync.ingest.source;

import dev.bysync.ingest.http.Address;
import dev.bysync.ingest.http.InternalTargets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where packages come from, over what the user's clients are configured for.
 *
 * @param npmRegistry address of npm's registry, over that of npm's configuration; empty for that
 * @param mavenRepository address of the one repository of Maven artifacts, in place of those of
 *     Maven's settings, whose mirrors and logins count still; empty for those
 * @param internal what is done where servers name addresses of this machine's network
 */
public record Fetching(String npmRegistry, String mavenRepository, InternalTargets internal) {
  /** As the clients say; no internal addresses. */
  public static Fetching defaults() {
    return new Fetching("", "", InternalTargets.REFUSED);
  }

  /** What is wrong with these, one sentence each. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    Map<String, String> addresses =
        new TreeMap<>(Map.of("npm-registry", npmRegistry, "maven-repository", mavenRepository));
    addresses.forEach(
        (option, address) -> {
          try {
            if (!address.isEmpty()) {
              Address.parse(address);
            }
          } catch (IllegalArgumentException e) {
            problems.add("%s (--%s)".formatted(e.getMessage(), option));
          }
        });
    return problems;
  }
}
