import { cutMessage } from '../../src/lib/cut-message.ts';

/**
 * Why a run stopped: the API server refused a request, an object of a step had changed or did not exist, or a step
 * failed for a different reason.
 */
export interface Refusal {
  /** Id of the check that fails because of this refusal. */
  check: 'admission' | 'rbac-sufficient' | 'precondition';
  /** The part of the run that failed, such as `step do-1` or `minting the identity`. */
  during: string;
  /** The message of the API server, or of the AirlockError that stopped the step. */
  message: string;
}

/**
 * Creates a refusal. A refusal by RBAC makes the check `rbac-sufficient` fail. Any other refusal makes the check
 * `admission` fail. The last 8 characters of `mintedName` are random. In the result, `<random>` replaces these
 * characters. So two rehearsals of the same bundle give the same message.
 * @param given The message of the error. The refusal contains at most 2000 characters of it.
 * @param mintedName The name of the identity that the run uses.
 */
export function refusalOf(during: string, given: string, mintedName: string): Refusal {
  const message = cutMessage(given);
  const shown = message.replaceAll(mintedName, `${mintedName.slice(0, -8)}<random>`).slice(0, 2000);
  // The messages of admission often contain `forbidden` too.
  const isFromAdmission = /ValidatingAdmissionPolicy|admission webhook|exceeded quota|denied the request/.test(message);
  const isForbidden = /forbidden|unauthorized/i.test(message);
  return { check: !isFromAdmission && isForbidden ? 'rbac-sufficient' : 'admission', during, message: shown };
}
