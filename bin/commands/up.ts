import { defineCommand } from '../support/command.ts';
import { port, stage } from '../support/options.ts';

export const up = defineCommand({
  usage: 'up',
  summary: 'start a local AWS and deploy to it',
  about:
    'Installs what it needs on first use, outside this folder (HIVE_HOME, else the user’s cache). A container where Docker answers, else processes; with AWS_ENDPOINT_URL set, whatever runs there. Doing it again deploys what has changed.',
  examples: ['hive up', 'hive up --name second --port 4600'],
  options: (command) =>
    command
      .option('--port <port>', 'of the local AWS (default: HIVE_PORT, else 4566)', port)
      .option('--name <name>', 'of the local AWS, to run several')
      .option('--stage <stage>', 'of the stack (default: dev)', stage),
  run: async () => (await import('./up-stack.ts')).upCommand,
});
