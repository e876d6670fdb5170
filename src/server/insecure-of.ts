import { insecureAddresses } from '../platform/http/endpoint.ts';
import type { ServeConfig } from './config.ts';

/** The sections of a process's configuration that name an address. */
type AddressSections = Partial<Pick<ServeConfig, 'vault' | 'policy' | 'oidc' | 'listen'>>;

/** Returns the plain-http addresses of Vault, OPA, the OIDC issuer and the API that need `insecure: true`. */
export function insecureOf({ vault, policy, oidc, listen }: AddressSections): string[] {
  return insecureAddresses([
    ...(vault ? [{ name: 'vault', ...vault }] : []),
    ...(policy ? [{ name: 'opa', address: policy.opa, insecure: policy.insecure }] : []),
    ...(oidc ? [{ name: 'oidc', address: oidc.issuer, insecure: oidc.insecure }] : []),
    ...(listen ? [{ name: 'api', address: apiAddress(listen), insecure: listen.insecure }] : []),
  ]);
}

function apiAddress({ host, port }: ServeConfig['listen']): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`; // IPv6 needs brackets
}
