/**
 * Signs a test user in at the local provider by posting its own login form, as a browser would: follows redirects, keeps
 * cookies, and ends at the loopback address that the waiting command listens on. For the demo and the tests only.
 * @param url authorization URL that the command printed.
 * @throws Error when the form comes again (wrong password), or when there is no end after 15 pages.
 */
export async function signIn(url: string, user: { username: string; password: string }): Promise<void> {
  const jar = new Map<string, string>();
  let posted = false;
  let response = await visit(jar, url);
  for (let page = 0; page < 15; page += 1) {
    const location = response.headers.get('location');
    if (location) {
      response = await visit(jar, new URL(location, response.url).href);
      continue;
    }
    if (!/<form[^>]+method="post"/i.test(await response.text())) return;
    if (posted) throw new Error(`sign-in of ${user.username}: the provider refused the password`);
    posted = true;
    response = await visit(jar, response.url, new URLSearchParams(user));
  }
  throw new Error(`sign-in of ${user.username}: no end after 15 pages`);
}

async function visit(jar: Map<string, string>, url: string, form?: URLSearchParams): Promise<Response> {
  const response = await fetch(url, {
    redirect: 'manual',
    method: form ? 'POST' : 'GET',
    headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(form ? { body: form } : {}),
    signal: AbortSignal.timeout(10_000),
  });
  for (const cookie of response.headers.getSetCookie()) {
    const [pair = ''] = cookie.split(';');
    const at = pair.indexOf('=');
    jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return response;
}
