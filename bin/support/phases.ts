/** How a ticket's phase looks: a mark, a word and a colour, so that each alone is enough. */
import type { PlanPhaseName } from '../../core/plan/state.ts';
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
  deferred: { mark: '◫', word: 'deferred', colour: 'gray' },
  assigned: { mark: '◔', word: 'assigned', colour: 'cyan' },
  running: { mark: '▶', word: 'running', colour: 'blue' },
  backing_off: { mark: '↻', word: 'backing off', colour: 'yellow' },
  awaiting_person: { mark: '‼', word: 'needs help', colour: 'red' },
  completed: { mark: '✔', word: 'completed', colour: 'green' },
  skipped: { mark: '»', word: 'skipped', colour: 'green' },
  failed: { mark: '✖', word: 'failed', colour: 'red' },
  cancelled: { mark: '⊘', word: 'cancelled', colour: 'red' },
  compensating: { mark: '◀', word: 'being undone', colour: 'magenta' },
  compensated: { mark: '◁', word: 'undone', colour: 'magenta' },
};

/** Columns of the longest word. */
export const WORD_WIDTH = 12;

/** In the order of a ticket's life, the end first: how bars and counts are laid out. */
export const PHASES_ENDED_FIRST: readonly PhaseName[] = [
  'completed',
  'skipped',
  'compensated',
  'compensating',
  'failed',
  'cancelled',
  'awaiting_person',
  'running',
  'assigned',
  'backing_off',
  'ready',
  'deferred',
  'gated',
  'created',
];

export const PLAN_COLOUR: Readonly<Record<PlanPhaseName, Colour>> = {
  received: 'gray',
  awaiting_approval: 'yellow',
  accepted: 'gray',
  running: 'blue',
  paused: 'yellow',
  halted: 'red',
  compensating: 'magenta',
  completed: 'green',
  failed: 'red',
  compensated: 'magenta',
  cancelled: 'red',
  rejected: 'red',
};

/** `awaiting approval`. */
export const phaseWord = (phase: PlanPhaseName | PhaseName): string => phase.replace('_', ' ');
