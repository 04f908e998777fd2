/** The data that flows through a machine: paths, parameters, results and errors, as far as plan machines use them. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Members = { [key: string]: Json };

/** What a path of names leads to; null where there is nothing. */
export function pathIn(data: Json, path: string): Json {
  if (!/^\$(\.\w+)+$/.test(path)) throw new Error(`path ${path} is not known here`);
  let at: Json = data;
  for (const name of path.split('.').slice(1))
    at = at !== null && typeof at === 'object' && !Array.isArray(at) ? (at[name] ?? null) : null;
  return at;
}

/** Parameters: members whose name ends in `.$` are paths, all others literal. */
export function evaluate(template: Json, data: Members, context: Readonly<Record<string, string>>): Json {
  if (Array.isArray(template)) return template.map((item) => evaluate(item, data, context));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]): [string, Json] => {
      if (!key.endsWith('.$')) return [key, evaluate(value, data, context)];
      return [key.slice(0, -2), context[String(value)] ?? pathIn(data, String(value))];
    }),
  );
}

/** What goes on to the next state: ResultSelector and ResultPath of the state, or ResultPath of a catcher. */
export function withResult(of: Members, data: Members, result: Json): Members {
  const path = of['ResultPath'];
  if (path === null) return data;
  const selected = of['ResultSelector'] ? evaluate(of['ResultSelector'], result as Members, {}) : result;
  if (path === undefined) return selected as Members;
  const [, name] = /^\$\.(\w+)$/.exec(String(path)) ?? [];
  if (name === undefined) throw new Error(`result path ${String(path)} is not known here`);
  return { ...data, [name]: selected };
}

export const errorsOf = ({ error, cause }: { error: string; cause: string }): Members => ({
  Error: error,
  Cause: cause,
});

/** The first retrier or catcher that an error matches; -1 where none does. */
export const matching = (rules: Json | undefined, error: string): number =>
  ((rules ?? []) as Members[]).findIndex((rule) => {
    const named = rule['ErrorEquals'] as string[];
    return named.includes(error) || named.includes('States.ALL');
  });
