/** What the SDK tells about itself. `console` and Powertools' Logger fit as they are. */
export interface Logger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

const line = (level: string) => (message: string, fields?: Record<string, unknown>) => {
  const details = Object.entries(fields ?? {}).map(([name, value]) => ` ${name}=${String(value)}`);
  process.stderr.write(`${level} ${message}${details.join('')}\n`);
};

/** One readable line a message on stderr: stdout stays the program's own. */
export const stderrLogger: Logger = { info: line('info'), warn: line('warn'), error: line('error') };
