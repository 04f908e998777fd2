/** TicketService over the core's reads and verbs. */
import type { ServiceImpl } from '@connectrpc/connect';
import { skipRequest } from '../../core/messages/monitoring-api.ts';
import { VerbAnswerSchema } from './generated/neural_hive/v1/common_pb.js';
import { TicketExplanationSchema, type TicketService } from './generated/neural_hive/v1/ticket_pb.js';
import { parse, parseId, parseVerb } from './requests.ts';
import type { RpcDeps } from './routes.ts';
import { toMessage, toTicketDetail } from './views.ts';

const idOf = ({ ticketId }: { ticketId: string }): string => parseId('ticket_id', ticketId);

export function createTicketService({ monitor, operations }: RpcDeps): ServiceImpl<typeof TicketService> {
  return {
    getTicket: async (request) => toTicketDetail(await monitor.getTicket(idOf(request))),
    explainTicket: async (request) => toMessage(TicketExplanationSchema, await monitor.explainTicket(idOf(request))),

    retryTicket: async (request, context) =>
      toMessage(VerbAnswerSchema, await operations.retryTicket(idOf(request), parseVerb(request, context))),
    skipTicket: async (request, context) => {
      const verb = parseVerb(request, context);
      const { output } = parse(skipRequest.pick({ output: true }), { output: request.output });
      return toMessage(VerbAnswerSchema, await operations.skipTicket(idOf(request), { ...verb, output }));
    },
  };
}
