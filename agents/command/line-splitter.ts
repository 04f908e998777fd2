/** Cuts a program's output into lines, in bounded memory whatever the program writes. */
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** A longer line comes in pieces. */
export const LINE_CHARACTERS = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

export interface LineSplitter {
  write(chunk: Buffer): void;
  /** The last line need not end in a newline. */
  end(): void;
}

/**
 * Lines end in LF or CRLF. Bytes that are not UTF-8 become U+FFFD, as do control characters (an agent's terminal is not
 * the program's to steer); colours are dropped.
 */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const emit = (raw: string) => {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    CONTROL.lastIndex = 0;
    onLine(CONTROL.test(line) ? stripVTControlCharacters(line).replace(CONTROL, '\ufffd') : line);
  };
  const take = (text: string) => {
    rest += text;
    let start = 0;
    for (;;) {
      const newline = rest.indexOf('\n', start);
      const end = newline === -1 ? rest.length : newline;
      for (; end - start > LINE_CHARACTERS; start += LINE_CHARACTERS) emit(rest.slice(start, start + LINE_CHARACTERS));
      if (newline === -1) break;
      emit(rest.slice(start, newline));
      start = newline + 1;
    }
    rest = rest.slice(start);
  };
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end() {
      take(decoder.end());
      if (rest !== '') emit(rest);
      rest = '';
    },
  };
}
