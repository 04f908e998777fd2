/** How a ticket's phase looks: a mark, a word and a colour, so that each alone is enough. */
import type { PhaseName } from '../../core/ticket/state.ts';

export type Colour = 'gray' | 'yellow' | 'cyan' | 'blue' | 'green' | 'red' | 'magenta';

export interface Look {
  readonly mark: string;
  readonly word: string;
  readonly colour: Colour;
}

export const PHASE_LOOK: Readonly<Record<PhaseName, Look>> = {
  created: { mark: '·', word: 'waiting', colour: 'gray' },
  gated: { mark: '◇', word: 'gated', colour: 'magenta' },
  ready: { mark: '○', word: 'ready', colour: 'yellow' },
  assigned: { mark: '◔', word: 'assigned', colour: 'cyan' },
  running: { mark: '▶', word: 'running', colour: 'blue' },
  completed: { mark: '✔', word: 'completed', colour: 'green' },
  failed: { mark: '✖', word: 'failed', colour: 'red' },
  cancelled: { mark: '⊘', word: 'cancelled', colour: 'red' },
};

/** In the order of a ticket's life, the end first: how bars and counts are laid out. */
export const PHASES_ENDED_FIRST: readonly PhaseName[] = [
  'completed',
  'failed',
  'cancelled',
  'running',
  'assigned',
  'ready',
  'gated',
  'created',
];
