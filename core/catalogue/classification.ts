/** How secret something is, as a number that compares. */
import { CLASSIFICATIONS, type Classification } from '../messages/catalogue-api.ts';

/** 0 public … 3 restricted; what nobody has classified counts as the most secret. */
export const levelOf = (of: Classification | undefined): number =>
  of === undefined ? CLASSIFICATIONS.length - 1 : CLASSIFICATIONS.indexOf(of);
