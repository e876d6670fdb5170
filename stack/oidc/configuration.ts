import { interactionPolicy, type ClientMetadata, type Configuration } from 'oidc-provider';
import { problemPage } from './login-page.ts';
import type { ProviderKeys } from './keys.ts';
import type { TestUser } from './test-users.ts';

/** The clients of the local OIDC provider. Airlock uses all but `airlock-other`, whose tokens have a wrong audience. */
const clientIds = ['airlock-decision', 'airlock-request', 'airlock-other'] as const;

/** Path of the redirect URI. The host is 127.0.0.1, and the provider accepts any port (RFC 8252, section 7.3). */
const redirectPath = '/callback';

/** Returns the metadata of a native public client. The client has no secret and uses the authorization code flow. */
function clientMetadata(id: string): ClientMetadata {
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

/** Returns the configuration of the local OIDC provider. */
export function configuration(keys: ProviderKeys, users: readonly TestUser[]): Configuration {
  return {
    jwks: keys.jwks,
    cookies: { keys: keys.cookies },
    clients: clientIds.map(clientMetadata),
    scopes: ['openid', 'groups'],
    claims: { openid: ['sub'], groups: ['groups'] },
    // `false` puts the groups into the ID token. Airlock does not call the userinfo endpoint.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    issueRefreshToken: () => false,
    // In seconds.
    ttl: { IdToken: 300, AccessToken: 60, AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 600 },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    interactions: { policy: promptsWithoutConsent(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => accountOf(users, id),
    loadExistingGrant: grantWithoutConsent,
    renderError(ctx, out) {
      ctx.type = 'html';
      ctx.body = problemPage(`${out.error}: ${out.error_description ?? 'run the airlock command again'}`);
    },
  };
}

/**
 * Returns the default prompts of the library oidc-provider, without the consent check for native clients. Users need
 * not consent, because the clients are Airlock's own.
 */
function promptsWithoutConsent() {
  const prompts = interactionPolicy.base();
  prompts.get('consent')?.checks.remove('native_client_prompt');
  return prompts;
}

/** Grants the requested scopes to the client without asking the user. Grants nothing before the user has signed in. */
const grantWithoutConsent: NonNullable<Configuration['loadExistingGrant']> = async ({ oidc }) => {
  const { client, session, provider, requestParamOIDCScopes } = oidc;
  if (!client || !session?.accountId) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope([...requestParamOIDCScopes].join(' '));
  await grant.save();
  return grant;
};

function accountOf(users: readonly TestUser[], id: string) {
  const user = users.find(({ username }) => username === id);
  if (!user) return undefined;
  return { accountId: id, claims: () => ({ sub: id, groups: user.groups }) };
}
