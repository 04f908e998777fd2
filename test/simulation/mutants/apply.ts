/** Plants a mutant in a text, and insists that there is exactly one place for it. */
import type { Mutant } from './mutants.ts';

/** @throws Error when the text does not occur, or more than once */
export function apply({ name, file, from, to }: Mutant, text: string): string {
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`mutant "${name}": its text occurs ${times} times in core/${file}, not once`);
  return text.replace(from, () => to);
}
