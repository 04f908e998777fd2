/** AgentService over the core's reads and its verbs. */
import type { ServiceImpl } from '@connectrpc/connect';
import { admittedOf } from './caller.ts';
import { type AgentService, AgentViewSchema, ListAgentsResponseSchema } from './generated/neural_hive/v1/agent_pb.js';
import { VerbAnswerSchema } from './generated/neural_hive/v1/common_pb.js';
import { parseId, parsePage, parseVerb } from './requests.ts';
import type { RpcDeps } from './routes.ts';
import { toMessage } from './views.ts';

const idOf = ({ agentId }: { agentId: string }): string => parseId('agent_id', agentId);

export const createAgentService = ({ monitor, operations }: RpcDeps): ServiceImpl<typeof AgentService> => ({
  listAgents: async (request, context) => {
    const { tenants } = admittedOf(context).caller;
    return toMessage(ListAgentsResponseSchema, await monitor.listAgents({ ...parsePage(request), tenants }));
  },
  getAgent: async (request, context) =>
    toMessage(AgentViewSchema, await monitor.getAgent(idOf(request), admittedOf(context).caller.tenants)),
  drainAgent: async (request, context) =>
    toMessage(VerbAnswerSchema, await operations.drainAgent(idOf(request), parseVerb(request, context))),
  undrainAgent: async (request, context) =>
    toMessage(VerbAnswerSchema, await operations.undrainAgent(idOf(request), parseVerb(request, context))),
});
