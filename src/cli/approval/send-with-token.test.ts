import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AirlockError } from '../../lib/error.ts';
import { Secret } from '../../platform/secret.ts';
import { sendWithToken } from './send-with-token.ts';

const purpose = { clientId: 'airlock-decision', nonce: 'n', boundTo: 'list', details: [] };
const used = new AirlockError({ code: 'sign-in-used', message: 'this sign-in was already used\u001b[2J' });

/** A person who signs in as often as asked, with another token each time. */
function person() {
  const [nonces, err]: [string[], string[]] = [[], []];
  const signIn = async ({ nonce }: { nonce: string }) => new Secret(`token-${nonces.push(nonce)}`);
  return { nonces, err, deps: { issuer: 'https://id.example', signIn, err: (line: string) => void err.push(line) } };
}

describe('sendWithToken', () => {
  it('signs in again after sign-in-used, says why, and asks for the same nonce', async () => {
    const { deps, nonces, err } = person();
    const sent: string[] = [];
    const answer = await sendWithToken(deps, purpose, async (token) => {
      sent.push(token);
      if (sent.length === 1) throw used;
      return 'admitted';
    });
    assert.deepEqual([answer, sent, nonces], ['admitted', ['token-1', 'token-2'], ['n', 'n']]);
    assert.match(err.join('\n'), /^this sign-in was already used\\u\{1b\}\[2J\n.*sign in again/);
  });

  it('gives up after three sign-ins', async () => {
    const { deps, nonces } = person();
    await assert.rejects(
      sendWithToken(deps, purpose, () => Promise.reject(used)),
      used,
    );
    assert.equal(nonces.length, 3);
  });

  it('does not sign in again after another error', async () => {
    const { deps, nonces } = person();
    const refused = new AirlockError({ code: 'edit-refused', message: 'no' });
    await assert.rejects(
      sendWithToken(deps, purpose, () => Promise.reject(refused)),
      refused,
    );
    assert.equal(nonces.length, 1);
  });
});
