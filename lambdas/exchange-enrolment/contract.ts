/** `POST /enrolments/{enrolment_id}/exchange`, by an agent that has nothing yet but the secret of its enrolment. */
export const ENV = ['LEDGER_TABLE'] as const;
