/**
 * Canonical JSON after RFC 8785 (JCS): members sorted by UTF-16 code units, no white space, absent members left out.
 * Two values that say the same have the same text, hence the same digest, in whichever order they were written.
 * However deep somebody nested it, since what is refused is digested too: by recursion as deep as anything of ours is, and
 * without below.
 */
export const canonicalJson = (value: unknown): string => textOf(value, MAX_DEPTH);

const MAX_DEPTH = 32;

/** Names with their colon: they are few and come again. Those that come from outside are not all kept. */
const NAMED = new Map<string, string>();
const KEPT = 1000;

function named(name: string): string {
  const known = NAMED.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  if (NAMED.size < KEPT) NAMED.set(name, text);
  return text;
}

function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth === 0) return textOfDeep(value);
  let text = '';
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++)
      text += `${index > 0 ? ',' : ''}${textOf(value[index] ?? null, depth - 1)}`;
    return `[${text}]`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of sorted(Object.keys(members))) {
    const member = members[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${named(name)}${textOf(member, depth - 1)}`;
  }
  return `{${text}}`;
}

/** Longer ones are as quick by JSON's own. */
const MAX_PLAIN = 64;

/** Of printable ASCII, but for quotes and backslashes, nothing is escaped. */
function quoted(text: string): string {
  if (text.length > MAX_PLAIN) return JSON.stringify(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 126 || code === 34 || code === 92) return JSON.stringify(text);
  }
  return `"${text}"`;
}

/** As many as are sorted quicker by putting each in its place, which for those in order is no more than a look. */
const FEW = 32;

function sorted(names: string[]): string[] {
  if (names.length > FEW) return names.sort();
  for (let next = 1; next < names.length; next++) {
    const name = names[next] as string;
    let at = next;
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string;
    if (at < next) names[at] = name;
  }
  return names;
}

function textOfDeep(value: unknown): string {
  const written: string[] = [];
  const pending: ({ text: string } | { value: unknown })[] = [{ value }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ('text' in next) written.push(next.text);
    else if (Array.isArray(next.value)) {
      const items: unknown[] = next.value;
      pending.push({ text: ']' });
      for (let index = items.length - 1; index >= 0; index--)
        pending.push({ value: items[index] ?? null }, { text: index > 0 ? ',' : '' });
      written.push('[');
    } else if (next.value !== null && typeof next.value === 'object') {
      const members = Object.entries(next.value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? 1 : a > b ? -1 : 0));
      pending.push({ text: '}' });
      members.forEach(([name, member], index) => {
        pending.push({ value: member }, { text: `${index < members.length - 1 ? ',' : ''}${JSON.stringify(name)}:` });
      });
      written.push('{');
    } else written.push(JSON.stringify(next.value) ?? 'null');
  }
  return written.join('');
}
