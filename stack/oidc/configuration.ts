import { interactionPolicy, type ClientMetadata, type Configuration } from 'oidc-provider';
import type { AuthorizationDetail } from '../../src/domain/approval/authorization-details.ts';
import { decisionClientId } from '../../src/domain/approval/decision.ts';
import { requestClientId } from '../../src/domain/approval/request.ts';
import { problemPage } from './login-page.ts';
import type { ProviderKeys } from './keys.ts';
import { alwaysShowDetails, detailsFeatures } from './sign-in-details.ts';
import { stepUpAcr, type TestUser } from './test-users.ts';

/**
 * The clients of the local OIDC provider, each with the types of `authorization_details` that it may send. Airlock uses
 * all but `airlock-other`, whose tokens have a wrong audience.
 */
const clients: [id: string, detailTypes: AuthorizationDetail['type'][]][] = [
  [decisionClientId, ['airlock_decision']],
  [requestClientId, ['airlock_request', 'airlock_edit']],
  ['airlock-other', []],
];

/** Path of the redirect URI. The host is 127.0.0.1, and the provider accepts any port (RFC 8252, section 7.3). */
const redirectPath = '/callback';

/** Returns the metadata of a native public client. The client has no secret and uses the authorization code flow. */
function clientMetadata([id, detailTypes]: (typeof clients)[number]): ClientMetadata {
  return {
    client_id: id,
    client_name: id,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`http://127.0.0.1${redirectPath}`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    scope: 'openid groups',
    authorization_details_types: detailTypes,
    require_auth_time: true,
    id_token_signed_response_alg: 'ES256',
  };
}

/** Returns the configuration of the local OIDC provider. */
export function configuration(keys: ProviderKeys, users: readonly TestUser[]): Configuration {
  return {
    jwks: keys.jwks,
    cookies: { keys: keys.cookies },
    clients: clients.map(clientMetadata),
    scopes: ['openid', 'groups'],
    acrValues: [stepUpAcr],
    claims: { openid: ['sub', 'acr', 'amr', 'authorization_details'], groups: ['groups'] },
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
      ...detailsFeatures,
    },
    interactions: { policy: promptsWithoutConsent(), url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id, source) => accountOf(users, id, source?.['rar']),
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
  // The login page shows the details. A second page would add nothing.
  prompts.get('consent')?.checks.remove('rar_prompt');
  alwaysShowDetails(prompts);
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

/** @param shown what the login page showed: the details that the library stored with the authorization code. */
function accountOf(users: readonly TestUser[], id: string, shown: unknown) {
  const user = users.find(({ username }) => username === id);
  if (!user) return undefined;
  return {
    accountId: id,
    claims: () => ({ sub: id, groups: user.groups, ...(shown ? { authorization_details: shown } : {}) }),
  };
}
