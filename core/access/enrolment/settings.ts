/** How long what lets an agent in counts, ms. */
export const ENROLMENT = {
  /** an enrolment that nobody uses */
  enrolment_ms: 3_600_000,
  enrolment_most_ms: 7 * 86_400_000,
  /** a credential, unless it is renewed before */
  credential_ms: 30 * 86_400_000,
  /** the secret before a renewal: the answer with the new one may be lost */
  overlap_ms: 3_600_000,
} as const;
export type EnrolmentSettings = Readonly<Record<keyof typeof ENROLMENT, number>>;
