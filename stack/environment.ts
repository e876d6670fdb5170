import type { ProcessName } from '../src/domain/names.ts';

/** A target cluster, as the configuration of the processes names it. */
export interface Cluster {
  name: string;
  /** The class of the cluster, such as `embedded`. Policies can select clusters by class. */
  class: string;
  url: string;
  caFile: string;
}

/** The addresses of the servers, and settings: the input for the configuration files of Airlock's four processes. */
export interface Environment {
  /** The address of Temporal, `host:port`. */
  temporal: string;
  /** A connection string for each process. Each process logs in to PostgreSQL with a role of its own. */
  postgres: Record<ProcessName, string>;
  /**
   * `identities` is present only if this start set up Vault. Otherwise the identity files of an earlier start are still
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
   * The file with the trust phases: how far Airlock may act, from `shadow` to `autonomous`. Airlock reads the file
   * again for every verdict.
   */
  phasesFile: string;
  /** The port of the HTTP API of `serve`. */
  port: number;
  timing: Timing;
  gatewayTargetUrls?: GatewayTargetUrls;
}

/**
 * Maps the name of a target to the address of a proxy. The gateway then connects to the proxy and not to the API server
 * of this target. The gateway connects directly to all other targets.
 */
export type GatewayTargetUrls = Readonly<Record<string, string>>;

/** Deadlines of a stack. */
export interface Timing {
  /** For each tier: the time limit for the decisions on a dossier and for its execution, seconds. */
  dossierSeconds: { low: number; medium: number; high: number };
  /** Longest time after an execution until the target must match the predictions, seconds. */
  verifySeconds: number;
}

/**
 * One hour for the decisions on a dossier and its execution; one minute until the target must match the predictions.
 */
export const defaultTiming: Timing = { dossierSeconds: { low: 3600, medium: 3600, high: 3600 }, verifySeconds: 60 };
