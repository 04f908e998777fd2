/** What the policies answered, and what is kept of it with the change that it allowed. */

export interface Decision {
  readonly allowed: boolean;
  /** ids of the policies that decided: what permits, or what forbids; none: nothing permits it */
  readonly policies: readonly string[];
  /** SHA-256 of the question, canonical JSON */
  readonly inputs: string;
  /** SHA-256 of the policies that were asked */
  readonly policy_set: string;
  /** what the deciding policies say of themselves (`@reason`), for whoever was refused */
  readonly reasons: readonly string[];
  /** policies that could not be evaluated: then it is not allowed, whatever the others say */
  readonly errors: readonly string[];
  /** a forbid that is about the thing itself (`@scope("resource")`): nobody else would be allowed either */
  readonly final: boolean;
}

/** An allowed decision, as an event carries it. */
export interface Authorization {
  readonly policies: readonly string[];
  readonly inputs: string;
  readonly policy_set: string;
  /** What the question cannot be built again from the ledger without: the principal as it was, and the context. */
  readonly asked?: Readonly<Record<string, unknown>>;
  /** what policies on trial said, where they said something else */
  readonly shadow?: { readonly policy_set: string; readonly allowed: boolean; readonly policies: readonly string[] };
}
