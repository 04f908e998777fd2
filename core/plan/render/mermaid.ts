/** A plan as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html). */
import type { CompilerTask } from '../compile/index.ts';
import { type DrawingOptions, drawPlan, STATUS_FILL } from './drawing.ts';

/** @returns a flowchart, top down, one statement a line, a line feed at the end */
export function renderMermaid(tasks: readonly CompilerTask[], options: DrawingOptions = {}): string {
  const { nodes, edges } = drawPlan(tasks, options);
  const used = new Set(nodes.flatMap(({ status }) => status ?? []));
  const lines = [
    'flowchart TD',
    ...nodes.map(({ key, label, status }) => `  ${key}["${escaped(label)}"]${status ? `:::${status}` : ''}`),
    ...edges.map(({ from, to, gated }) => `  ${from} ${gated ? '-.->' : '-->'} ${to}`),
    ...Object.entries(STATUS_FILL).flatMap(([status, fill]) =>
      used.has(status as keyof typeof STATUS_FILL) ? `  classDef ${status} fill:${fill},color:#111827` : [],
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Mermaid's entity codes for all but letters, digits, spaces and a few marks that mean nothing to it. */
function escaped(label: string): string {
  return label.replace(/[^\p{L}\p{M}\p{N} _.-]/gu, (character) => `#${character.codePointAt(0)};`);
}
