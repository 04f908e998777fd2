/** A claimed ticket whose holder has not been heard of for this long is taken to be lost. */
export const LEASE_MS = 15_000;
