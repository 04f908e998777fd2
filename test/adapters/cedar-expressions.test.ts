import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compilePolicies } from '../../adapters/cedar/compiled/policies.ts';
import { loadCedar } from '../../adapters/cedar/wasm.ts';
import type { AccessRequest } from '../../core/policy/access.ts';

const SEED = 20_261_129;
const RUNS = 1500;

const SCHEMA = `
entity Group in [Root]; entity Root;
entity User in [Group, Root] = { n: Long, b: Bool, s: String, names: Set<String>, more?: Long, r: { n: Long, s?: String }, friend: User };
action Do appliesTo { principal: User, resource: User, context: { n: Long } };`;

/** Expressions by what they are of; now and then of something else, which fails to evaluate. */
const { bool } = fc.letrec<Record<'bool' | 'long' | 'text' | 'set' | 'entity' | 'any', string>>((of) => {
  const binary = (a: 'bool' | 'long' | 'text' | 'set' | 'entity' | 'any', operators: string[], b = a) =>
    fc
      .tuple(of(a), fc.constantFrom(...operators), of(b))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`);
  const method = (name: string, right: 'any' | 'set') =>
    fc.tuple(of('set'), of(right)).map(([a, b]) => `${a}.${name}(${b})`);
  const has = fc.tuple(of('entity'), fc.constantFrom('n', 'more', 'none')).map(([a, name]) => `(${a} has ${name})`);
  return {
    bool: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('true', 'false', 'principal.b', 'resource.b', '(principal.r has s)', '(principal has more)'),
      binary('bool', ['&&', '||']),
      binary('long', ['<', '<=', '>', '>=', '==', '!=']),
      binary('any', ['==', '!=']),
      binary('entity', ['in']),
      fc.tuple(of('entity'), of('entity'), of('entity')).map(([a, b, c]) => `(${a} in [${b}, ${c}])`),
      fc.tuple(of('entity'), fc.constantFrom('User', 'Group')).map(([a, type]) => `(${a} is ${type})`),
      method('contains', 'any'),
      method('containsAll', 'set'),
      method('containsAny', 'set'),
      of('set').map((a) => `${a}.isEmpty()`),
      has,
      of('bool').map((a) => `(!${a})`),
      fc.tuple(of('bool'), of('bool'), of('bool')).map(([a, b, c]) => `(if ${a} then ${b} else ${c})`),
      // only Cedar's
      of('text').map((a) => `(${a} like "a*")`),
    ),
    long: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        '0',
        '1',
        '-3',
        '9007199254740991',
        '9223372036854775807',
        'principal.n',
        'resource.n',
        'context.n',
      ),
      fc.constantFrom('principal.more', 'principal.r.n', 'resource.friend.n', '(-principal.n)'),
      binary('long', ['+', '-', '*']),
    ),
    text: fc.constantFrom('""', '"a"', '"ab"', 'principal.s', 'principal.r.s', 'principal.none'),
    set: fc.oneof(
      fc.constantFrom('principal.names', 'resource.names', '["a"]', '["a", "a"]', '["b", "a"]', '[principal, 1]'),
      fc.array(of('any'), { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    ),
    entity: fc.oneof(
      fc.constantFrom(
        'principal',
        'resource',
        'principal.friend',
        'resource.friend.friend',
        'Group::"g"',
        'Root::"r"',
        'User::"gone"',
      ),
    ),
    any: fc.oneof(
      { depthSize: 'small' },
      of('long'),
      of('text'),
      of('set'),
      of('entity'),
      of('bool'),
      fc.constant('principal.r'),
    ),
  };
});

const user = (id: string) =>
  fc.record({
    uid: fc.constant({ type: 'User', id }),
    attrs: fc.record(
      {
        ...{ n: fc.integer({ min: -2, max: 2 }), b: fc.boolean(), s: fc.constantFrom('', 'a', 'ab'), more: fc.nat(2) },
        names: fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }),
        r: fc.record({ n: fc.integer({ min: -1, max: 1 }), s: fc.constantFrom('a', 'b') }, { requiredKeys: ['n'] }),
        friend: fc.constantFrom('u', 'v', 'gone').map((friend) => ({ __entity: { type: 'User', id: friend } })),
      },
      { requiredKeys: ['n', 'b', 's', 'names', 'r', 'friend'] },
    ),
    parents: fc.subarray([
      { type: 'Group', id: 'g' },
      { type: 'Root', id: 'q' },
    ]),
  });
const group = fc.record({
  ...{ uid: fc.constant({ type: 'Group', id: 'g' }), attrs: fc.constant({}) },
  parents: fc.subarray([{ type: 'Root', id: 'r' }]),
});
const scope = fc.constantFrom('', ' is User', ' is User in Group::"g"', ' in Root::"r"', ' == User::"u"');
const policy = fc.record({
  effect: fc.constantFrom('permit', 'permit', 'forbid'),
  ...{ of: scope, to: scope, kind: fc.constantFrom('when', 'unless'), bool },
});

it('policies as compiled say what Cedar says, or leave it to Cedar, whatever they are made of', () => {
  const cedar = loadCedar();
  const resolved = cedar.schemaToJsonWithResolvedTypes(SCHEMA);
  if (resolved.type === 'failure') throw new Error(JSON.stringify(resolved.errors));
  const counts = { allow: 0, deny: 0, left: 0 };
  const entities = fc.tuple(user('u'), user('v'), group);
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 3 }), entities, (policies, known) => {
      const texts = policies.map(
        ({ effect, of, to, kind, bool: body }) =>
          `${effect} (principal${of}, action, resource${to}) ${kind} { ${body} };`,
      );
      const staticPolicies = Object.fromEntries(texts.map((text, at) => [`p${at}`, text]));
      const parsed = Object.entries(staticPolicies).map(([id, text]) => {
        const answer = cedar.policyToJson(text);
        if (answer.type === 'failure') throw new Error(`${text}: ${JSON.stringify(answer.errors)}`);
        return [id, answer.json] as const;
      });
      const request = {
        ...{
          principal: { type: 'User', id: 'u' },
          action: 'Do',
          resource: { type: 'User', id: 'v' },
          context: { n: 1 },
        },
        entities: known,
      } as unknown as AccessRequest;
      const answer = compilePolicies(new Map(parsed), resolved.json, 'Do')?.(request, request.entities);
      counts[answer?.decision ?? 'left']++;
      if (answer === undefined) return;
      const { principal, resource, context } = request;
      const right = cedar.isAuthorized({
        ...{ principal, resource, context: context as never, action: { type: 'Action', id: 'Do' } },
        ...{ entities: known as never, schema: SCHEMA, validateRequest: true, policies: { staticPolicies } },
      });
      if (right.type === 'failure') throw new Error(JSON.stringify(right.errors));
      const { decision, diagnostics } = right.response;
      expect({ texts, decision, reason: answer.diagnostics.reason, errors: [] }).toEqual({
        texts,
        decision: answer.decision,
        ...{ reason: [...diagnostics.reason].sort(), errors: diagnostics.errors },
      });
    }),
    { numRuns: RUNS, seed: SEED },
  );
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(RUNS / 20);
});
