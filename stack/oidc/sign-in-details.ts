import { errors, interactionPolicy, type Configuration } from 'oidc-provider';
import {
  authorizationDetailsSchema,
  authorizationDetailTypes,
} from '../../src/domain/approval/authorization-details.ts';

/** Without a resource, the library accepts no `authorization_details`. Nothing uses the access token. */
const resource = 'urn:airlock:decisions';

/**
 * Features of the library oidc-provider with which the provider accepts `authorization_details` (RFC 9396), and returns
 * them at the token endpoint.
 */
export const detailsFeatures: NonNullable<Configuration['features']> = {
  richAuthorizationRequests: {
    enabled: true,
    types: Object.fromEntries(authorizationDetailTypes.map((type) => [type, { validate: validateDetails }])),
    authorizationDetailsForGrantSource: ({ oidc }) => detailsIn(oidc.params),
    authorizationDetailsForAccessToken: (_ctx, _token, source) => source?.rar,
  },
  resourceIndicators: {
    enabled: true,
    defaultResource: ({ oidc }) => (oidc.params?.['authorization_details'] ? resource : []),
    getResourceServerInfo: () => ({ scope: '', accessTokenFormat: 'opaque' }),
  },
};

/** Returns the details of an authorization request. Throws the OAuth error for details that the page cannot show. */
export function detailsIn(parameters: Readonly<Record<string, unknown>> = {}) {
  const given = parameters['authorization_details'];
  if (typeof given !== 'string') return undefined;
  const parsed = authorizationDetailsSchema.safeParse(JSON.parse(given));
  if (parsed.success) return parsed.data;
  throw new errors.InvalidAuthorizationDetails(parsed.error.issues[0]?.message ?? 'malformed');
}

/** The library calls this for each entry. The page shows all entries or none, so all of them are checked each time. */
function validateDetails({ oidc }: Parameters<NonNullable<Configuration['loadExistingGrant']>>[0]): void {
  detailsIn(oidc.params);
}

/**
 * Adds a check to the login prompt: a sign-in with details always shows the login page, even if the browser has a
 * session. Without this, the ID token could contain details that nobody saw.
 */
export function alwaysShowDetails(prompts: interactionPolicy.DefaultPolicy): void {
  const { Check } = interactionPolicy;
  prompts
    .get('login')
    ?.checks.add(
      new Check('details_not_shown', 'the person must see the authorization details', ({ oidc }) =>
        oidc.params?.['authorization_details'] && !oidc.result?.login ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    );
}
