/**
 * Ids and names from outside. Quotes, `$.`, `{%`, emoji and any script are data like any other and are let through;
 * refused is what would deceive or break whoever reads it: control characters, marks that turn the reading direction
 * (Unicode TR 36, "Trojan Source"), text that is no Unicode, and names too long for a key.
 */
import type { PlanFault } from '../messages/bus-events.ts';
import { fault, quoted } from './faults.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export function nameFaults(name: string, path: readonly (string | number)[], maxChars: number): PlanFault[] {
  const faults: PlanFault[] = [];
  if (name.length > maxChars)
    faults.push(fault('NAME_TOO_LONG', path, `has ${name.length} characters, at most ${maxChars} are allowed`));
  if (CONTROL.test(name))
    faults.push(fault('NAME_HAS_CONTROL_CHARACTERS', path, `${quoted(name)} has control characters: remove them`));
  if (DIRECTION.test(name))
    faults.push(fault('NAME_HAS_DIRECTION_MARKS', path, `${quoted(name)} has marks of reading direction: remove them`));
  if (!name.isWellFormed())
    faults.push(fault('NAME_NOT_UNICODE', path, `${quoted(name)} has half a surrogate pair: send well-formed Unicode`));
  return faults;
}
