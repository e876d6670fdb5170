import { interactionPolicy, type ClientMetadata, type Configuration } from 'oidc-provider';
import { problemPage } from './login-page.ts';
import type { ProviderKeys } from './keys.ts';
import type { TestUser } from './test-users.ts';

/** The clients of the local provider. Only tests use `airlock-other`, to get tokens with a wrong audience. */
const clientIds = ['airlock-decision', 'airlock-request', 'airlock-other'] as const;

/** Path of the redirect URI. The host is 127.0.0.1, and the provider accepts any port (RFC 8252, section 7.3). */
const redirectPath = '/callback';

/**
 * Returns the metadata of a public client on the user's machine: without a secret, with the authorization code flow and
 * PKCE, and without refresh tokens.
 */
function client(id: string): ClientMetadata {
  return {
    client_id: id,
    client_name: id,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`http://127.0.0.1${redirectPath}`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    scope: 'openid groups',
    require_auth_time: true,
    id_token_signed_response_alg: 'ES256',
  };
}

/**
 * Returns the configuration of the provider. The provider has the features that Airlock needs from any OIDC provider,
 * and no others.
 */
export function configuration(keys: ProviderKeys, users: readonly TestUser[]): Configuration {
  return {
    jwks: keys.jwks,
    cookies: { keys: keys.cookies },
    clients: clientIds.map(client),
    scopes: ['openid', 'groups'],
    claims: { openid: ['sub'], groups: ['groups'] },
    // `false` puts the groups into the ID token itself. Airlock uses the ID token as the decision token and does not
    // query the provider again.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    issueRefreshToken: () => false,
    ttl: { IdToken: 300, AccessToken: 60, AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 600 },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    interactions: { policy: policy(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => account(users, id),
    loadExistingGrant: grantFirstParty,
    renderError(ctx, out) {
      ctx.type = 'html';
      ctx.body = problemPage(`${out.error}: ${out.error_description ?? 'start again from the command line'}`);
    },
  };
}

/**
 * Users need not consent, because the clients belong to Airlock itself. This function removes the library's rule that a
 * native client needs the user's consent at every sign-in.
 */
function policy() {
  const prompts = interactionPolicy.base();
  prompts.get('consent')?.checks.remove('native_client_prompt');
  return prompts;
}

/** Grants the requested scopes to the client of a signed-in user, without a question to the user. */
const grantFirstParty: NonNullable<Configuration['loadExistingGrant']> = async ({ oidc }) => {
  const { client: requestingClient, session, provider, requestParamOIDCScopes } = oidc;
  if (!requestingClient || !session?.accountId) return undefined;
  const grant = new provider.Grant({ clientId: requestingClient.clientId, accountId: session.accountId });
  grant.addOIDCScope([...requestParamOIDCScopes].join(' '));
  await grant.save();
  return grant;
};

function account(users: readonly TestUser[], id: string) {
  const user = users.find(({ username }) => username === id);
  if (!user) return undefined;
  return { accountId: id, claims: () => ({ sub: id, groups: user.groups }) };
}
