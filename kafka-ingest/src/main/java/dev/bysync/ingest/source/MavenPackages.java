package dev.bysync.ingest.source;

import dev.bysync.events.SourceKind;
import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.aether.ConfigurationProperties;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * Artifacts by Maven's own resolver, as the user's settings say: mirrors, proxies, credentials,
 * profiles with repositories, offline, the local repository. The system property {@code
 * maven.repo.local} names another local repository, as it does for Maven.
 */
final class MavenPackages implements PackageSource, AutoCloseable {
  private static final String PREFIX = "maven:";
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*");

  private final Duration timeout;
  private final String repository;
  private @Nullable Context context;

  /**
   * @param repository address of the only one, or empty for those of the settings
   */
  MavenPackages(Duration timeout, String repository) {
    this.timeout = timeout;
    this.repository = repository;
  }

  @Override
  public boolean takes(String source) {
    return source.startsWith(PREFIX);
  }

  /** {@code maven:GROUP:ARTIFACT:VERSION[:TYPE[:CLASSIFIER]]}. */
  @Override
  public FetchedPackage fetch(String source, KnownPackages known) throws FetchException {
    String[] part = source.substring(PREFIX.length()).split(":", -1);
    boolean valid = part.length >= 3 && part.length <= 5;
    for (String each : part) {
      valid &= PART.matcher(each).matches() && !each.contains("..");
    }
    if (!valid) {
      throw new FetchException(
          "not Maven coordinates", "write maven:GROUP:ARTIFACT:VERSION[:TYPE[:CLASSIFIER]]");
    }
    String identity = isFixed(part[2]) ? source : "";
    if (!identity.isEmpty() && known.contains(identity)) {
      return FetchedPackage.known(identity);
    }
    String type = part.length > 3 ? part[3] : "jar";
    String classifier = part.length > 4 ? part[4] : "";
    ArtifactResult result =
        resolve(new DefaultArtifact(part[0], part[1], classifier, type, part[2]));
    Artifact artifact = result.getArtifact();
    String name = part[0] + ":" + part[1];
    if (!type.equals("jar") || !classifier.isEmpty()) {
      name += ":" + type + (classifier.isEmpty() ? "" : ":" + classifier);
    }
    String registry = result.getRepository() == null ? "" : result.getRepository().getId();
    Origin origin = new Origin(SourceKind.MAVEN, registry, name, artifact.getVersion(), "");
    return FetchedPackage.of(
        List.of(new FetchedPackage.Part(artifact.getFile().toPath(), origin)), identity, null);
  }

  /** Releases never change. */
  private static boolean isFixed(String version) {
    return !version.endsWith("SNAPSHOT") && !version.equals("LATEST") && !version.equals("RELEASE");
  }

  private ArtifactResult resolve(Artifact artifact) throws FetchException {
    Context maven = context();
    try {
      return maven
          .repositorySystem()
          .resolveArtifact(
              maven.repositorySystemSession(),
              new ArtifactRequest(artifact, maven.remoteRepositories(), null));
    } catch (ArtifactResolutionException e) {
      boolean unknown =
          e.getResult() != null
              && e.getResult().getExceptions().stream()
                  .allMatch(ArtifactNotFoundException.class::isInstance);
      throw new FetchException(
          String.valueOf(e.getMessage()),
          unknown
              ? "check group, artifact and version"
              : "check the network, and mirrors and proxies in Maven's settings.xml");
    }
  }

  private synchronized Context context() throws FetchException {
    if (context == null) {
      ContextOverrides.Builder overrides =
          ContextOverrides.create()
              .withUserSettings(true)
              .configProperties(
                  Map.of(
                      ConfigurationProperties.REQUEST_TIMEOUT,
                      Math.toIntExact(Math.min(timeout.toMillis(), Integer.MAX_VALUE))));
      if (!repository.isEmpty()) {
        overrides
            .repositories(
                List.of(new RemoteRepository.Builder("central", "default", repository).build()))
            .addRepositoriesOp(ContextOverrides.AddRepositoriesOp.REPLACE);
      }
      String localRepository = System.getProperty("maven.repo.local");
      if (localRepository != null) {
        overrides.withLocalRepositoryOverride(Path.of(localRepository).toAbsolutePath());
      }
      try {
        context = Runtimes.INSTANCE.getRuntime().create(overrides.build());
      } catch (IllegalStateException e) {
        throw new FetchException(
            "Maven's settings can't be used: " + e.getMessage() + cause(e), "correct settings.xml");
      }
    }
    return context;
  }

  private static String cause(Throwable e) {
    return e.getCause() == null ? "" : ": " + e.getCause().getMessage();
  }

  @Override
  public synchronized void close() {
    if (context != null) {
      context.close();
      context = null;
    }
  }
}
