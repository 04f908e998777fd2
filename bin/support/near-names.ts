/** Names that somebody who mistyped one may have meant. */

const TOLD = 3;
/** Names compared; a plan has up to ten thousand. */
const MAX_LENGTH = 100;

/** The nearest first, at most three: those a few edits away, or that hold what was given. */
export function nearNames(given: string, names: readonly string[]): string[] {
  const wanted = given.toLowerCase();
  const most = Math.max(1, Math.floor(given.length / 3));
  return names
    .map((name) => ({ name, far: distance(wanted, name.toLowerCase(), most) }))
    .filter(({ far }) => far <= most)
    .sort((a, b) => a.far - b.far)
    .slice(0, TOLD)
    .map(({ name }) => name);
}

/** Insertions, deletions and replacements from one to the other (Levenshtein 1966); half an edit where one holds the other. */
function distance(a: string, b: string, most: number): number {
  if (a === b) return 0;
  if (a.length > 2 && b.includes(a)) return 0.5;
  if (Math.abs(a.length - b.length) > most || a.length > MAX_LENGTH || b.length > MAX_LENGTH)
    return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1);
    }
    row = next;
  }
  return row[b.length] as number;
}
