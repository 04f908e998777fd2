/** The grammar of DynamoDB's expressions (developer guide, "Expression reference"), as far as it is used here. */

export type Path = readonly (string | number)[];
export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] }
  | { readonly kind: 'sum'; readonly sign: 1 | -1; readonly left: Operand; readonly right: Operand };
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'holds'; readonly call: Operand }
  | { readonly kind: 'compare'; readonly operator: string; readonly operands: readonly Operand[] };

const TOKEN = /\s*(<>|<=|>=|[=<>+\-(),.[\]]|[#:]?[A-Za-z0-9_]+)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`this expression cannot be read: ${text}`);
    tokens.push(match[1] as string);
  }
  return tokens;
}

export function createReader(text: string, names: Readonly<Record<string, string>> = {}) {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const isWord = (word: string): boolean => peek()?.toUpperCase() === word;
  const fail = (): never => {
    throw new Error(`"${tokens[at] ?? 'the end'}" was not expected in: ${text}`);
  };
  const take = (expected?: string): string => {
    const token = tokens[at];
    if (token === undefined || (expected !== undefined && token.toUpperCase() !== expected)) return fail();
    at++;
    return token;
  };
  const accept = (word: string): boolean => {
    if (!isWord(word)) return false;
    at++;
    return true;
  };
  const list = <T>(read: () => T): T[] => {
    const items = [read()];
    while (accept(',')) items.push(read());
    return items;
  };

  function path(): Path {
    const step = (token: string): string => {
      if (!token.startsWith('#')) return token;
      const name = names[token];
      if (name === undefined) throw new Error(`${token} has no name in: ${text}`);
      return name;
    };
    const steps: (string | number)[] = [step(take())];
    for (;;) {
      if (accept('.')) steps.push(step(take()));
      else if (accept('[')) {
        steps.push(Number(take()));
        take(']');
      } else return steps;
    }
  }

  function operand(): Operand {
    const token = peek() ?? fail();
    if (token.startsWith(':')) return { kind: 'value', name: take() };
    if (tokens[at + 1] !== '(' || token.startsWith('#')) return { kind: 'path', path: path() };
    const name = take();
    take('(');
    const args = list(operand);
    take(')');
    return { kind: 'call', name, args };
  }

  function comparison(): Condition {
    if (accept('(')) {
      const inner = or();
      take(')');
      return inner;
    }
    const left = operand();
    if (accept('BETWEEN')) {
      const low = operand();
      take('AND');
      return { kind: 'compare', operator: 'BETWEEN', operands: [left, low, operand()] };
    }
    if (accept('IN')) {
      take('(');
      const others = list(operand);
      take(')');
      return { kind: 'compare', operator: 'IN', operands: [left, ...others] };
    }
    if (['=', '<>', '<', '<=', '>', '>='].includes(peek() ?? ''))
      return { kind: 'compare', operator: take(), operands: [left, operand()] };
    return left.kind === 'call' ? { kind: 'holds', call: left } : fail();
  }
  const not = (): Condition => (accept('NOT') ? { kind: 'not', part: not() } : comparison());
  const joined = (word: 'and' | 'or', read: () => Condition): Condition => {
    const parts = [read()];
    while (accept(word.toUpperCase())) parts.push(read());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: word, parts };
  };
  const or = (): Condition => joined('or', () => joined('and', not));

  function assigned(): Operand {
    const left = operand();
    if (accept('+')) return { kind: 'sum', sign: 1, left, right: operand() };
    if (accept('-')) return { kind: 'sum', sign: -1, left, right: operand() };
    return left;
  }
  const end = () => peek() === undefined || fail();
  return { peek, take, accept, list, path, operand, or, assigned, end, fail };
}

export function parseCondition(text: string, names?: Readonly<Record<string, string>>): Condition {
  const reader = createReader(text, names);
  const condition = reader.or();
  reader.end();
  return condition;
}
