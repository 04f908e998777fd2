/** Text from plans and agents as it may stand in a terminal: harmless, and of a known width. */

/**
 * Everything that would move the cursor, change colours, hide text or turn its direction (C0 and C1 controls, format
 * marks, line separators, lone surrogates) as visible `\u…` escapes. Every text from outside passes through here.
 */
export function plain(text: string): string {
  return text.replace(HARMFUL, (mark) =>
    [...mark].map((point) => `\\u${(point.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** Controls, format marks but for the joiner inside emoji, surrogates, private use and separators of lines. */
const HARMFUL = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/gu;

const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
// Unicode TR 11: Wide and Fullwidth, by the scripts and blocks that have them, and emoji shown as pictures.
const WIDE =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])/u;
const INVISIBLE = /^[\p{M}\u200d]+$/u;
const ASCII = /^[ -~]*$/;

/** Columns that a text takes in a terminal. */
export function width(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of SEGMENTS.segment(text)) columns += columnsOf(segment);
  return columns;
}

const columnsOf = (segment: string): number => (INVISIBLE.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1);

/** At most `columns` wide; what is cut off is shown by `…`. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  return columns > 0 ? `${beginning(text, columns - 1)}…` : '';
}

/** As much of a text as fits. */
function beginning(text: string, columns: number): string {
  let end = 0;
  let used = 0;
  for (const { segment } of SEGMENTS.segment(text)) {
    used += columnsOf(segment);
    if (used > columns) break;
    end += segment.length;
  }
  return text.slice(0, end);
}

/** Below this a text is not readable any more: lines are wider then. */
const LEAST_WRAPPED = 20;

/** A text as lines of at most `columns`, broken between words; all but the first are indented by `indent`. */
export function wrap(text: string, columns: number, indent = 0): string[] {
  const most = Math.max(columns, indent + LEAST_WRAPPED);
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    const longer: string = line === undefined ? word : `${line} ${word}`;
    if (width(longer) > most && line?.trim()) {
      lines.push(line.trimEnd());
      line = margin + word;
    } else line = longer;
    // A word that is wider than a line is broken wherever the line ends.
    while (width(line) > most) {
      const head = beginning(line, most);
      lines.push(head);
      line = margin + line.slice(head.length);
    }
  }
  return [...lines, line ?? ''];
}

const ECHO = 60;

/** What was given on the command line, as it is said back: harmless, and of a bound width. */
export const echo = (given: string): string => cut(plain(given.slice(0, 4 * ECHO)), ECHO);

/** Exactly `columns` wide: cut or filled with spaces. */
export function padTo(text: string, columns: number): string {
  const short = cut(text, columns);
  return short + ' '.repeat(Math.max(0, columns - width(short)));
}

/** 950 ms, 12.3 s, 4 m 05 s, 3 h 20 m. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Rows as columns under headings; the last column is not padded. Cells are plain text. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], maxWidth = 48): string[] {
  const widths = headings.map((heading, column) =>
    Math.min(maxWidth, Math.max(width(heading), ...rows.map((row) => width(row[column] ?? '')))),
  );
  const last = headings.length - 1;
  return [headings, ...rows].map((row) =>
    row
      .map((cell, column) => (column === last ? cell : padTo(cell, widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** JSON in which harmful characters stand escaped: the same value to a parser, harmless to a terminal. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(HARMFUL_IN_JSON, (mark) =>
    Array.from({ length: mark.length }, (_, at) => `\\u${mark.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** As HARMFUL, without the line feeds of an indented text; C0 controls inside strings are escaped by JSON already. */
const HARMFUL_IN_JSON = /(?![\n])[\p{Cc}\p{Co}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/gu;
