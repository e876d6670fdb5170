/**
 * The process of the local OIDC provider: `node provider.ts <state folder> <port>`. The first start creates the test
 * users and the provider's keys. Later starts use the same users and keys.
 */
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { openState, type StateFolder } from '../state/state.ts';
import { configuration } from './configuration.ts';
import { newProviderKeys, parseProviderKeys } from './keys.ts';
import { problemPage } from './login-page.ts';
import { answerSignIn } from './sign-in.ts';
import { newTestUsers, parseTestUsers } from './test-users.ts';

const [folder = '', port = ''] = process.argv.slice(2);
const state = await openState(folder);
await state.folder('oidc/keys');
const users = await readOrCreate(state, 'oidc/users.json', parseTestUsers, newTestUsers);
const keys = await readOrCreate(state, 'oidc/keys/keys.json', parseProviderKeys, newProviderKeys);
const provider = new Provider(`http://127.0.0.1:${port}`, configuration(keys, users));
// Logs internal errors. These errors contain no token and no password.
provider.on('server_error', (_ctx, error) => {
  console.error(error);
});
const answerOidc = provider.callback();

createServer((request, response) => {
  const answered = request.url?.startsWith('/interaction/')
    ? answerSignIn(provider, users, request, response)
    : answerOidc(request, response);
  answered.catch((error: unknown) => {
    console.error(error);
    response.writeHead(500, { 'content-type': 'text/html; charset=utf-8' });
    response.end(
      problemPage(
        "The sign-in failed because of an internal error. The error is in the provider's log. Run the airlock command again.",
      ),
    );
  });
}).listen(Number(port), '127.0.0.1');

/**
 * Returns the parsed content of a JSON file. If the file does not exist, writes the result of `make` to the file and
 * returns this result.
 */
async function readOrCreate<T>(
  stateFolder: StateFolder,
  name: string,
  parse: (value: unknown) => T,
  make: () => T,
): Promise<T> {
  const kept = await stateFolder.readJson(name, parse);
  if (kept !== undefined) return kept;
  const made = make();
  await stateFolder.writeJson(name, made);
  return made;
}
