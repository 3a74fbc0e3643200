/**
 * What the embedded S3 endpoint is given beside its own settings: {@link
 * dev.bysync.cli.s3.LoopbackConnectors}. Lives in the endpoint's class loader and depends on Spring
 * Boot and Tomcat alone.
 */
@NullMarked
package dev.bysync.cli.s3;

import org.jspecify.annotations.NullMarked;
