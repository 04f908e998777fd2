/** The command line as a function of its arguments: which commands there are, and what a wrong one is answered with. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { GROUPS } from './commands/index.ts';
import type { Session } from './support/command.ts';
import { shortenEchoes } from './support/echoes.ts';
import { tellError } from './support/errors.ts';
import { EXIT, EXIT_MEANINGS } from './support/exit-codes.ts';
import type { Io } from './support/io.ts';
import { toJson } from './support/text.ts';

/** Runs one command to its end. Never throws. @returns the exit status */
export async function runHive(given: readonly string[], io: Io): Promise<number> {
  const args = inOrder(given);
  const json = wantsJson(args);
  let status: number = EXIT.ok;
  const session: Session = {
    io,
    finish(value) {
      status = value;
    },
  };
  const program = createProgram(session, json, args);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) return tellError(error, io, json);
    if (error.exitCode === 0) return EXIT.ok;
    if (json) {
      const message = shortenEchoes(error.message.replace(/^error: /, ''), args);
      io.stdout.write(`${toJson({ error: { code: 'USAGE', message, detail: {} } })}\n`);
    }
    return EXIT.usage;
  }
}

/** @param args what is echoed in errors, and cut there */
export function createProgram(session: Session, json = false, args: readonly string[] = []): Command {
  const { io } = session;
  const program = new Command('hive')
    .description('Turns approved cognitive plans into tickets, hands them to agents and sees them through.')
    .version(version, '-V, --version')
    .addHelpText('after', `\n${exitCodesText()}`);
  for (const { title, parent, fallback, about, commands } of GROUPS) {
    program.commandsGroup(`${title}:`);
    if (parent === undefined) for (const define of commands) program.addCommand(define(session).helpGroup(`${title}:`));
    else {
      const names = commands.map((define) => define(session));
      const summary = names.map((command) => command.name()).join(', ');
      const group = new Command(parent)
        .summary(summary)
        .description([title, about].filter(Boolean).join('\n\n'))
        .helpGroup(`${title}:`);
      for (const command of names) group.addCommand(command, { isDefault: command.name() === fallback });
      program.addCommand(group);
    }
  }
  program.commandsGroup('More:').helpCommand('help [command]', 'how a command is used');
  return quieten(program, io, json, args);
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** No command ends the process or writes past `io`. */
function quieten(command: Command, io: Io, json: boolean, args: readonly string[]): Command {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => (json ? undefined : io.stderr.write(text)),
    outputError: (text, write) => write(shortenEchoes(text, args)),
    getOutHelpWidth: () => Math.min(100, io.stdout.columns),
    getErrHelpWidth: () => Math.min(100, io.stderr.columns),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
  command.showHelpAfterError(`(hive ${pathOf(command)}--help shows how it is used)`);
  for (const child of command.commands) quieten(child, io, json, args);
  return command;
}

function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.map((name) => `${name} `).join('');
}

/** `help plan compile` is `plan compile --help`; a `--json` before the command belongs to the command. */
function inOrder(args: readonly string[]): readonly string[] {
  const [first, second, ...rest] = args;
  if (first === 'help' && second !== undefined && rest.length > 0) return [second, ...rest, '--help'];
  if (first !== '--json' || second === undefined || second.startsWith('-')) return args;
  const end = rest.indexOf('--');
  const own = end < 0 ? rest.length : end;
  return [second, ...rest.slice(0, own), '--json', ...rest.slice(own)];
}

/** Known before the arguments are parsed, for errors in the arguments; what follows `--` is somebody else's. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).includes('--json');
}

export function exitCodesText(): string {
  const lines = EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`);
  return ['Exit codes:', ...lines].join('\n');
}
