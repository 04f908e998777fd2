/** AgentService over the core's reads. */
import type { ServiceImpl } from '@connectrpc/connect';
import { type AgentService, AgentViewSchema, ListAgentsResponseSchema } from './generated/neural_hive/v1/agent_pb.js';
import { parseId, parsePage } from './requests.ts';
import type { RpcDeps } from './routes.ts';
import { toMessage } from './views.ts';

export const createAgentService = ({ monitor }: RpcDeps): ServiceImpl<typeof AgentService> => ({
  listAgents: async (request) => toMessage(ListAgentsResponseSchema, await monitor.listAgents(parsePage(request))),
  getAgent: async ({ agentId }) => toMessage(AgentViewSchema, await monitor.getAgent(parseId('agent_id', agentId))),
});
