/** Asks an agent that sends no heartbeats whether it lives. */
export interface Probes {
  /**
   * Resolves to whether the address answered with success (2xx) in time; anything else is false, also an address that
   * must not be called. Never fails. Not its business: trying again.
   */
  answers(url: string): Promise<boolean>;
}
