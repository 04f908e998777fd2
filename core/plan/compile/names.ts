/** State names: task ids made legal, unique in the whole machine, and still readable. */
import type { Sha256 } from '../../ports/digest.ts';

/** Step Functions' limit on a state name; counted in UTF-16 units, the strictest reading of "characters". */
const MAX_NAME = 80;
/** Names the machine keeps for its own states. */
export const STATES = {
  plan: 'Plan',
  completed: 'Plan completed',
  failed: 'Plan failed',
  undo: 'Undo?',
  compensation: 'Compensation',
  endUndone: 'Compensated',
  end: 'Failed',
} as const;
export const forkName = (number: number): string => `fork ${number}`;
const OWN: ReadonlySet<string> = new Set([...Object.values(STATES), '__proto__']);
const FORK = /^fork \d+$/;
const isReserved = (name: string): boolean => OWN.has(name) || FORK.test(name);

const PLAIN = /^[A-Za-z0-9_.-]{1,80}$/;

/** Letters, combining marks and digits of any script, and `_ - .`; whatever else becomes one `_`. */
function legalise(id: string): string {
  if (PLAIN.test(id)) return id;
  // NFC first, on a bounded prefix: a name never needs more, and an id may be of any length.
  const text = id.slice(0, 4 * MAX_NAME).normalize('NFC');
  return (
    text
      .replace(/[^\p{L}\p{M}\p{N}_.\- ]+|[\u{10000}-\u{10FFFF}]+|\s+/gu, (run) => (/^ $/.test(run) ? ' ' : '_'))
      .trim() || 'task'
  );
}

function cut(name: string, length: number): string {
  if (name.length <= length) return name;
  // Letters beyond the BMP were replaced, so no surrogate pair can be cut in two.
  return name.slice(0, length).trimEnd();
}

/**
 * A name per id. An id keeps its legalised form unless another id (or a state of the machine's own) has the same; then
 * each of them gets a hash of its own id appended, so that a name never depends on the order of the tasks.
 * @param ids unique
 * @returns by position
 */
export function stateNames(ids: readonly string[], sha256: Sha256): string[] {
  const names = ids.map((id) => cut(legalise(id), MAX_NAME));
  const taken = new Set<string>();
  const repeated = new Set<string>();
  for (const name of names) {
    const { size } = taken;
    if (taken.add(name).size === size) repeated.add(name);
  }
  const clashing: number[] = [];
  for (const [i, name] of names.entries()) if (isReserved(name) || repeated.has(name)) clashing.push(i);
  for (const i of clashing) {
    const name = names[i] as string;
    const hash = sha256(ids[i] as string);
    let suffixed: string;
    let digits = 0;
    do {
      digits += 8;
      suffixed = `${cut(name, MAX_NAME - 1 - digits)}-${hash.slice(0, digits)}`;
    } while (taken.has(suffixed));
    taken.add(suffixed);
    names[i] = suffixed;
  }
  return names;
}
