/** What came of an operator's verb, as a line. */
import type { VerbAnswer } from '../../core/messages/monitoring-api.ts';
import { plain } from './text.ts';

/** `release-1 is paused`, or `release-1 was paused already: nothing changed`. @param name fit for a terminal */
export function verbLine(name: string, { phase, changed }: VerbAnswer): string {
  const stands = plain(phase.replaceAll('_', ' '));
  return changed ? `${name} is ${stands}` : `${name} was ${stands} already: nothing changed`;
}
