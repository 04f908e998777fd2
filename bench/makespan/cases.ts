/** The cases of a folder of Standard Task Graphs: `optimal.csv` (instance,machines,lower_bound,upper_bound) and the files it names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { checkPlan } from '../../core/plan/check.ts';
import { importStg } from '../../core/plan/import/stg.ts';

export interface Case {
  readonly name: string;
  /** tasks, for grouping: the folder's name */
  readonly size: string;
  readonly machines: number;
  readonly plan: CognitivePlan;
  /** ms; equal where the optimum is proved */
  readonly lower_ms: number;
  readonly upper_ms: number;
}

const UNIT_MS = 1000;

export function readCases(folder: string): Case[] {
  const rows = readFileSync(join(folder, 'optimal.csv'), 'utf8').trim().split(/\r?\n/).slice(1);
  const plans = new Map<string, CognitivePlan>();
  const planOf = (name: string): CognitivePlan => {
    const known = plans.get(name);
    if (known !== undefined) return known;
    const text = readFileSync(join(folder, name), 'utf8');
    const { plan, faults } = checkPlan(importStg(text, { planId: name, createdAtMs: 0, unitMs: UNIT_MS }));
    if (plan === undefined || faults.length > 0) throw new Error(`${name}: ${JSON.stringify(faults)}`);
    plans.set(name, plan);
    return plan;
  };
  return rows.map((row) => {
    const [name = '', machines, lower, upper] = row.split(',');
    return {
      ...{ name, size: name.split('/')[0] ?? '', machines: Number(machines), plan: planOf(name) },
      ...{ lower_ms: Number(lower) * UNIT_MS, upper_ms: Number(upper) * UNIT_MS },
    };
  });
}
