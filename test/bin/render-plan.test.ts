import fc from 'fast-check';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { foldLevels, levelsIn } from '../../bin/support/fold-levels.ts';
import { PHASE_LOOK, PHASES_ENDED_FIRST, WORD_WIDTH } from '../../bin/support/phases.ts';
import { renderPlan } from '../../bin/support/render-plan.ts';
import { width } from '../../bin/support/text.ts';
import type { PhaseName } from '../../core/ticket/state.ts';
import { dependent as follows, NOW, task } from '../support/plans.ts';
import { dags } from '../support/random-dags.ts';
import { hasControls } from './run-cli.ts';
import { type Told, view } from './views.ts';

const plainColor = picocolors.createColors(false);
const paused = { phase: 'paused', by: 'ada', why: 'the cluster is upgraded', paused_at: NOW } as const;
const compensation = { parameters: {} };
const DIAMOND = [task('a'), follows('b', 'a'), follows('c', 'a'), follows('d', 'b', 'c')];
const phases = Object.keys(PHASE_LOOK) as PhaseName[];
const anyPhases = fc.array(fc.constantFrom(...phases.filter((phase) => phase !== 'gated')), {
  minLength: 24,
  maxLength: 24,
});

describe('the picture of a plan', () => {
  it('shows each ticket with mark, word, agent and time, at its level', () => {
    const told: Record<string, Told> = {
      a: { phase: 'completed', ran: 1500, agent_id: 'builder' },
      b: { phase: 'running', ready: 58_000, agent_id: 'tester' },
      c: { phase: 'ready', ready: 30_000 },
    };
    const lines = renderPlan(view(DIAMOND, told), { columns: 80, rows: 24 }, plainColor);
    expect(lines[0]).toMatch(/^plan-1 .* running {2}1 m 00 s$/);
    expect(lines[1]).toBe('1 completed · 1 running · 1 ready · 1 waiting');
    expect(lines.slice(2).map((line) => line.replace(/ +/g, ' '))).toEqual([
      'L0 ✔ a completed 1.5 s builder',
      'L1 ▶ b running 2.0 s tester',
      ' ○ c ready 30.0 s',
      'L2 · d waiting',
    ]);
  });

  it('says the same without colour as with it', () => {
    const told: Record<string, Told> = { a: { phase: 'failed' }, b: { phase: 'cancelled' } };
    const [coloured, bare] = [true, false].map((on) =>
      renderPlan(view(DIAMOND, told), { columns: 80, rows: 24 }, picocolors.createColors(on)).join('\n'),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
    expect(coloured?.replace(/\u001b\[\d+m/g, '')).toBe(bare);
    expect(coloured).not.toBe(bare);
  });

  it('fits any terminal, whatever the plan', () => {
    fc.assert(
      fc.property(
        dags,
        anyPhases,
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 2, max: 60 }),
        (tasks, told, columns, rows) => {
          const inputs = tasks.map(({ task_id, dependencies }) => follows(task_id, ...dependencies));
          const states = Object.fromEntries(
            inputs.map(({ task_id }, at) => [task_id, { phase: told[at % told.length] as PhaseName }]),
          );
          const lines = renderPlan(view(inputs, states), { columns, rows }, plainColor);
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) expect(width(line)).toBeLessThanOrEqual(columns);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('folds a level of 1 000 tickets into a bar that counts them', () => {
    const wide = [task('first'), ...Array.from({ length: 1000 }, (_, at) => follows(`t${at}`, 'first')), task('alone')];
    const told: Record<string, Told> = { first: { phase: 'completed' } };
    for (let at = 0; at < 250; at++) told[`t${at}`] = { phase: 'running' };
    const lines = renderPlan(view(wide, told), { columns: 80, rows: 24 }, plainColor);
    expect(lines.map((line) => line.trimEnd()).at(-1)).toMatch(/^L1 +▶{6}·{18} 250 running · 750 waiting$/);
    expect(lines.some((line) => line.includes('first'))).toBe(true);
  });

  it('lets levels share a bar where a chain of 1 000 has no room', () => {
    const chain = Array.from({ length: 1000 }, (_, at) => (at === 0 ? task('t0') : follows(`t${at}`, `t${at - 1}`)));
    const lines = renderPlan(view(chain, { t0: { phase: 'running' } }), { columns: 80, rows: 24 }, plainColor);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines[2]).toMatch(/^L0-45 .* 1 running · 45 waiting$/);
    expect(lines.at(-1)).toMatch(/^L966-999 .* 34 waiting$/);
  });

  it('never lets a name out as it came when it would steer the terminal', () => {
    const name = 'x\u001b[2J\u009b1m\u202e\ny';
    const lines = renderPlan(
      view([task(name)], { [name]: { phase: 'running', agent_id: name } }, { plan_id: name }),
      { columns: 120, rows: 24 },
      plainColor,
    );
    expect(hasControls(lines.join(''))).toBe(false);
    expect(lines[2]).toContain('x\\u001b[2J');
  });

  it('keeps columns straight under wide characters and emoji', () => {
    const lines = renderPlan(view([task('构建🚀'), task('b')], {}), { columns: 60, rows: 24 }, plainColor);
    const at = lines.slice(2).map((line) => width(line.slice(0, line.indexOf('waiting'))));
    expect(at[0]).toBe(at[1]);
  });
});

describe('the picture of a plan that does not simply run', () => {
  const size = { columns: 100, rows: 24 };
  const squeezed = (lines: readonly string[]) => lines.map((line) => line.replace(/ +/g, ' ').trimEnd());

  it('has a look of its own for every phase', () => {
    const looks = Object.values(PHASE_LOOK);
    expect(new Set(looks.map(({ mark }) => mark)).size).toBe(looks.length);
    expect(new Set(looks.map(({ word }) => word)).size).toBe(looks.length);
    expect([...PHASES_ENDED_FIRST].sort()).toEqual([...phases].sort());
    for (const { word, mark } of looks) {
      expect(word.length).toBeLessThanOrEqual(WORD_WIDTH);
      expect(width(mark)).toBe(1);
    }
  });

  it('says who paused it and why', () => {
    const lines = renderPlan(view(DIAMOND, { a: { phase: 'deferred' } }, paused), size, plainColor);
    expect(lines[2]).toBe('paused by ada: the cluster is upgraded');
    expect(squeezed(lines)).toContain('L0 ◫ a deferred 1 m 00 s');
  });

  it('tells a ticket that backs off, and one that was skipped by whom', () => {
    const lines = renderPlan(
      view(DIAMOND, { b: { phase: 'backing_off', ran: 50_000 }, c: { phase: 'skipped' } }),
      size,
      plainColor,
    );
    expect(squeezed(lines)).toContain('L1 ↻ b backing off 10.0 s');
    expect(squeezed(lines)).toContain(' » c skipped by ada');
  });

  it('shows what undoes the others below them, in the order in which it runs', () => {
    const tasks = [task('a', { compensation }), follows('b', 'a'), { ...follows('c', 'b'), compensation }];
    const lines = renderPlan(
      view(
        tasks,
        {
          a: { phase: 'compensating' },
          b: { phase: 'failed' },
          c: { phase: 'compensated' },
          'undo:c': { phase: 'completed' },
          'undo:a': { phase: 'awaiting_person' },
        },
        { phase: 'compensating', reason: 'b failed', failed_tasks: ['b'], compensations: 2, failed_at: NOW },
      ),
      size,
      plainColor,
    );
    expect(squeezed(lines).map((line) => line.replace(/(?<=^(?:L\d)? . .*) \d.*$/, ''))).toEqual([
      expect.stringContaining('plan-1'),
      expect.stringContaining('1 completed · 1 undone · 1 being undone · 1 failed · 1 needs'),
      'compensating: b failed',
      'L0 ◀ a being undone',
      'L1 ✖ b failed',
      'L2 ◁ c undone',
      'L3 ✔ undo:c completed',
      'L4 ‼ undo:a needs help',
    ]);
  });

  it('keeps to its size with all there is to say', () => {
    for (const rows of [2, 3, 4, 5, 6]) {
      const stuck = [{ why: 'no agent', task_ids: ['a'] }];
      const lines = renderPlan({ ...view(DIAMOND, {}, paused), stuck }, { columns: 30, rows }, plainColor);
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(width(line)).toBeLessThanOrEqual(30);
    }
  });
});

describe('folding levels', () => {
  it('loses no ticket and shows none twice, whatever the room', () => {
    fc.assert(
      fc.property(dags, fc.integer({ min: 1, max: 40 }), (tasks, lines) => {
        const { tickets } = view(tasks.map(({ task_id, dependencies }) => follows(task_id, ...dependencies)));
        const blocks = foldLevels(levelsIn(tickets), lines);
        const shown = blocks.flatMap((block) => block.tickets.map(({ task_id }) => task_id));
        expect([...shown].sort()).toEqual(tickets.map(({ task_id }) => task_id).sort());
        const used = blocks.reduce((sum, block) => sum + (block.kind === 'open' ? block.tickets.length : 1), 0);
        expect(used).toBeLessThanOrEqual(lines);
      }),
    );
  });

  it('folds what is done before what runs', () => {
    const tasks = [task('a1'), task('a2'), task('a3'), follows('b1', 'a1'), follows('b2', 'a2'), follows('b3', 'a3')];
    const told: Record<string, Told> = { b1: { phase: 'running' } };
    for (const id of ['a1', 'a2', 'a3']) told[id] = { phase: 'completed' };
    const blocks = foldLevels(levelsIn(view(tasks, told).tickets), 4);
    expect(blocks.map(({ kind }) => kind)).toEqual(['folded', 'open']);
  });
});
