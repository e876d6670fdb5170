/** Why the plan could not run, with the API server's message, and the check that fails for it. */
export interface Refusal {
  check: 'admission' | 'rbac-sufficient' | 'precondition';
  /** The refused operation, such as a step's id. */
  during: string;
  message: string;
}

/** Classifies the API server's message. The random part of the minted name is left out, so that two runs agree. */
export function refusalOf(during: string, message: string, name: string): Refusal {
  const shown = message.replaceAll(name, `${name.slice(0, -8)}<random>`).slice(0, 2000);
  const admission = /ValidatingAdmissionPolicy|admission webhook|exceeded quota|denied the request/.test(message);
  const forbidden = /forbidden|unauthorized/i.test(message);
  return { check: !admission && forbidden ? 'rbac-sufficient' : 'admission', during, message: shown };
}
