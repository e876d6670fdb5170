import type { ProcessName } from '../src/domain/names.ts';

/** A target cluster, as the configuration of the processes names it. */
export interface Cluster {
  name: string;
  /** The class of the cluster, such as `embedded`. Policies can select clusters by class. */
  class: string;
  url: string;
  caFile: string;
}

/** The addresses of the servers, and settings. The configuration of Airlock's four processes is written from them. */
export interface Environment {
  /** `host:port`. */
  temporal: string;
  /** A connection string for each process. Each process logs in to PostgreSQL with a role of its own. */
  postgres: Record<ProcessName, string>;
  /**
   * `identities` is given only if Vault was just set up. Otherwise the identity files of the last start are still
   * valid.
   */
  vault: { address: string; identities?: Record<ProcessName, { roleId: string; secretId: string }> };
  /** The address of OPA. */
  opa: string;
  /** The address of the OIDC provider. */
  issuer: string;
  clusters: Cluster[];
  /** Path of each program that a sandbox needs. */
  programs: Record<string, string>;
  /** The folder of Airlock's source code, which the processes run. */
  checkout: string;
  /**
   * The file with the trust phases (how far Airlock may act: from executing no plan to executing plans without
   * approval). It is read again for every policy decision (verdict).
   */
  phasesFile: string;
  /** The port of the HTTP API of `serve`. */
  port: number;
  timing: Timing;
  gatewayTargetUrls?: GatewayTargetUrls;
}

/**
 * Addresses of proxies, by target name. The gateway connects to the proxy of a target instead of its API server.
 * Targets without a proxy keep their own address.
 */
export type GatewayTargetUrls = Readonly<Record<string, string>>;

/** Deadlines of a stack. */
export interface Timing {
  /** How long people can decide on a dossier, and how long it can be executed, in seconds by tier. */
  dossierSeconds: { low: number; medium: number; high: number };
  /** How long after an execution the target may take to match the predictions, in seconds. */
  verifySeconds: number;
}

/** One hour for a decision on a dossier, and one minute until the target must match the predictions. */
export const defaultTiming: Timing = { dossierSeconds: { low: 3600, medium: 3600, high: 3600 }, verifySeconds: 60 };
