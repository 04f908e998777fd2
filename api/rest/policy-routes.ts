/** The policies' versions over REST. Who may do what of it is for the policies in force to say: `action`. */
import { HiveError } from '../../core/errors.ts';
import { verbAnswer, verbRequest } from '../../core/messages/monitoring-api.ts';
import { policiesView, policySetView, proposeRequest, versionRequest } from '../../core/messages/policies-api.ts';
import type { PoliciesChanged } from '../../core/policy/in-force/change-policies.ts';
import { NO_QUERY, type Route, type RouteCall, route } from './route.ts';

/** @throws HiveError MESSAGE_INVALID */
function versionIn(id: string): number {
  if (/^(0|[1-9]\d{0,8})$/.test(id)) return Number(id);
  throw new HiveError('MESSAGE_INVALID', 'The id in the path is to be the number of a version of the policies.');
}

const answer = ({ version, changed, state }: PoliciesChanged) => ({
  id: String(version),
  phase: state.in_force === version ? 'in_force' : state.shadow === version ? 'shadow' : 'proposed',
  changed,
});

/** Whom the ledger names: the caller as the edge knows it. Authors and approvers are told apart by it alone. */
const operator = ({
  by,
  authorization,
  body: { why },
}: Pick<RouteCall<unknown, { why: string }>, 'by' | 'authorization' | 'body'>) => ({
  ...{ by, why, authorization },
});

export const POLICY_ROUTES: readonly Route[] = [
  route({
    ...{ name: 'listPolicies', method: 'get', path: '/v1/policies', tag: 'policies', action: 'ViewPolicy' },
    ...{ query: NO_QUERY, answer: policiesView, summary: 'Versions of the policies, and which is in force' },
    run: (served) => served.policies.list(),
  }),
  route({
    ...{ name: 'getPolicies', method: 'get', path: '/v1/policies/{id}', tag: 'policies', action: 'ViewPolicy' },
    ...{ query: NO_QUERY, answer: policySetView, summary: 'What a version of the policies says' },
    errors: { 404: ['POLICIES_UNKNOWN'] },
    run: async (served, { id }) => ({ version: versionIn(id), set: await served.policies.show(versionIn(id)) }),
  }),
  route({
    ...{ name: 'proposePolicies', method: 'post', path: '/v1/policies', tag: 'policies', action: 'ProposePolicies' },
    ...{ query: NO_QUERY, body: proposeRequest, answer: verbAnswer, summary: 'Proposes another version' },
    errors: { 413: ['POLICIES_TOO_LARGE'], 422: ['POLICIES_INVALID'] },
    run: async (served, call) => answer(await served.policies.propose(call.body.set, operator(call))),
  }),
  route({
    ...{ name: 'approvePolicies', method: 'post', path: '/v1/policies/{id}/approve', tag: 'policies' },
    ...{ action: 'ApprovePolicies', query: NO_QUERY, body: verbRequest, answer: verbAnswer },
    summary: 'Puts a version in force; not by whom it was written',
    errors: { 403: ['APPROVER_IS_AUTHOR'], 404: ['POLICIES_UNKNOWN'], 409: ['POLICIES_SUPERSEDED'] },
    run: async (served, call) => answer(await served.policies.approve(versionIn(call.id), operator(call))),
  }),
  route({
    ...{ name: 'rollBackPolicies', method: 'put', path: '/v1/policies/in-force', tag: 'policies' },
    ...{ action: 'RollBackPolicies', query: NO_QUERY, body: versionRequest, answer: verbAnswer },
    summary: 'Puts a version in force again that was before; by default the one before',
    errors: { 404: ['POLICIES_UNKNOWN'] },
    run: async (served, call) => answer(await served.policies.rollBack(call.body.version, operator(call))),
  }),
  route({
    ...{ name: 'shadowPolicies', method: 'put', path: '/v1/policies/shadow', tag: 'policies' },
    ...{ action: 'ShadowPolicies', query: NO_QUERY, body: versionRequest, answer: verbAnswer },
    summary:
      'Asks a version beside the one in force, and records where it says something else; without a version: no more',
    errors: { 404: ['POLICIES_UNKNOWN'] },
    run: async (served, call) => answer(await served.policies.shadow(call.body.version, operator(call))),
  }),
];
