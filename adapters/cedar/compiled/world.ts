/** What compiled policies look at: a question's principal, resource and context, and its entities by what they are. */
import type { AccessRequest, Entity, EntityRef, PolicyValue } from '../../../core/policy/access.ts';

export interface Ref {
  readonly __entity: EntityRef;
}
export type PolicyRecord = Readonly<Record<string, PolicyValue>>;

export interface World {
  readonly principal: Ref;
  readonly resource: Ref;
  readonly context: PolicyRecord;
  /** what is known of principal and resource, which is asked the most; absent: nothing */
  readonly attributes: Readonly<Record<'principal' | 'resource', PolicyRecord | undefined>>;
  /** by id: texts that are at hand are found quickest */
  readonly entities: ReadonlyMap<string, readonly Entity[]>;
}

function entityOf(entities: World['entities'], { type, id }: EntityRef): Entity | undefined {
  for (const entity of entities.get(id) ?? NONE) if (entity.uid.type === type) return entity;
  return undefined;
}
const NONE: readonly Entity[] = [];

/** @returns undefined when an entity is there twice: which of them counts is for Cedar to say */
export function worldOf({ principal, resource, context }: AccessRequest, all: readonly Entity[]): World | undefined {
  const entities = new Map<string, Entity[]>();
  for (const entity of all) {
    if (entityOf(entities, entity.uid) !== undefined) return undefined;
    const others = entities.get(entity.uid.id);
    if (others === undefined) entities.set(entity.uid.id, [entity]);
    else others.push(entity);
  }
  const attributes = {
    principal: entityOf(entities, principal)?.attrs,
    resource: entityOf(entities, resource)?.attrs,
  };
  return { principal: { __entity: principal }, resource: { __entity: resource }, context, attributes, entities };
}

export const isRef = (value: unknown): value is Ref =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, '__entity');
export const isRecord = (value: PolicyValue): value is PolicyRecord =>
  typeof value === 'object' && !Array.isArray(value) && !isRef(value);

/** undefined: nothing is known of it */
export const attributesOf = ({ entities }: World, { __entity }: Ref): Entity['attrs'] | undefined =>
  entityOf(entities, __entity)?.attrs;

const sameRef = (a: EntityRef, b: EntityRef): boolean => a.id === b.id && a.type === b.type;

/** It, or what it is in, at any remove. Entities that conform to a schema are not in each other in a circle. */
export const isIn = (world: World, member: Ref, group: Ref): boolean => within(world, member.__entity, group.__entity);

function within(world: World, member: EntityRef, group: EntityRef): boolean {
  if (sameRef(member, group)) return true;
  return entityOf(world.entities, member)?.parents.some((parent) => within(world, parent, group)) ?? false;
}

/** Values of different types are not the same, which is no error; sets have no order, and nothing in them twice. */
export function same(a: PolicyValue, b: PolicyValue): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && isPart(a, b) && isPart(b, a);
  if (isRef(a) || isRef(b)) return isRef(a) && isRef(b) && sameRef(a.__entity, b.__entity);
  const [left, right] = [a as PolicyRecord, b as PolicyRecord];
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && same(left[name] as PolicyValue, right[name] as PolicyValue))
  );
}

const isPart = (some: readonly PolicyValue[], all: readonly PolicyValue[]): boolean =>
  some.every((item) => all.some((other) => same(item, other)));
