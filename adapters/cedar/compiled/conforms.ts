/**
 * Whether a question is of the schema, to the letter. What is not, or might not be, is for Cedar to look at and to say why:
 * this knows fewer ways of writing a value than Cedar does, and no more.
 */
import type { SchemaJson, Type } from '@cedar-policy/cedar-wasm/web';
import type { AccessRequest, Entity, EntityRef } from '../../../core/policy/access.ts';
import { NotCompiled } from './expression.ts';

type Namespace = SchemaJson<string>[string];
type Check = (value: unknown) => boolean;
interface Shape {
  readonly attributes: Check;
  readonly parents: readonly string[];
}

export type Conforms = (request: AccessRequest, entities: readonly Entity[]) => boolean;

/**
 * @param action one that the schema has
 * @throws NotCompiled for a schema with what is not known here
 */
export function conformsTo(schema: SchemaJson<string>, action: string): Conforms {
  const definition = schema[''];
  if (definition === undefined || Object.keys(schema).length > 1) throw new NotCompiled('a namespace');
  const { appliesTo } = definition.actions[action] ?? {};
  if (appliesTo === undefined) throw new NotCompiled(`the action ${action}`);
  const { principalTypes, resourceTypes, context } = appliesTo;
  const shapes = new Map(Object.keys(definition.entityTypes).map((name) => [name, shapeOf(name, definition)]));
  const isContext = context === undefined ? record({}) : typeOf(context as Type<string>, definition);
  return ({ principal, resource, context: given }, entities) =>
    isUid(principal) &&
    isUid(resource) &&
    principalTypes.includes(principal.type) &&
    resourceTypes.includes(resource.type) &&
    isContext(given) &&
    entities.every((entity) => isEntity(entity, shapes));
}

function isEntity(entity: Entity, shapes: ReadonlyMap<string, Shape>): boolean {
  const { uid, attrs, parents } = entity;
  const shape = isUid(uid) ? shapes.get(uid.type) : undefined;
  return (
    shape !== undefined &&
    count(entity) === 3 &&
    shape.attributes(attrs) &&
    Array.isArray(parents) &&
    parents.every((parent) => isUid(parent) && shape.parents.includes(parent.type))
  );
}

/** Parents of what an entity is in are parents that it may have itself, and nothing is in what is in it. */
function shapeOf(name: string, { entityTypes, ...definition }: Namespace): Shape {
  const type = entityTypes[name];
  if (type === undefined || 'enum' in type || type.tags !== undefined) throw new NotCompiled(`the type ${name}`);
  const parents = type.memberOfTypes ?? [];
  const above = parents.flatMap((parent) => (entityTypes[parent] as typeof type | undefined)?.memberOfTypes ?? []);
  if (parents.includes(name) || above.some((parent) => !parents.includes(parent)))
    throw new NotCompiled(`what ${name} may be in`);
  const shape = type.shape as Type<string> | undefined;
  return { parents, attributes: shape ? typeOf(shape, { ...definition, entityTypes }) : record({}) };
}

function typeOf(type: Type<string>, definition: Namespace): Check {
  const of = type as { type: string } & Record<string, unknown>;
  switch (of.type) {
    case 'String':
      return isText;
    case 'Long':
      return Number.isSafeInteger;
    case 'Bool':
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'Set': {
      const element = typeOf(of.element as Type<string>, definition);
      return (value) => Array.isArray(value) && value.every(element);
    }
    case 'Entity':
      return (value) =>
        isObject(value) && count(value) === 1 && isUid(value.__entity) && value.__entity.type === of.name;
    case 'Record':
      if (of.additionalAttributes) throw new NotCompiled('an open record');
      return record(
        Object.fromEntries(
          Object.entries(of.attributes as Record<string, Type<string> & { required?: boolean }>).map(
            ([name, attribute]) => [
              name,
              { is: typeOf(attribute, definition), required: attribute.required !== false },
            ],
          ),
        ),
      );
    default: {
      const common = Object.hasOwn(definition.commonTypes ?? {}, of.type) && definition.commonTypes?.[of.type];
      // One that is named as what is built in would be taken for it.
      if (!common) throw new NotCompiled(`the type ${of.type}`);
      return typeOf(common as Type<string>, definition);
    }
  }
}

function record(attributes: Readonly<Record<string, { is: Check; required: boolean }>>): Check {
  const known = new Map(Object.entries(attributes));
  // Names with a meaning in Cedar's JSON.
  if ([...known.keys()].some((name) => name.startsWith('__'))) throw new NotCompiled('a name that begins with __');
  const required = [...known].filter(([, attribute]) => attribute.required).map(([name]) => name);
  return (value) => {
    if (!isObject(value)) return false;
    for (const name in value) if (!known.get(name)?.is(value[name])) return false;
    for (const name of required) if (!Object.hasOwn(value, name)) return false;
    return true;
  };
}

/** Half of a pair of UTF-16 is no text, in JSON as Cedar reads it. */
const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed();
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isUid = (value: unknown): value is EntityRef =>
  isObject(value) && count(value) === 2 && isText(value.type) && isText(value.id);

/** members, those that are inherited too */
function count(value: object): number {
  let members = 0;
  for (const _ in value) members++;
  return members;
}
