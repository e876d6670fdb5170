/**
 * Why a run stopped: the API server refused a request. `check` is the id of the check that then fails. `message` is the
 * message of the API server.
 */
export interface Refusal {
  check: 'admission' | 'rbac-sufficient' | 'precondition';
  /** The refused operation, such as `step do-1`. */
  during: string;
  message: string;
}

/**
 * Decides from the API server's message which check fails. In `message`, the random end of the minted name becomes
 * `<random>`. Two rehearsals of the same bundle then have the same message.
 */
export function refusalOf(during: string, message: string, mintedName: string): Refusal {
  const shown = message.replaceAll(mintedName, `${mintedName.slice(0, -8)}<random>`).slice(0, 2000);
  const admission = /ValidatingAdmissionPolicy|admission webhook|exceeded quota|denied the request/.test(message);
  const forbidden = /forbidden|unauthorized/i.test(message);
  return { check: !admission && forbidden ? 'rbac-sufficient' : 'admission', during, message: shown };
}
