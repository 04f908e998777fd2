/**
 * Policies made into functions, once, so that a question costs microseconds: handing it to WebAssembly costs hundreds. They
 * answer only what is plain: a question that is of the schema to the letter, and of which no policy fails to evaluate. What
 * else is asked, Cedar itself answers.
 */
import type { EntityUidJson, PolicyJson, Response, SchemaJson } from '@cedar-policy/cedar-wasm/web';
import type { AccessRequest, Entity } from '../../../core/policy/access.ts';
import { type Conforms, conformsTo } from './conforms.ts';
import { compile, isTrue, NotCompiled } from './expression.ts';
import { isIn, type Ref, type World, worldOf } from './world.ts';

/** undefined: ask Cedar */
export type Compiled = (request: AccessRequest, entities: readonly Entity[]) => Response | undefined;

type Holds = (world: World) => boolean;

/**
 * @param policies those whose scope takes this action
 * @returns undefined when one of them, or the schema, has what is not compiled
 */
export function compilePolicies(
  policies: ReadonlyMap<string, PolicyJson>,
  schema: SchemaJson<string>,
  action: string,
): Compiled | undefined {
  let conforms: Conforms;
  let permits: [string, Holds][];
  let forbids: [string, Holds][];
  try {
    conforms = conformsTo(schema, action);
    const compiled = [...policies].map(([id, policy]) => [policy.effect, id, holds(policy)] as const);
    const of = (effect: string) =>
      compiled.filter(([is]) => is === effect).map(([, id, is]): [string, Holds] => [id, is]);
    permits = of('permit');
    forbids = of('forbid');
  } catch {
    return undefined;
  }
  return (request, entities) => {
    const world = conforms(request, entities) ? worldOf(request, entities) : undefined;
    if (world === undefined) return undefined;
    try {
      // All are evaluated: one that fails would be told of, also where another decides.
      const permitted = satisfied(permits, world);
      const forbidden = satisfied(forbids, world);
      const allowed = permitted.length > 0 && forbidden.length === 0;
      const reason = forbidden.length > 0 ? forbidden : permitted;
      return { decision: allowed ? 'allow' : 'deny', diagnostics: { reason, errors: [] } };
    } catch {
      return undefined;
    }
  };
}

const satisfied = (policies: readonly [string, Holds][], world: World): string[] => {
  const ids: string[] = [];
  for (const [id, is] of policies) if (is(world)) ids.push(id);
  return ids;
};

function holds({ principal, action, resource, conditions }: PolicyJson): Holds {
  const entities =
    action.op === 'All'
      ? []
      : 'entities' in action
        ? action.entities
        : 'entity' in action
          ? [action.entity]
          : [undefined];
  // Which actions it takes has been looked at by name alone.
  if (entities.some((entity) => entity === undefined || (uidOf(entity).__entity.type as string) !== 'Action'))
    throw new NotCompiled('an action');
  const parts: Holds[] = [
    ...inScope(principal, (world) => world.principal),
    ...inScope(resource, (world) => world.resource),
  ];
  for (const { kind, body } of conditions) {
    const is = isTrue(compile(body));
    parts.push(kind === 'when' ? is : (world) => !is(world));
  }
  return (world) => {
    for (const part of parts) if (!part(world)) return false;
    return true;
  };
}

function inScope(scope: PolicyJson['principal'] | PolicyJson['resource'], of: (world: World) => Ref): Holds[] {
  if (scope.op === 'All') return [];
  if (scope.op === 'is') {
    const { entity_type: type, in: group } = scope;
    const isOf: Holds = (world) => of(world).__entity.type === type;
    return group === undefined ? [isOf] : [isOf, ...inScope({ op: 'in', ...group }, of)];
  }
  if ('slot' in scope) throw new NotCompiled('a template');
  const entity = uidOf(scope.entity);
  if (scope.op === 'in') return [(world) => isIn(world, of(world), entity)];
  const { type, id } = entity.__entity;
  return [(world) => of(world).__entity.id === id && of(world).__entity.type === type];
}

const uidOf = (entity: EntityUidJson): Ref => ('__entity' in entity ? entity : { __entity: entity }) as Ref;
