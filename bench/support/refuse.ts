/** Options of a bench that cannot be: told in a line, and ended with 2. */
export function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

/** @returns whole numbers greater than 0, by name; else it is refused */
export function counts<T extends Record<string, string>>(given: T): { readonly [K in keyof T]: number } {
  const found = Object.entries(given).map(([name, text]) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value <= 0)
      refuse(`--${name} ${text}: a whole number greater than 0 is wanted`);
    return [name, value];
  });
  return Object.fromEntries(found) as { readonly [K in keyof T]: number };
}
