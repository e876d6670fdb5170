import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { inOwnSecond } from '../../demo/sign-in.ts';
import type { TokenPurpose } from '../../src/domain/approval/decision-token.ts';

/** The address to which the provider redirects at the end. Nothing listens there: the browser stops before it. */
const redirect = 'http://127.0.0.1:49999/callback';

/** A person's browser, which keeps the session of the OIDC provider in its cookies. */
export interface Browser {
  /** Opens an authorization URL, signs in with the form, and returns the ID token. */
  signIn(purpose: TokenPurpose, user: { username: string; password: string }): Promise<string>;
  /**
   * Opens another authorization URL in the same session, as a link of an attacker does. Nobody types a password.
   * @param change changed parameters of the URL. @returns the ID token. @throws AssertionError if the provider shows a form.
   */
  authorize(purpose: TokenPurpose, change?: Record<string, string>): Promise<string>;
}

export function openBrowser(issuer: string): Browser {
  const cookies = new Map<string, string>();
  const visit = async (url: string, form?: URLSearchParams): Promise<Response> => {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const post = form ? { method: 'POST', body: form } : {};
    const answer = await fetch(url, { redirect: 'manual', headers, ...post });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  /** Follows redirects to the end: a page, or the redirect with the authorization code. */
  const follow = async (first: string, form?: URLSearchParams): Promise<{ url: string; page?: string }> => {
    let url = first;
    for (let answer = await visit(url, form); ; answer = await visit(url)) {
      const location = answer.headers.get('location');
      if (location === null) return { url, page: await answer.text() };
      url = new URL(location, url).href;
      if (url.startsWith(redirect)) return { url };
    }
  };
  const start = (purpose: TokenPurpose, change: Record<string, string>) => {
    const verifier = randomBytes(32).toString('base64url');
    const parameters = {
      client_id: purpose.clientId,
      response_type: 'code',
      scope: 'openid groups',
      redirect_uri: redirect,
      nonce: purpose.nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...change,
    };
    return { verifier, url: `${issuer}/auth?${new URLSearchParams(parameters).toString()}` };
  };
  const exchange = async ({ clientId }: TokenPurpose, back: string, verifier: string): Promise<string> => {
    const code = new URL(back).searchParams.get('code') ?? assert.fail(`no code in ${back}`);
    const fields = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirect, code };
    const body = new URLSearchParams({ ...fields, code_verifier: verifier });
    const answer = await fetch(`${issuer}/token`, { method: 'POST', body });
    return ((await answer.json()) as { id_token: string }).id_token;
  };
  return {
    async signIn(purpose, user) {
      const { url, verifier } = start(purpose, { prompt: 'login', max_age: '0' });
      const form = await follow(url);
      assert.match(form.page ?? '', /<form method="post"/);
      const { username, password } = user;
      const fields = new URLSearchParams({ username, password });
      const end = await inOwnSecond(`${username} at ${issuer}`, () => follow(form.url, fields));
      return exchange(purpose, end.url, verifier);
    },
    async authorize(purpose, change = {}) {
      const { url, verifier } = start(purpose, change);
      const end = await follow(url);
      assert.equal(end.page, undefined, 'the provider showed a page');
      return exchange(purpose, end.url, verifier);
    },
  };
}
