/**
 * Canonical JSON after RFC 8785 (JCS): members sorted by UTF-16 code units, no white space, absent members left out.
 * Two values that say the same have the same text, hence the same digest, in whichever order they were written.
 * Without recursion: what is refused is digested too, however deep somebody nested it.
 */
export function canonicalJson(value: unknown): string {
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
