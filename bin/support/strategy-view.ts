/** The scheduling strategy in force, and the error budget that it follows from, as a few lines. */
import type { StrategyView } from '../../core/messages/strategy-api.ts';
import type { Out } from './io.ts';
import { count, duration, plain } from './text.ts';

const BAR = 20;
const COLOUR = { healthy: 'green', warning: 'yellow', critical: 'red', exhausted: 'red' } as const;

export function strategyLines(told: StrategyView, now: number, color: Out['color']): string[] {
  const { strategy, since, why, override, budget } = told;
  const { state, remaining, burn, events, target, window_ms, alerts } = budget;
  const paint = color[COLOUR[state]];
  const from = since === undefined ? '' : `, for ${duration(Math.max(0, now - since))} (since ${timeOf(since)})`;
  const left = Math.max(0, Math.min(1, remaining));
  const full = Math.round(left * BAR);
  const promised = `${percent(target)} of tickets by their deadlines, over ${days(window_ms)}`;
  return [
    `${color.bold(strategy)}${from}`,
    `  why     ${plain(why)}`,
    ...(override !== undefined && override.until > now
      ? [`  until   ${timeOf(override.until)}, in ${duration(override.until - now)}; then the error budget decides`]
      : []),
    `  budget  ${paint(`${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${percent(remaining)} left: ${state}`)}`,
    `          ${promised}: burns at ${burn.toFixed(2)} of what it allows (${count(events, 'ticket')})`,
    ...alerts.map(({ severity, long_ms, long_burn, short_ms, short_burn }) =>
      color.red(
        `  ${severity.padEnd(6)}  burns at ${long_burn.toFixed(1)} over ${duration(long_ms)}, at ${short_burn.toFixed(1)} over ${duration(short_ms)}`,
      ),
    ),
  ];
}

const DAY_MS = 24 * 3_600_000;
const days = (ms: number): string => count(Math.round(ms / DAY_MS), 'day');
const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
