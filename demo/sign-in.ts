import { createHttpClient } from '../src/platform/http/http-client.ts';
import type { HttpAnswer } from '../src/platform/http/http-answer.ts';

const deadlines = { headersMs: 10_000, bodyMs: 10_000, totalMs: 10_000 };

/**
 * Signs a test user in at the local OIDC provider, as a browser would: posts the login form, follows redirects and
 * keeps cookies. Ends at the first page without a form, which is the page of the command that waits for the sign-in.
 * Only the demo and the tests use this function.
 * @param url the authorization URL that the command printed.
 * @throws Error if the provider shows a form again (wrong password), or after 15 pages.
 */
export async function signIn(url: string, user: { username: string; password: string }): Promise<void> {
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
        `sign-in of ${user.username}: the provider refused the password: start a new stack (\`npx airlock down --purge\`, then \`npx airlock up\`)`,
      );
    posted = true;
    answer = await visit(cookies, current, new URLSearchParams(user));
  }
  throw new Error(`sign-in of ${user.username}: gave up after 15 pages: read the log of server oidc`);
}

async function visit(cookies: Map<string, string>, url: string, form?: URLSearchParams): Promise<HttpAnswer> {
  const { origin, pathname, search } = new URL(url);
  using client = createHttpClient({ origin, deadlines, maxBytes: 1024 * 1024 });
  const path = `${pathname}${search}`;
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const type = 'application/x-www-form-urlencoded';
  const answer = form
    ? await client.request({
        method: 'POST',
        path,
        headers: { ...headers, 'content-type': type },
        body: form.toString(),
      })
    : await client.request({ method: 'GET', path, headers });
  for (const cookie of [answer.headers['set-cookie'] ?? []].flat()) {
    const [pair = ''] = cookie.split(';');
    const at = pair.indexOf('=');
    cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return answer;
}
