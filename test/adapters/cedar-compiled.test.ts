import { beforeAll, describe, expect, it } from 'vitest';
import { createCedarEngine } from '../../adapters/cedar/engine.ts';
import { sha256 } from '../../adapters/system/digest.ts';
import type { AccessRequest, Entity } from '../../core/policy/access.ts';
import type { Decision } from '../../core/policy/decision.ts';
import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from '../../core/policy/default-set.ts';
import type { PolicyEngine } from '../../core/ports/policies.ts';
import { tryIn } from '../core/policy/worlds.ts';

const WORLDS = 3000;

let compiled: PolicyEngine;
let cedar: PolicyEngine;
beforeAll(() => {
  compiled = createCedarEngine(DEFAULT_POLICY_SET, POLICY_SCHEMA, sha256);
  cedar = createCedarEngine(DEFAULT_POLICY_SET, POLICY_SCHEMA, sha256, { compiled: false });
});
/** Of several faults Cedar tells of any one. */
const withoutWords = ({ errors, ...decision }: Decision) => ({
  ...decision,
  errors: errors.map((told) => told.split(':')[0]),
});
const agree = (request: AccessRequest) =>
  expect(withoutWords(compiled.decide(request))).toEqual(withoutWords(cedar.decide(request)));

type Change = (entity: Entity) => unknown;
/** Something of each entity in turn is made what it must not be, or need not be. */
const CHANGES: Readonly<Record<string, Change>> = {
  'an attribute missing': ({ attrs: { tenant_id: _, clearance: __, names: ___, ...attrs }, ...of }) => ({
    ...of,
    attrs,
  }),
  'an attribute that the schema does not have': (of) => ({ ...of, attrs: { ...of.attrs, admin: true } }),
  'an attribute that an object inherits': (of) => ({
    ...of,
    attrs: Object.assign(Object.create({ extra: 1 }), of.attrs),
  }),
  'numbers as text': (of) => ({
    ...of,
    attrs: Object.fromEntries(
      Object.entries(of.attrs).map(([name, is]) => [name, typeof is === 'number' ? `${is}` : is]),
    ),
  }),
  'numbers with a fraction': (of) => ({
    ...of,
    attrs: Object.fromEntries(
      Object.entries(of.attrs).map(([name, is]) => [name, typeof is === 'number' ? is + 0.5 : is]),
    ),
  }),
  'numbers that JavaScript does not have exactly': (of) => ({
    ...of,
    attrs: Object.fromEntries(
      Object.entries(of.attrs).map(([name, is]) => [name, typeof is === 'number' ? 2 ** 53 : is]),
    ),
  }),
  'numbers below zero': (of) => ({
    ...of,
    attrs: Object.fromEntries(
      Object.entries(of.attrs).map(([name, is]) => [name, typeof is === 'number' ? -1 - is : is]),
    ),
  }),
  'flags the other way': (of) => ({
    ...of,
    attrs: Object.fromEntries(Object.entries(of.attrs).map(([name, is]) => [name, typeof is === 'boolean' ? !is : is])),
  }),
  'half a pair of UTF-16': (of) => ({
    ...of,
    attrs: Object.fromEntries(
      Object.entries(of.attrs).map(([name, is]) => [name, typeof is === 'string' ? `${is}\ud800` : is]),
    ),
  }),
  'null for an attribute': (of) => ({ ...of, attrs: { ...of.attrs, tenant_id: null } }),
  'undefined for one that may be left out': (of) => ({ ...of, attrs: { ...of.attrs, author: undefined } }),
  'a tenant as text': (of) => ({ ...of, attrs: { ...of.attrs, ...('tenant' in of.attrs && { tenant: 'acme' }) } }),
  'a tenant that is a role': (of) => ({
    ...of,
    attrs: { ...of.attrs, ...('tenant' in of.attrs && { tenant: { __entity: { type: 'Role', id: 'operator' } } }) },
  }),
  'a tenant of which nothing is known': (of) => ({
    ...of,
    attrs: { ...of.attrs, ...('tenant' in of.attrs && { tenant: { __entity: { type: 'Tenant', id: 'nowhere' } } }) },
  }),
  'a tenant in the short form': (of) => ({
    ...of,
    attrs: { ...of.attrs, ...('tenant' in of.attrs && { tenant: { type: 'Tenant', id: 'acme' } }) },
  }),
  'no parents': (of) => ({ ...of, parents: [] }),
  'itself for a parent': (of) => ({ ...of, parents: [...of.parents, of.uid] }),
  'a parent of a type that it may not have': (of) => ({
    ...of,
    parents: [...of.parents, { type: 'Hive', id: 'hive' }],
  }),
  'a type that there is not': (of) => ({ ...of, uid: { ...of.uid, type: 'Robot' } }),
  'another id': (of) => ({ ...of, uid: { ...of.uid, id: `${of.uid.id}-2` } }),
  tags: (of) => ({ ...of, tags: {} }),
  'a function of Cedar for a value': (of) => ({
    ...of,
    attrs: { ...of.attrs, tenant_id: { __extn: { fn: 'ip', arg: '10.0.0.1' } } },
  }),
};

describe('policies as compiled', () => {
  it('answer as Cedar does, to the digest, over random worlds', () => {
    const counts = { true: 0, false: 0 };
    for (let seed = 0; seed < WORLDS; seed++) {
      const { request } = tryIn(seed);
      const answer = compiled.decide(request);
      expect(answer).toEqual(cedar.decide(request));
      counts[`${answer.allowed}`]++;
    }
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(WORLDS / 10);
  });

  it.each(Object.entries(CHANGES))('answer as Cedar does to questions with %s', (_, change) => {
    for (let seed = 0; seed < 30; seed++) {
      const { request } = tryIn(seed);
      for (let at = 0; at < request.entities.length; at++)
        agree({ ...request, entities: request.entities.with(at, change(request.entities[at] as Entity) as Entity) });
    }
  });

  it('answer as Cedar does where the question is of nothing that there is', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { request } = tryIn(seed);
      const { principal, resource, entities } = request;
      agree({ ...request, action: 'Destroy' });
      agree({ ...request, action: 'View' });
      agree({ ...request, action: 'toString' });
      agree({ ...request, principal: resource, resource: principal });
      agree({ ...request, principal: { ...principal, type: 'Role' } });
      agree({ ...request, resource: { type: 'Hive', id: 'another' } });
      agree({ ...request, entities: [] });
      agree({ ...request, entities: entities.slice(1) });
      agree({ ...request, entities: entities.slice(0, 1) });
      agree({ ...request, entities: [...entities, ...entities] });
      agree({ ...request, context: { ...request.context, extra: 1 } });
      agree({ ...request, context: {} });
      agree({ ...request, context: { __entity: { type: 'Role', id: 'operator' } } });
      agree({ ...request, context: { ...request.context, now_ms: '0' } });
    }
  });
});
