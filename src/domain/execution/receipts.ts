import type { Receipt } from './execution.ts';

/**
 * Returns one receipt for each step, in the order in which the steps began. The receipt is the step's entry `applied`,
 * or else the latest entry `intended`. A step has several entries `intended` if the gateway tried its write again.
 * @param entries all entries of one execution, in the order in which the gateway wrote them.
 */
export function receiptsOf(entries: readonly Receipt[]): Receipt[] {
  const receipts = new Map<string, Receipt>();
  for (const entry of entries) {
    if (receipts.get(entry.step)?.state !== 'applied') receipts.set(entry.step, entry);
  }
  return [...receipts.values()];
}
