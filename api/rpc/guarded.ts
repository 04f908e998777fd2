/** Every method of a service behind the guard: it is run only for whoever may, and is told who that is. */
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import type { Asked, Guard } from '../../core/access/guard.ts';
import { type About, THE_HIVE } from '../../core/access/resources.ts';
import { ACTIONS, type Action } from '../../core/policy/access.ts';
import { admit, entryOf, identityOf } from './caller.ts';

const LOOKS: Readonly<Record<string, Action>> = {
  ListPlanTickets: 'ViewPlan',
  GetPlanTimeline: 'ViewPlan',
  WatchPlan: 'ViewPlan',
  ExplainTicket: 'ViewTicket',
};

/** `GetPlan` and `ListPlans` are `ViewPlan` to the policies, `PausePlan` is itself. @throws TypeError for what they do not know */
export function actionOf({ name }: Pick<DescMethod, 'name'>): Action {
  const looked = LOOKS[name] ?? name.replace(/^Get|^List/, 'View').replace(/^(View\w+)s$/, '$1');
  const action = ACTIONS.find((known) => known === looked);
  if (action === undefined) throw new TypeError(`no policy is about the method ${name}`);
  return action;
}

const IDS: readonly (readonly [field: string, kind: About['kind']])[] = [
  ['ticketId', 'Ticket'],
  ['planId', 'Plan'],
  ['agentId', 'Agent'],
  ['incidentId', 'Incident'],
];
/** Their answers are cut to the caller's tenants. */
const CUT: readonly string[] = ['ListPlans', 'ListIncidents'];
const MAX_ID_CHARS = 256;

/** An id that cannot be one is refused by the method itself. */
function aboutOf(request: object): About {
  const fields = request as Readonly<Record<string, unknown>>;
  for (const [field, kind] of IDS) {
    const id = fields[field];
    if (typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARS) return { kind, id };
  }
  return THE_HIVE;
}

type Unary = (request: object, context: HandlerContext) => Promise<unknown>;
type Streaming = (request: object, context: HandlerContext) => AsyncIterable<unknown>;

export function guarded<S extends DescService>(service: S, methods: ServiceImpl<S>, guard: Guard): ServiceImpl<S> {
  const all = methods as Readonly<Record<string, Unary | Streaming | undefined>>;
  const wrapped = service.methods.flatMap((method) => {
    const run = all[method.localName];
    if (run === undefined) return [];
    const action = actionOf(method);
    const asked = (request: object, context: HandlerContext): Asked => ({
      ...{ identity: identityOf(context), action, about: aboutOf(request), entry: entryOf(context) },
      ...(CUT.includes(method.name) && { context: { by_tenant: true } }),
    });
    const unary: Unary = (request, context) =>
      guard(asked(request, context), (call) => {
        admit(context, call);
        return (run as Unary)(request, context);
      });
    const streaming: Streaming = async function* (request, context) {
      await guard(asked(request, context), async (call) => admit(context, call));
      yield* (run as Streaming)(request, context);
    };
    return [[method.localName, method.methodKind === 'unary' ? unary : streaming] as const];
  });
  return Object.fromEntries(wrapped) as ServiceImpl<S>;
}
