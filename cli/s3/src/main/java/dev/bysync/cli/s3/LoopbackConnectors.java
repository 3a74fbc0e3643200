package dev.bysync.cli.s3;

import java.net.InetAddress;
import org.apache.catalina.connector.Connector;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Binds every port of the endpoint to the loopback address. S3Mock makes a connector of its own for
 * HTTP, which {@code server.address} doesn't reach: without this it listens on all interfaces. A
 * source of the application by {@code spring.main.sources}, so that it is there before anything
 * listens.
 */
public final class LoopbackConnectors
    implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    factory.setAddress(loopback);
    for (Connector connector : factory.getAdditionalConnectors()) {
      connector.setProperty("address", loopback.getHostAddress());
    }
  }
}
