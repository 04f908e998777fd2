/**
 * Of a policy set, only those policies that a kind of question can be decided by: whose scope takes this action, this
 * type of principal and of resource. The others would never match, so the answer is the same, in half of the time.
 */
import type { PolicyJson, SchemaJson } from '@cedar-policy/cedar-wasm/web';
import { loadCedar } from './wasm.ts';

export interface Kind {
  readonly action: string;
  readonly principal: string;
  readonly resource: string;
}

type Actions = SchemaJson<string>[string]['actions'];

/** An action with the groups that it is in. */
function withGroups(name: string, actions: Actions): string[] {
  const groups = actions[name]?.memberOf ?? [];
  return [name, ...groups.flatMap(({ id }) => withGroups(id, actions))];
}

const idOf = (entity: { __entity: { id: string } } | { id: string }): string =>
  '__entity' in entity ? entity.__entity.id : entity.id;

function takesAction({ action }: PolicyJson, names: readonly string[]): boolean {
  if (action.op === 'All' || 'slot' in action) return true;
  const entities = 'entities' in action ? action.entities : [action.entity];
  return entities.some((entity) => names.includes(idOf(entity)));
}

/** A scope that says nothing of the type takes any. */
const takesType = (scope: PolicyJson['principal'] | PolicyJson['resource'], type: string): boolean =>
  scope.op !== 'is' || scope.entity_type === type;

export interface Slicer {
  /** ids of the policies that such a question can be decided by */
  policiesFor(kind: Kind): string[];
  /** the schema with no actions but this one and its groups */
  schemaFor(action: string): SchemaJson<string>;
}

/** @throws Error when the schema does not parse */
export function createSlicer(policies: ReadonlyMap<string, PolicyJson>, schema: string): Slicer {
  const answer = loadCedar().schemaToJson(schema);
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  const [[name, definition]] = Object.entries(answer.json) as [[string, SchemaJson<string>[string]]];
  const { actions } = definition;
  return {
    policiesFor({ action, principal, resource }) {
      const names = withGroups(action, actions);
      return [...policies]
        .filter(([, policy]) => takesAction(policy, names))
        .filter(([, policy]) => takesType(policy.principal, principal) && takesType(policy.resource, resource))
        .map(([id]) => id);
    },
    schemaFor(action) {
      const kept = withGroups(action, actions).filter((known) => Object.hasOwn(actions, known));
      return {
        [name]: { ...definition, actions: Object.fromEntries(kept.map((known) => [known, actions[known] as never])) },
      };
    },
  };
}
