import { defineCommand } from '../../support/command.ts';
import { operatorName, port } from '../../support/options.ts';
import { targetOptions } from '../../support/target.ts';

export const apiServe = defineCommand({
  usage: 'serve',
  summary: 'serve the Monitoring API on this machine, until Ctrl-C',
  about:
    'REST, server-sent events, Connect and gRPC-Web over HTTP/1.1, and full gRPC over cleartext HTTP/2, all on one port of 127.0.0.1. It reads and acts with your AWS credentials for whoever calls it from this machine; pages in a browser are kept out.',
  examples: [
    'hive api serve',
    'hive api serve --port 9000 --as ada --json',
    'curl http://127.0.0.1:8080/v1/plans',
    'grpcurl -plaintext -import-path api/proto -proto neural_hive/v1/plan.proto 127.0.0.1:8080 neural_hive.v1.PlanService/ListPlans',
  ],
  options: (command) =>
    targetOptions(command)
      .option('--port <port>', 'listen on this port of 127.0.0.1', port, 8080)
      .option(
        '--as <name>',
        "who pauses, retries …, as the ledger's events name them (default: your name here)",
        operatorName,
      ),
  run: async () => (await import('./serve-api.ts')).serveApi,
});
