package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Planted.Draw;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws valid mutants: a place, each as likely as any other; a kind among those that apply there;
 * one fault of that kind. An invalid one is put back and another drawn at the same place, so that
 * what is hard to break is not drawn less often. The same seed and module give the same mutants.
 */
final class Sample {
  private static final int TRIES = 50;

  private final Places places;
  private final Patch patch;
  private final SplittableRandom random;
  private final List<Planted> planted = new ArrayList<>();

  Sample(Subject subject, long seed) {
    places = new Places(subject);
    patch = new Patch(subject.module());
    random = new SplittableRandom(seed ^ hash(subject.original()));
  }

  private static long hash(byte[] bytes) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Number of places in the module. */
  int places() {
    return places.size();
  }

  /**
   * Draws mutants.
   *
   * @param count how many evenly; fewer if the module has no more
   * @param each how many of a kind there shall be at least, where the module has places for it
   */
  List<Planted> draw(int count, int each) {
    for (int i = 0; i < count * TRIES && planted.size() < count; i++) {
      plant(places.at(random.nextInt(places.size())), Draw.EVENLY);
    }
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    planted.forEach(one -> counts.merge(one.mutant().kind(), 1, Integer::sum));
    for (Kind kind : Kind.values()) {
      int missing = each - counts.getOrDefault(kind, 0);
      int[] found = missing > 0 ? places.of(kind) : new int[0];
      for (int i = 0; i < TRIES && missing > 0 && found.length > 0; i++) {
        List<Mutant> mutants = places.at(found[random.nextInt(found.length)]);
        mutants.removeIf(mutant -> mutant.kind() != kind);
        missing -= plant(mutants, Draw.BY_KIND) ? 1 : 0;
      }
    }
    return planted;
  }

  /** Plants one of these, if one is valid and not planted yet. */
  private boolean plant(List<Mutant> mutants, Draw draw) {
    while (!mutants.isEmpty()) {
      List<Kind> kinds = mutants.stream().map(Mutant::kind).distinct().toList();
      Kind kind = kinds.get(random.nextInt(kinds.size()));
      List<Mutant> alike = mutants.stream().filter(mutant -> mutant.kind() == kind).toList();
      Mutant mutant = alike.get(random.nextInt(alike.size()));
      byte[] bytes = isPlanted(mutant) ? null : patch.apply(mutant);
      if (bytes != null) {
        planted.add(new Planted(mutant, bytes, draw));
        return true;
      }
      mutants.remove(mutant);
    }
    return false;
  }

  private boolean isPlanted(Mutant mutant) {
    return planted.stream().anyMatch(one -> one.mutant().isSame(mutant));
  }
}
