/**
 * DynamoDB's expressions over plain values: conditions, key conditions and updates. What is not known here throws:
 * nothing is let through uncounted.
 */
import { isDeepStrictEqual } from 'node:util';
import { bytesOf } from '../units.ts';
import { type Condition, createReader, type Operand, type Path } from './expression-reader.ts';

export type Item = Record<string, unknown>;

interface Names {
  readonly names?: Readonly<Record<string, string>> | undefined;
  /** plain values by placeholder */
  readonly values?: Item | undefined;
}

const get = (item: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | undefined)?.[step], item);

function resolve(operand: Operand, item: Item | undefined, values: Item): unknown {
  switch (operand.kind) {
    case 'value':
      if (!Object.hasOwn(values, operand.name)) throw new Error(`${operand.name} has no value`);
      return values[operand.name];
    case 'path':
      return get(item, operand.path);
    case 'sum': {
      const [left, right] = [operand.left, operand.right].map((side) => Number(resolve(side, item, values)));
      return (left as number) + operand.sign * (right as number);
    }
    case 'call':
      return call(operand, item, values);
  }
}

function call({ name, args }: Extract<Operand, { kind: 'call' }>, item: Item | undefined, values: Item): unknown {
  const [first, second] = args.map((arg) => resolve(arg, item, values));
  switch (name) {
    case 'attribute_exists':
      return first !== undefined;
    case 'attribute_not_exists':
      return first === undefined;
    case 'begins_with':
      return typeof first === 'string' && first.startsWith(String(second));
    case 'contains':
      if (typeof first === 'string') return first.includes(String(second));
      return first instanceof Set ? first.has(second) : Array.isArray(first) && first.includes(second);
    case 'size':
      if (typeof first === 'string') return bytesOf(first);
      if (first === undefined) return undefined;
      return first instanceof Set ? first.size : Object.keys(first as object).length;
    case 'if_not_exists':
      return first === undefined ? second : first;
    case 'list_append':
      return [...(first as unknown[]), ...(second as unknown[])];
    default:
      throw new Error(`the function ${name} is not known here`);
  }
}

export function holds(condition: Condition, item: Item | undefined, values: Item = {}): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => holds(part, item, values));
    case 'or':
      return condition.parts.some((part) => holds(part, item, values));
    case 'not':
      return !holds(condition.part, item, values);
    case 'holds':
      return resolve(condition.call, item, values) === true;
    case 'compare':
      return compare(
        condition.operator,
        condition.operands.map((operand) => resolve(operand, item, values)),
      );
  }
}

function compare(operator: string, [left, ...others]: readonly unknown[]): boolean {
  const [right, high] = others;
  if (operator === 'IN') return others.some((other) => isDeepStrictEqual(left, other));
  if (operator === '=') return left !== undefined && isDeepStrictEqual(left, right);
  if (operator === '<>') return !isDeepStrictEqual(left, right);
  if (typeof left !== typeof right || left === undefined) return false;
  const [a, b] = [left as string, right as string];
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  if (operator === '>') return a > b;
  if (operator === '>=') return a >= b;
  return a >= b && a <= (high as string);
}

/** The item as the update leaves it; the item given stays as it is. */
export function update(text: string, item: Item, { names, values = {} }: Names): Item {
  const reader = createReader(text, names);
  const result = structuredClone(item);
  const sets: [Path, unknown][] = [];
  const removes: Path[] = [];
  while (reader.peek() !== undefined) {
    const clause = reader.take().toUpperCase();
    if (clause === 'SET')
      reader.list(() => {
        const path = reader.path();
        reader.take('=');
        sets.push([path, resolve(reader.assigned(), item, values)]);
      });
    else if (clause === 'REMOVE') reader.list(() => removes.push(reader.path()));
    else if (clause === 'ADD' || clause === 'DELETE')
      reader.list(() => {
        const path = reader.path();
        const change = resolve(reader.operand(), item, values);
        sets.push([path, clause === 'ADD' ? added(get(item, path), change) : without(get(item, path), change)]);
      });
    else reader.fail();
  }
  // All of an update reads the item as it was.
  for (const [path, value] of sets) {
    const holder = get(result, path.slice(0, -1)) as Record<string | number, unknown> | undefined;
    if (holder === undefined) throw new Error(`there is no ${path.join('.')} to set`);
    if (value === undefined) delete holder[path.at(-1) as string];
    else holder[path.at(-1) as string] = value;
  }
  for (const path of removes) {
    const holder = get(result, path.slice(0, -1)) as Record<string | number, unknown> | undefined;
    if (holder !== undefined) delete holder[path.at(-1) as string];
  }
  return result;
}

function added(before: unknown, change: unknown): unknown {
  if (change instanceof Set) return new Set([...((before as Set<unknown> | undefined) ?? []), ...change]);
  // Integers over 2^53 are read as such.
  if (typeof before === 'bigint' || typeof change === 'bigint')
    return BigInt((before as bigint | number | undefined) ?? 0) + BigInt(change as bigint | number);
  return Number(before ?? 0) + Number(change);
}

function without(before: unknown, change: unknown): unknown {
  const left = new Set([...((before as Set<unknown> | undefined) ?? [])]);
  for (const item of change as Set<unknown>) left.delete(item);
  return left.size === 0 ? undefined : left;
}
