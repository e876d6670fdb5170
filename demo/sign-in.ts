import type { TestUser } from '../stack/oidc/test-users.ts';
import { pause } from '../src/platform/pause.ts';
import { createHttpClient } from '../src/platform/http/http-client.ts';
import type { HttpAnswer } from '../src/platform/http/http-answer.ts';

const deadlines = { headersMs: 10_000, bodyMs: 10_000, totalMs: 10_000 };

/** The fields of a test user with which the user signs in. */
export type SigningUser = Pick<TestUser, 'username' | 'password' | 'code'>;

/**
 * Signs a test user in at the local OIDC provider, as a browser would: posts the login form with the password and the
 * code for a second step, follows redirects and keeps cookies. The last redirect leads to the program that waits for the
 * sign-in. Waits until the next second if the user has already signed in within this second. Only the demo and the tests
 * use this function.
 * @param url the authorization URL that the program printed.
 * @throws Error if the provider refuses the password. Error after 15 pages. Also throws the errors of the HTTP client.
 */
export async function signInAtProvider(url: string, user: SigningUser): Promise<void> {
  const { username, password, code } = user;
  const cookies = new Map<string, string>();
  let posted = false;
  let current = url;
  let answer = await visit(cookies, current);
  for (let page = 0; page < 15; page += 1) {
    const { location } = answer.headers;
    if (typeof location === 'string') {
      current = new URL(location, current).href;
      answer = await visit(cookies, current);
      continue;
    }
    if (!/<form[^>]+method="post"/i.test(answer.text())) return;
    if (posted)
      throw new Error(
        `the OIDC provider refused the password of ${username}: start a new stack with \`npx airlock down --purge\`, then \`npx airlock up\``,
      );
    posted = true;
    const form = new URLSearchParams({ username, password, code });
    answer = await inOwnSecond(`${username} at ${new URL(current).origin}`, () => visit(cookies, current, form));
  }
  throw new Error(`the sign-in of ${username} did not end after 15 pages: read logs/oidc.log in the state folder`);
}

/** The seconds since the epoch of the last sign-in of each user, or a promise of them while the user signs in. */
const lastSignIns = new Map<string, Promise<number>>();

/**
 * Calls `post`, which signs a user in, in a second in which this process signs the user in only once. `auth_time` has
 * whole seconds, so Airlock would take two sign-ins within one second for one, and admit only one nonce for both.
 * @param user the user, in one provider.
 */
export async function inOwnSecond<T>(user: string, post: () => Promise<T>): Promise<T> {
  const earlier = lastSignIns.get(user);
  const { promise, resolve } = Promise.withResolvers<number>();
  lastSignIns.set(user, promise);
  try {
    const startMs = ((await earlier) ?? 0) * 1000 + 1000;
    // A timer may fire a millisecond early.
    while (Date.now() < startMs) await pause(startMs - Date.now());
    return await post();
  } finally {
    resolve(Math.floor(Date.now() / 1000));
  }
}

async function visit(cookies: Map<string, string>, url: string, form?: URLSearchParams): Promise<HttpAnswer> {
  const { origin, pathname, search } = new URL(url);
  using client = createHttpClient({ origin, deadlines, maxBytes: 1024 * 1024 });
  const path = `${pathname}${search}`;
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const contentType = 'application/x-www-form-urlencoded';
  const answer = form
    ? await client.request({
        method: 'POST',
        path,
        headers: { ...headers, 'content-type': contentType },
        body: form.toString(),
      })
    : await client.request({ method: 'GET', path, headers });
  for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
    const [pair = ''] = cookie.split(';');
    const separator = pair.indexOf('=');
    cookies.set(pair.slice(0, separator), pair.slice(separator + 1));
  }
  return answer;
}
