/** What the login page shows. */
export interface LoginPage {
  /** The id of the OIDC client that started the sign-in. */
  clientId: string;
  /** A sentence that says why the last attempt failed. */
  problem?: string;
  /** The user name of the last attempt. The page never shows the password. */
  username?: string;
}

/**
 * Returns the login page of the local OIDC provider. The form posts `username` and `password` to the URL of the page
 * (application/x-www-form-urlencoded).
 */
export function loginPage({ clientId, problem, username = '' }: LoginPage): string {
  const problemHtml = problem ? `<p id="problem" role="alert">${escapeHtml(problem)}</p>` : '';
  const ariaAttributes = problem ? ' aria-describedby="problem" aria-invalid="true"' : '';
  return page(
    'Sign in',
    `<p>Local test provider. <strong>${escapeHtml(clientId)}</strong> asks who you are and which groups you are in.</p>
${problemHtml}
<form method="post" autocomplete="on">
<p><label for="username">User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus value="${escapeHtml(username)}"${ariaAttributes}></p>
<p><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${ariaAttributes}></p>
<p><button type="submit">Sign in</button></p>
</form>`,
  );
}

/** Returns the page that says why a sign-in failed. */
export function problemPage(problem: string): string {
  return page('Sign-in failed', `<p role="alert">${escapeHtml(problem)}</p>`);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.codePointAt(0))};`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Airlock</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color: #111; background: #fff; }
label { display: block; font-weight: 600; }
input, button { font: inherit; padding: 0.5rem; width: 100%; box-sizing: border-box; border: 2px solid #555; border-radius: 4px; }
button { background: #0b4f9e; color: #fff; border-color: #0b4f9e; cursor: pointer; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
[role=alert] { border-left: 4px solid #b00020; padding-left: 0.75rem; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}
