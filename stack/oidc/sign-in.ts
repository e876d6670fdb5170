import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { loginPage, problemPage, type LoginPage } from './login-page.ts';
import { detailsIn } from './sign-in-details.ts';
import { findUser, isCodeRight, stepUpAcr, type TestUser } from './test-users.ts';

/** Largest accepted form, bytes. */
const maxFormBytes = 4096;

/**
 * Answers a request to `/interaction/<id>`, the URL of one sign-in. GET returns the form. POST checks the user name, the
 * password and, if the client asked for a step-up, the code from the form. If all are right, the sign-in is finished.
 * Otherwise the answer is the form with an error text. All other cases give an error page: no running sign-in, another
 * method, or a form that is too large.
 */
export async function answerSignIn(
  provider: Provider,
  users: readonly TestUser[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const page = await pageOf(provider, request, response);
  if (page === undefined) {
    send(response, 400, problemPage('There is no running sign-in. Run the airlock command again.'));
  } else if (request.method === 'GET') {
    send(response, 200, loginPage(page));
  } else if (request.method === 'POST') {
    await answerPost(provider, users, { request, response, page });
  } else {
    send(response, 405, problemPage('This page accepts GET and POST only.'));
  }
}

interface SignInRequest {
  request: IncomingMessage;
  response: ServerResponse;
  page: LoginPage;
}

async function answerPost(
  provider: Provider,
  users: readonly TestUser[],
  { request, response, page }: SignInRequest,
): Promise<void> {
  const form = await readForm(request);
  if (form === undefined) return send(response, 413, problemPage('The form is too large.'));
  const username = form.get('username') ?? '';
  const user = findUser(users, username, form.get('password') ?? '');
  if (!user || (page.stepUp && !isCodeRight(user, form.get('code') ?? ''))) {
    const problem = page.stepUp ? 'User name, password or code is wrong.' : 'User name or password is wrong.';
    return send(response, 401, loginPage({ ...page, username, problem }));
  }
  const how = page.stepUp ? { acr: stepUpAcr, amr: ['pwd', 'otp', 'mfa'] } : { amr: ['pwd'] };
  await provider.interactionFinished(request, response, {
    login: { accountId: user.username, remember: false, ...how },
  });
}

/**
 * Returns what the login page shows for a sign-in. The cookie of the request identifies the sign-in. Returns undefined
 * if there is no such sign-in.
 */
async function pageOf(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<LoginPage | undefined> {
  try {
    const { params } = await provider.interactionDetails(request, response);
    const stepUp = String(params['acr_values'] ?? '')
      .split(' ')
      .includes(stepUpAcr);
    return { clientId: String(params['client_id']), details: detailsIn(params), stepUp };
  } catch (error) {
    if ((error as Error).name === 'SessionNotFound') return undefined;
    throw error;
  }
}

/** Returns the posted fields; undefined if the form is larger than `maxFormBytes`. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // A form that is too large is also read to its end, because browsers send the whole form before they read the
    // response.
    bytes += chunk.length;
    if (bytes <= maxFormBytes) chunks.push(chunk);
  }
  return bytes > maxFormBytes ? undefined : new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // Some browsers also apply `form-action` to redirects. The last redirect of a sign-in leads to the CLI, which
    // listens on a random port of 127.0.0.1.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://127.0.0.1:*; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}
