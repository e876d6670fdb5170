/** Why the plan could not run, as the API server said it, and which check that fails. */
export interface Refusal {
  check: 'admission' | 'rbac-sufficient' | 'basis';
  /** What was tried, such as a step's id. */
  during: string;
  words: string;
}

/** Sorts the API server's words; the minted name is random, so it is left out of them. */
export function refusalOf(during: string, words: string, name: string): Refusal {
  const shown = words.replaceAll(name, `${name.slice(0, -8)}<random>`).slice(0, 2000);
  const admission = /ValidatingAdmissionPolicy|admission webhook|exceeded quota|denied the request/.test(words);
  const forbidden = /forbidden|unauthorized/i.test(words);
  return { check: !admission && forbidden ? 'rbac-sufficient' : 'admission', during, words: shown };
}
