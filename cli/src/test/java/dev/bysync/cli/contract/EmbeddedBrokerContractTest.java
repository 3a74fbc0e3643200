package dev.bysync.cli.contract;

class EmbeddedBrokerContractTest extends BrokerContractTest {
  @Override
  String bootstrap() {
    return SharedBroker.bootstrap();
  }
}
