/** Arguments in the messages of the parser of the command line, which says them back whole and as they are. */
import { echo } from './text.ts';

/** The message with each argument that is long, or would do more to a terminal than be read, as `echo` shows it. */
export function shortenEchoes(message: string, args: readonly string[]): string {
  return args
    .flatMap((arg) => [arg, arg.slice(arg.indexOf('=') + 1)])
    .filter((given) => echo(given) !== given)
    .sort((a, b) => b.length - a.length)
    .reduce((told, given) => told.replaceAll(given, () => echo(given)), message);
}
