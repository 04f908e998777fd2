/** Whose inbox a command is about. */
import { type Command, Option } from 'commander';
import { agentId } from './options.ts';
import { type TargetOptions, targetOptions } from './target.ts';

export interface InboxOptions extends TargetOptions {
  readonly agent: string;
}

export const inboxOptions = (command: Command): Command =>
  targetOptions(command).addOption(
    new Option('--agent <id>', 'the person, by the id they joined with')
      .env('HIVE_AGENT')
      .argParser(agentId)
      .makeOptionMandatory(),
  );
