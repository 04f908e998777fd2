/** A ticket as it is named on the command line: by its own id, or by its plan and its task. */
import { sha256 } from '../../adapters/system/digest.ts';
import { HiveError } from '../../core/errors.ts';
import { compensationIdOf, ticketIdOf } from '../../core/ticket/ids.ts';
import { refuse } from './errors.ts';
import { shellWord } from './follow-plan.ts';
import { echo, plain } from './text.ts';
import { unknownTicket } from './unknown.ts';

/** Task ids of tickets that undo others begin so. */
const UNDO = 'undo:';

export interface WhichTicket {
  readonly ticket_id: string;
  /** as it was asked for: `deploy of release-1`, or the ticket's id */
  readonly name: string;
  /** how it is named to another command */
  readonly words: string;
  readonly unknown: () => HiveError;
}

/** @param args `TICKET_ID`, or `PLAN_ID TASK_ID`: ids may hold any character, so nothing parts them but the shell */
export function whichTicket([first = '', task]: readonly string[]): WhichTicket {
  if (task === undefined)
    return {
      ticket_id: first,
      name: plain(first),
      words: shellWord(plain(first)),
      unknown: () => unknownTicket(first),
    };
  const undone = task.startsWith(UNDO) ? task.slice(UNDO.length) : undefined;
  return {
    ticket_id: undone === undefined ? ticketIdOf(first, task, sha256) : compensationIdOf(first, undone, sha256),
    name: `${plain(task)} of ${plain(first)}`,
    words: `${shellWord(plain(first))} ${shellWord(plain(task))}`,
    unknown: () =>
      refuse('TICKET_UNKNOWN', `there is no task ${echo(task)} in a plan ${echo(first)} of this ledger`, {
        try: `hive plans lists the plans; hive tickets ${echo(first) === first ? shellWord(first) : 'PLAN_ID'} lists the tickets of one`,
        detail: { plan_id: first, task_id: task },
      }),
  };
}

export const isUnknownTicket = (error: unknown): boolean =>
  error instanceof HiveError && error.code === 'TICKET_UNKNOWN';
