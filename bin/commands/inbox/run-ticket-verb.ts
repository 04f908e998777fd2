/** `hive inbox claim`, `done`, `fail`, `hand-back`. */
import type { InboxItem } from '../../../core/messages/agent-api.ts';
import { type ExecutionResultInput, executionResult } from '../../../core/messages/execution-result.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectInbox, explained, type InboxClient } from '../../support/inbox-client.ts';
import type { InboxOptions } from '../../support/inbox-options.ts';
import { detailsOf, timeLeft } from '../../support/inbox-view.ts';
import type { Io } from '../../support/io.ts';
import { toJson } from '../../support/text.ts';
import { type WhichTicket, whichTicket } from '../../support/which-ticket.ts';

interface Asked<O> {
  readonly inbox: InboxClient;
  readonly item: InboxItem;
  readonly which: WhichTicket;
  readonly options: O;
  readonly io: Io;
}
/** What is told: as JSON, and in words. */
interface Told {
  readonly answer: unknown;
  readonly lines: readonly string[];
}

const ticketVerb =
  <O extends InboxOptions>(act: (asked: Asked<O>) => Promise<Told>): Run<O> =>
  async (io, args, options) => {
    const which = whichTicket(args);
    const inbox = await connectInbox(options, io);
    const item = await inbox.find(which);
    const { answer, lines } = await act({ inbox, item, which, options, io }).catch((error: unknown) => {
      throw explained(error, inbox.agent, inbox.flags, which);
    });
    io.stdout.write(`${options.json ? toJson(answer) : lines.join('\n')}\n`);
    return EXIT.ok;
  };

const claim = ({ inbox, item }: Pick<Asked<InboxOptions>, 'inbox' | 'item'>) =>
  inbox.api.claim(item.ticket.ticket_id, inbox.fence(item));

export const claimTicket = ticketVerb<InboxOptions>(async ({ inbox, item, which, io }) => {
  const answer = await claim({ inbox, item });
  const remaining_ms = Math.max(0, answer.timeout_at - io.now());
  const head = `${which.name} is yours: ${timeLeft({ remaining_ms })}`;
  const next = `hive inbox done ${which.words} --agent ${inbox.agent}${inbox.flags}, when it is`;
  return { answer, lines: [head, ...detailsOf(item, io.stdout.columns), next] };
});

/** The same report again is the same result, whenever it is sent. */
async function report<O extends InboxOptions>(asked: Asked<O>, said: Partial<ExecutionResultInput>): Promise<Told> {
  const { inbox, item, which, io } = asked;
  const { ticket_id } = item.ticket;
  // Claimed before or not: claiming again changes nothing, and a person's token has long ended by now.
  const { token } = await claim(asked);
  const { agent_id, attempt, claim_id } = inbox.fence(item);
  const of = { ticket_id, agent_id, timestamp: io.now(), schema_version: 1 as const };
  const result = executionResult.parse({ ...of, status: 'COMPLETED', ...said });
  const answer = await inbox.api.report(ticket_id, { attempt, claim_id, result }, token);
  const ended = answer.status === 'COMPLETED' ? 'done' : 'failed';
  const line = answer.duplicate
    ? `was ${ended} already: nothing changed`
    : `${ended === 'done' ? 'is' : 'has'} ${ended}`;
  return { answer, lines: [`${which.name} ${line}`] };
}

export const doneTicket = ticketVerb<
  InboxOptions & { readonly output?: Record<string, string>; readonly note?: string }
>((asked) => {
  const { output = {}, note } = asked.options;
  const metadata = note === undefined ? {} : { note };
  return report(asked, { result: { success: true, output, metadata, logs: [] } });
});

export const failTicket = ticketVerb<InboxOptions & { readonly why: string; readonly forGood?: true }>((asked) => {
  const { why, forGood } = asked.options;
  const error = { code: 'PERSON_REPORTED_FAILURE', retryable: forGood !== true };
  return report(asked, { status: 'FAILED', error_message: why, error });
});

export const handBackTicket = ticketVerb<InboxOptions & { readonly why: string }>(async (asked) => {
  const { inbox, item, which, options } = asked;
  const { claim_id, ...holder } = inbox.fence(item);
  const token = item.phase === 'running' ? (await claim({ inbox, item })).token : undefined;
  const request = { ...holder, ...(token !== undefined && { claim_id }), why: options.why };
  const answer = await inbox.api.handBack(item.ticket.ticket_id, request, token);
  return { answer, lines: [`${which.name} is handed back: somebody else gets it`] };
});
