/** How a command of `hive` is written: its usage, an example or two, and a function that answers with the exit status. */
import { Command } from 'commander';
import type { Io } from './io.ts';

/** Resolves to the exit status; what it throws is told and mapped to one. */
export type Run<O> = (io: Io, args: readonly string[], options: O & { readonly json?: true }) => Promise<number>;

export interface CommandSpec<O> {
  /** name and arguments, as commander writes them: `submit <file>` */
  readonly usage: string;
  readonly summary: string;
  /** more about it, below the summary */
  readonly about?: string;
  readonly examples: readonly string[];
  readonly options?: (command: Command) => Command;
  /** imports what it needs when it is called, so that help and the other commands do not pay for it */
  readonly run: () => Promise<Run<O>>;
}

/** Where the exit status goes, and what the program writes to. */
export interface Session {
  readonly io: Io;
  finish(status: number): void;
}

export type Definition = (session: Session) => Command;

export function defineCommand<O>(spec: CommandSpec<O>): Definition {
  return (session) => {
    const [name = '', ...args] = spec.usage.split(' ');
    const command = new Command(name)
      .summary(spec.summary)
      .description([spec.summary, spec.about].filter(Boolean).join('\n\n'));
    for (const arg of args) command.argument(arg);
    spec.options?.(command);
    const required = command.options.filter(({ mandatory }) => mandatory);
    for (const option of required) option.description += ' (required)';
    if (required.length > 0) command.usage([...required.map(({ flags }) => flags), '[options]', ...args].join(' '));
    command.option('--json', 'print JSON on stdout, errors too');
    command.addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  $ ${line}`).join('\n')}`);
    command.action(async () => {
      const run = await spec.run();
      const operands = command.processedArgs.flatMap((arg: unknown) =>
        arg === undefined ? [] : (arg as string | string[]),
      );
      session.finish(await run(session.io, operands, command.opts()));
    });
    return command;
  };
}
