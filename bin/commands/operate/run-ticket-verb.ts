/** `hive retry`, `hive skip`. */
import { HiveError } from '../../../core/errors.ts';
import type { VerbAnswer } from '../../../core/messages/monitoring-api.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { connectMonitoring, type MonitoringClient } from '../../support/monitoring-client.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';
import { type WhichTicket, whichTicket } from '../../support/which-ticket.ts';

type Ask<O> = (client: MonitoringClient, ticketId: string, options: O) => Promise<VerbAnswer>;

const ticketVerb =
  <O extends OperatorOptions>(ask: Ask<O>): Run<O> =>
  async (io, args, options) => {
    const which = whichTicket(args);
    const target = await resolveApi(options, io);
    const answer = await ask(connectMonitoring(target), which.ticket_id, options).catch((error: unknown) => {
      throw told(error, which, target.flags);
    });
    io.stdout.write(`${options.json ? toJson(answer) : verbLine(which.name, answer)}
`);
    return EXIT.ok;
  };

export const retryTicket = ticketVerb<OperatorOptions>((client, id, options) =>
  client.retryTicket(id, operatorOf(options)),
);

export const revokeTicketToken = ticketVerb<OperatorOptions>((client, id, options) =>
  client.revokeToken(id, operatorOf(options)),
);

export const skipTicket = ticketVerb<OperatorOptions & { readonly output?: Record<string, string> }>(
  (client, id, options) => client.skipTicket(id, { ...operatorOf(options), output: options.output ?? {} }),
);

function told(error: unknown, which: WhichTicket, flags: string): unknown {
  if (!(error instanceof HiveError)) return error;
  const { code, message, detail } = error;
  if (code === 'TICKET_UNKNOWN') return which.unknown();
  if (code !== 'TICKET_PHASE_WRONG') return error;
  return refuse(code, message, { try: `hive explain ${which.words}${flags} tells its story`, detail });
}
