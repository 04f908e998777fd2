/** IncidentService over the core's reads and its verb. */
import type { ServiceImpl } from '@connectrpc/connect';
import { admittedOf } from './caller.ts';
import { VerbAnswerSchema } from './generated/neural_hive/v1/common_pb.js';
import {
  type IncidentService,
  IncidentViewSchema,
  ListIncidentsResponseSchema,
} from './generated/neural_hive/v1/incident_pb.js';
import { parseId, parsePage, parseVerb } from './requests.ts';
import type { RpcDeps } from './routes.ts';
import { toMessage } from './views.ts';

const idOf = ({ incidentId }: { incidentId: string }): string => parseId('incident_id', incidentId);

export function createIncidentService({ monitor, operations }: RpcDeps): ServiceImpl<typeof IncidentService> {
  return {
    listIncidents: async (request, context) => {
      const { tenants } = admittedOf(context).caller;
      return toMessage(ListIncidentsResponseSchema, await monitor.listIncidents({ ...parsePage(request), tenants }));
    },
    getIncident: async (request) => toMessage(IncidentViewSchema, await monitor.getIncident(idOf(request))),
    resolveIncident: async (request, context) =>
      toMessage(VerbAnswerSchema, await operations.resolveIncident(idOf(request), parseVerb(request, context))),
  };
}
