/** Named settings of admission, with the defaults of the domain. */
import type { RiskBand } from '../messages/primitives.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface BandPolicy {
  /** the longest timeout an attempt may get */
  readonly cap_ms: number;
  readonly max_retries: number;
}

export interface PlanSettings {
  readonly supported_major: number;
  readonly supported_schema_version: number;
  readonly default_estimate_ms: number;
  readonly min_timeout_ms: number;
  /** timeout = this × estimate */
  readonly timeout_factor: number;
  /** a task is refused when this × estimate is over its band's cap */
  readonly estimate_headroom: number;
  readonly default_deadline_ms: number;
  readonly max_deadline_ms: number;
  readonly approval_risk_score: number;
  readonly bands: Readonly<Record<RiskBand, BandPolicy>>;
  readonly max_tasks: number;
  readonly max_edges: number;
  /** gated edges at one task: they are kept on its ticket, one item of the ledger */
  readonly max_gates_of_task: number;
  readonly max_id_chars: number;
  readonly max_description_chars: number;
  /** bytes of one task as JSON: it is one item of the ledger */
  readonly max_task_bytes: number;
  /** bytes of the plan without its tasks, as JSON */
  readonly max_header_bytes: number;
  /** faults told in one answer; their total is told too */
  readonly max_faults_told: number;
}

export const PLAN_SETTINGS: PlanSettings = {
  supported_major: 1,
  supported_schema_version: 1,
  default_estimate_ms: MINUTE_MS,
  min_timeout_ms: MINUTE_MS,
  timeout_factor: 3,
  estimate_headroom: 1.5,
  default_deadline_ms: 4 * HOUR_MS,
  max_deadline_ms: 7 * DAY_MS,
  approval_risk_score: 0.7,
  bands: {
    critical: { cap_ms: 2 * HOUR_MS, max_retries: 5 },
    high: { cap_ms: HOUR_MS, max_retries: 3 },
    medium: { cap_ms: 30 * MINUTE_MS, max_retries: 2 },
    low: { cap_ms: 15 * MINUTE_MS, max_retries: 1 },
  },
  max_tasks: 10_000,
  max_edges: 50_000,
  max_gates_of_task: 2000,
  max_id_chars: 256,
  max_description_chars: 4096,
  max_task_bytes: 64 * 1024,
  max_header_bytes: 128 * 1024,
  max_faults_told: 100,
};
