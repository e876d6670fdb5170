/** Why a run stopped: the API server refused a request, or an object of a step had changed or did not exist. */
export interface Refusal {
  /** Id of the check that then fails. */
  check: 'admission' | 'rbac-sufficient' | 'precondition';
  /** What the run did when it stopped, such as `step do-1` or `minting the identity`. */
  during: string;
  /** The message of the API server, or of Airlock's error about the object. */
  message: string;
}

/**
 * Decides from the message which check fails. In the result, the message has `<random>` in place of the random end of
 * the minted name. So two rehearsals of the same bundle have the same message.
 */
export function refusalOf(during: string, message: string, mintedName: string): Refusal {
  const shown = message.replaceAll(mintedName, `${mintedName.slice(0, -8)}<random>`).slice(0, 2000);
  const admission = /ValidatingAdmissionPolicy|admission webhook|exceeded quota|denied the request/.test(message);
  const forbidden = /forbidden|unauthorized/i.test(message);
  return { check: !admission && forbidden ? 'rbac-sufficient' : 'admission', during, message: shown };
}
