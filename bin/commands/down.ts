import { defineCommand } from '../support/command.ts';

export const down = defineCommand({
  usage: 'down',
  summary: 'stop the local AWS',
  about: 'What was deployed to it and its data are gone with it. An endpoint named by AWS_ENDPOINT_URL is left alone.',
  examples: ['hive down', 'hive down --name second'],
  options: (command) => command.option('--name <name>', 'of the local AWS, if several run'),
  run: async () => (await import('./down-stack.ts')).downCommand,
});
