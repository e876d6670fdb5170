import { clusterErrors } from './errors/cluster-errors.ts';
import { commandErrors } from './errors/command-errors.ts';
import type { ErrorEntry, Next } from './errors/error-entry.ts';
import { remediationErrors } from './errors/remediation-errors.ts';
import { requestErrors } from './errors/request-errors.ts';
import { sandboxErrors } from './errors/sandbox-errors.ts';
import { stackErrors } from './errors/stack-errors.ts';
import { storageErrors } from './errors/storage-errors.ts';

/** All error codes, grouped by area. docs/errors.md lists the areas and codes in this order. */
export const errorAreas = {
  'Requests to the API': requestErrors,
  'Command line and sign-in': commandErrors,
  'From evidence to execution': remediationErrors,
  'Journal and database': storageErrors,
  'Kubernetes and Vault': clusterErrors,
  Rehearsals: sandboxErrors,
  'Local stack and demo': stackErrors,
};

/** All error codes, each with its HTTP status, `next` and summary. */
export const errorCatalogue = {
  ...requestErrors,
  ...commandErrors,
  ...remediationErrors,
  ...storageErrors,
  ...clusterErrors,
  ...sandboxErrors,
  ...stackErrors,
} satisfies Record<string, ErrorEntry>;

/** Code of an AirlockError, in kebab-case. Clients of the API use the codes. */
export type ErrorCode = keyof typeof errorCatalogue;

/** The codes whose `next` is `N`. */
export type ErrorCodeWith<N extends Next> = {
  [C in ErrorCode]: (typeof errorCatalogue)[C] extends ErrorEntry<N> ? C : never;
}[ErrorCode];

/** Returns true if this build has the code. A process of another build may send a code that this build lacks. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
