import { AirlockError } from '../../lib/error.ts';
import { waitFor } from '../../platform/wait-for.ts';
import type { ApiClient } from '../api/api-client.ts';

/** Longest wait for the gateway's answer, milliseconds. */
const answerWithinMs = 20_000;

/**
 * Waits until the journal says that the gateway admitted the request that opened an incident. The API opens the incident
 * before the gateway has checked the token.
 * @returns false if the gateway has not answered within 20 s.
 * @throws AirlockError `sign-in-used` or `request-refused` if the gateway refused the request; the errors of the API.
 */
export async function waitForAdmission(api: Pick<ApiClient, 'journal'>, incident: string): Promise<boolean> {
  const record = await waitFor(
    {
      what: `the gateway to answer the request of ${incident}`,
      every: 300,
      within: answerWithinMs,
      // The API answers before the workflow has written the first record of the incident.
      tolerate: (error) => error instanceof AirlockError && error.code === 'not-found',
      otherwise: () => undefined,
    },
    async () => (await api.journal(incident)).find(({ kind }) => kind in answers),
  );
  if (record?.kind !== 'request.refused') return record !== undefined;
  const { code } = record.body as { code?: unknown };
  throw new AirlockError({
    code: code === 'sign-in-used' ? code : 'request-refused',
    message: `incident ${incident}: ${record.message.replaceAll('\n', ' ')}`,
  });
}

const answers = { 'request.admitted': true, 'request.refused': true };
