/** The access routes of the deployed Monitoring API, as commands call them. */
import type { z } from 'zod';
import {
  type breakGlassRequest,
  callerView,
  grantList,
  type grantRequest,
  refusalList,
  type revokeRequest,
  signalList,
} from '../../core/messages/access-api.ts';
import { enrolAnswer, enrolmentList, type enrolRequest } from '../../core/messages/enrolment-api.ts';
import { type HandOverRequest, MAX_PAGE, type VerbRequest, verbAnswer } from '../../core/messages/monitoring-api.ts';
import { type CallOptions, type CallTarget, createCallApi } from './call-api.ts';

/** Every method throws as `createCallApi` says. @throws HiveError STACK_NOT_FOUND when the stack has no such API */
export function connectAccess(target: CallTarget, options: CallOptions = {}) {
  const call = createCallApi(target, 'asking again changes nothing twice', options);
  const ask = <S extends z.ZodType>(path: string, schema: S, request?: object): Promise<z.output<S>> =>
    call(request === undefined ? 'GET' : 'POST', `/v1/${path}`, schema, request);

  return {
    whoAmI: () => ask('access/caller', callerView),
    grants: (limit: number) => ask(`access/grants?limit=${limit}`, grantList),
    refusals: (limit: number) => ask(`access/refusals?limit=${limit}`, refusalList),
    signals: (limit: number) => ask(`access/signals?limit=${limit}`, signalList),
    grant: (request: z.input<typeof grantRequest>) => ask('access/grant', verbAnswer, request),
    revoke: (request: z.input<typeof revokeRequest>) => ask('access/revoke', verbAnswer, request),
    handOver: (agentId: string, request: HandOverRequest) =>
      ask(`agents/${encodeURIComponent(agentId)}/hand-over`, verbAnswer, request),
    enrol: (agentId: string, request: z.input<typeof enrolRequest>) =>
      ask(`agents/${encodeURIComponent(agentId)}/enrol`, enrolAnswer, request),
    /** the newest `limit` of the caller's tenants, of as many pages as it takes */
    async enrolments(limit: number): Promise<z.output<typeof enrolmentList>['items']> {
      const items: z.output<typeof enrolmentList>['items'] = [];
      let cursor: string | undefined;
      do {
        const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = await ask(`enrolments?limit=${MAX_PAGE}${after}`, enrolmentList);
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (items.length < limit && cursor !== undefined);
      return items.slice(0, limit);
    },
    withdrawEnrolment: (enrolmentId: string, request: VerbRequest) =>
      ask(`enrolments/${encodeURIComponent(enrolmentId)}/withdraw`, verbAnswer, request),
    revokeCredential: (agentId: string, request: VerbRequest) =>
      ask(`agents/${encodeURIComponent(agentId)}/revoke-credential`, verbAnswer, request),
    breakGlass: (request: z.input<typeof breakGlassRequest>) => ask('access/break-glass', verbAnswer, request),
  };
}
