/**
 * Short-lived marks that anomalies are told by: how often something happened, what was said first. Not events: what they
 * lead to is. Each is one item and one write; a mark may be forgotten once it has expired.
 */
export interface AccessMarks {
  /**
   * One more. @returns how many there are now, this one among them; counted once too often where a call is repeated
   * @param until epoch ms: it counts from 0 again in a new window, which has a name of its own
   */
  count(name: string, until: number): Promise<number>;
  /** Keeps the value unless there is one. @returns what is kept: the first one */
  first(name: string, value: string, until: number): Promise<string>;
}
