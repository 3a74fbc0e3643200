# Two images: `cli`, the bysync command (ingest, dlq, config, and run with a master elsewhere), and `job`, Spark with the job in it,
# for master, workers, driver and executors alike. Neither runs as root.
#
#   docker build --target cli --build-arg REVISION=$(git rev-parse HEAD) -t bysync:0.1.0 .
#   docker build --target job --build-arg REVISION=$(git rev-parse HEAD) -t bysync-job:0.1.0 .

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -DskipTests -Dspotless.check.skip=true -pl cli -am package
# what S3A needs and Spark's distribution lacks
RUN sdk=$(sed -n 's:.*<awssdk.version>\(.*\)</awssdk.version>.*:\1:p' pom.xml) && \
    mkdir /s3a && cd cli/target/bysync/lib-run && \
    cp hadoop-aws-*.jar analyticsaccelerator-s3-*.jar eventstream-*.jar reactive-streams-*.jar \
       httpclient-4*.jar httpcore-4*.jar *-"$sdk".jar /s3a && \
    cp /src/spark-job/target/spark-job-*-job.jar /bysync-job.jar

FROM eclipse-temurin:17.0.17_10-jre-noble AS cli
ARG REVISION=
LABEL org.opencontainers.image.title="bysync" \
      org.opencontainers.image.description="Asyncifies WebAssembly at corpus scale: the command" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --create-home --home-dir /home/bysync bysync
COPY --from=build /src/bin/bysync /opt/bysync/bin/bysync
COPY --from=build /src/cli/target/bysync /opt/bysync/cli/target/bysync
ENV BYSYNC_NO_BUILD=1 BYSYNC_REVISION=$REVISION PATH=/opt/bysync/bin:$PATH
USER 10001
WORKDIR /home/bysync
ENTRYPOINT ["/opt/bysync/bin/bysync"]
CMD ["--help"]

FROM apache/spark:4.2.0-scala2.13-java17-ubuntu AS job
ARG REVISION=
LABEL org.opencontainers.image.title="bysync-job" \
      org.opencontainers.image.description="Asyncifies WebAssembly at corpus scale: Spark with the job" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="Apache-2.0"
USER root
COPY --from=build /s3a/ /opt/spark/jars/
COPY --from=build /bysync-job.jar /opt/bysync/bysync-job.jar
ENV BYSYNC_REVISION=$REVISION
USER 185
