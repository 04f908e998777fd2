/**
 * Expressions of policies made into functions, after Cedar's own semantics: what is of the wrong type or missing throws,
 * and whoever evaluates then asks Cedar itself. What is not spoken of here makes its policy one that only Cedar evaluates.
 */
import type { Expr } from '@cedar-policy/cedar-wasm/web';
import type { PolicyValue } from '../../../core/policy/access.ts';
import { attributesOf, isIn, isRecord, isRef, type PolicyRecord, type Ref, same, type World } from './world.ts';

export type Evaluate = (world: World) => PolicyValue;

/** Only Cedar evaluates it. */
export class NotCompiled extends Error {}

type Parts = Readonly<Record<string, Expr>>;
type Compile = (parts: Parts) => Evaluate;

export function compile(expression: Expr): Evaluate {
  const [[operator, parts], another] = Object.entries(expression) as [[string, Parts], unknown?];
  const known = Object.hasOwn(OPERATORS, operator) && another === undefined ? OPERATORS[operator] : undefined;
  if (known === undefined) throw new NotCompiled(operator);
  return known(parts);
}

const bool = (value: PolicyValue): boolean => {
  if (typeof value !== 'boolean') throw new TypeError('not a boolean');
  return value;
};
const long = (value: PolicyValue): number => {
  // Beyond, JavaScript's numbers are not exact; Cedar's are.
  if (!Number.isSafeInteger(value)) throw new TypeError('not a whole number');
  return value as number;
};
const set = (value: PolicyValue): readonly PolicyValue[] => {
  if (!Array.isArray(value)) throw new TypeError('not a set');
  return value;
};
const ref = (value: PolicyValue): Ref => {
  if (!isRef(value)) throw new TypeError('not an entity');
  return value;
};

export const isTrue =
  (evaluate: Evaluate) =>
  (world: World): boolean =>
    bool(evaluate(world));

const both = (of: (left: PolicyValue, right: PolicyValue) => PolicyValue): Compile => {
  return ({ left, right }) => {
    const [a, b] = [compile(left as Expr), compile(right as Expr)];
    return (world) => of(a(world), b(world));
  };
};
const numbers = (of: (left: number, right: number) => PolicyValue): Compile =>
  both((left, right) => of(long(left), long(right)));
const has = (list: readonly PolicyValue[], value: PolicyValue): boolean => list.some((item) => same(item, value));

/** A name, not a path of them, and where it is looked for. */
function named({ left, attr }: Parts): { of: AttributesOf; name: string } {
  if (typeof attr !== 'string') throw new NotCompiled('a path of attributes');
  return { of: attributes(left as Expr), name: attr };
}

/** undefined: of an entity that nothing is known of */
type AttributesOf = (world: World) => PolicyRecord | undefined;

function attributes(expression: Expr): AttributesOf {
  const variable = 'Var' in expression && Object.keys(expression).length === 1 && expression.Var;
  if (variable === 'principal') return (world) => world.attributes.principal;
  if (variable === 'resource') return (world) => world.attributes.resource;
  const of = compile(expression);
  return (world) => {
    const value = of(world);
    if (isRef(value)) return attributesOf(world, value);
    if (isRecord(value)) return value;
    throw new TypeError('neither an entity nor a record');
  };
}

/** A constant of a policy; records in one are written as `Record`. */
function constant(value: unknown): Evaluate {
  if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isSafeInteger(value) && !isRef(value))
    throw new NotCompiled('a constant');
  return () => value as PolicyValue;
}

const VARIABLES: Readonly<Record<string, Evaluate>> = {
  principal: (world) => world.principal,
  resource: (world) => world.resource,
  context: (world) => world.context,
};

const OPERATORS: Readonly<Record<string, Compile>> = {
  Value: (value) => constant(value),
  Var: (name) => {
    const variable = VARIABLES[name as unknown as string];
    if (variable === undefined) throw new NotCompiled(`the variable ${name}`);
    return variable;
  },
  Set: (items) => {
    const expressions = items as unknown as Expr[];
    const all = expressions.map(compile);
    if (!expressions.every((item) => Object.hasOwn(item, 'Value'))) return (world) => all.map((item) => item(world));
    const constants = expressions.map((item) => (item as { Value: PolicyValue }).Value);
    return () => constants;
  },
  '!': ({ arg }) => {
    const of = isTrue(compile(arg as Expr));
    return (world) => !of(world);
  },
  neg: ({ arg }) => {
    const of = compile(arg as Expr);
    return (world) => long(-long(of(world)));
  },
  '&&': ({ left, right }) => {
    const [a, b] = [isTrue(compile(left as Expr)), isTrue(compile(right as Expr))];
    return (world) => a(world) && b(world);
  },
  '||': ({ left, right }) => {
    const [a, b] = [isTrue(compile(left as Expr)), isTrue(compile(right as Expr))];
    return (world) => a(world) || b(world);
  },
  'if-then-else': ({ if: test, then, else: other }) => {
    const [a, b, c] = [isTrue(compile(test as Expr)), compile(then as Expr), compile(other as Expr)];
    return (world) => (a(world) ? b(world) : c(world));
  },
  '==': both(same),
  '!=': both((left, right) => !same(left, right)),
  '<': numbers((left, right) => left < right),
  '<=': numbers((left, right) => left <= right),
  '>': numbers((left, right) => left > right),
  '>=': numbers((left, right) => left >= right),
  '+': numbers((left, right) => long(left + right)),
  '-': numbers((left, right) => long(left - right)),
  '*': numbers((left, right) => long(left * right)),
  contains: both((left, right) => has(set(left), right)),
  containsAll: both((left, right) => {
    const list = set(left);
    return set(right).every((item) => has(list, item));
  }),
  containsAny: both((left, right) => {
    const list = set(left);
    return set(right).some((item) => has(list, item));
  }),
  isEmpty: ({ arg }) => {
    const of = compile(arg as Expr);
    return (world) => set(of(world)).length === 0;
  },
  is: ({ left, entity_type: type, in: group }) => {
    if (group !== undefined) throw new NotCompiled('is … in');
    const of = compile(left as Expr);
    return (world) => ref(of(world)).__entity.type === (type as unknown);
  },
  in: ({ left, right }) => {
    const [a, b] = [compile(left as Expr), compile(right as Expr)];
    return (world) => {
      const [member, groups] = [ref(a(world)), b(world)];
      if (isRef(groups)) return isIn(world, member, groups);
      // All are looked at: one that is no entity is an error wherever it stands.
      return set(groups)
        .map(ref)
        .some((group) => isIn(world, member, group));
    };
  },
  '.': (parts) => {
    const { of, name } = named(parts);
    return (world) => {
      const known = of(world);
      if (known === undefined || !Object.hasOwn(known, name)) throw new TypeError(`no attribute ${name}`);
      return known[name] as PolicyValue;
    };
  },
  has: (parts) => {
    const { of, name } = named(parts);
    return (world) => {
      const known = of(world);
      return known !== undefined && Object.hasOwn(known, name);
    };
  },
};
