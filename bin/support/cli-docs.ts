/** docs/cli.md, made from the commands themselves: `npm run docs`. A test keeps it current. */
import type { Command } from 'commander';
import { createProgram } from '../program.ts';
import { EXIT_MEANINGS } from './exit-codes.ts';
import type { Io, Out } from './io.ts';

const INTRODUCTION = `# The command line

\`npx hive\` in this repository. Made from the commands' own help; do not edit (\`npm run docs\`).

## Which AWS, which stack

Every command that talks to the system looks, in this order:

1. \`--aws\`: AWS as the environment names it (region, credentials), whatever runs here.
2. \`AWS_ENDPOINT_URL\` in the environment.
3. The local AWS that \`hive up\` started (under \`--name\`, if it was given one), while it answers.
4. AWS as the environment names it.

The stack is \`NeuralHive-<stage>\`: \`--stage\`, else what \`hive up\` deployed there, else \`dev\`. \`hive status\` says what is meant.

## Output

Results are on stdout, warnings, notes and progress on stderr. With \`--json\` stdout is JSON alone: one value, or one a line
for \`watch\` and \`agent\`. An error is \`error CODE: what and why\` with a line \`try: what to do\` on stderr; with \`--json\` it
is \`{"error": {"code", "message", "detail"}}\` on stdout. Colours are used on a terminal only, and never with \`NO_COLOR\`.
Names from plans and agents are shown with control characters and direction marks escaped, as \`\\u001b\`.
\`HIVE_DEBUG=1\` shows where an internal error happened.

## Exit codes

| code | meaning |
| ---- | ------- |
`;

export function cliDocs(): string {
  const codes = EXIT_MEANINGS.map(([code, meaning]) => `| ${code} | ${meaning} |`).join('\n');
  const program = createProgram({ io: nowhere, finish: () => {} });
  const commands = program.commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]));
  return `${INTRODUCTION}${codes}\n\n## Commands\n\n${commands.map(section).join('\n')}`;
}

function section(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const parent = command.parent?.name() === 'hive' ? '' : `${command.parent?.name()} `;
  return `### hive ${parent}${command.name()}\n\n\`\`\`\n${help.trimEnd()}\n\`\`\`\n`;
}

const out: Out = { write: () => {}, isTTY: false, columns: 100, rows: 24, color: {} as Out['color'] };
const nowhere: Io = {
  stdout: out,
  stderr: out,
  env: {},
  readStdin: async () => '',
  now: () => 0,
  interrupt: () => new AbortController().signal,
};
