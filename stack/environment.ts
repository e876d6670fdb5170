import type { ProcessName } from '../src/domain/names.ts';

/** The settings of one target cluster. `serve` and `reason` get only `name` and `class`. */
export interface Cluster {
  name: string;
  /** The class of the cluster, such as `embedded`. Policies can select clusters by class. */
  class: string;
  /** The URL of the API server. */
  url: string;
  /** The file with the CA certificate that verifies the API server. */
  caFile: string;
}

/** The addresses and settings from which the configuration files of Airlock's four processes are written. */
export interface Environment {
  /** The address of Temporal, `host:port`. */
  temporal: string;
  /** A connection string for each process. Each process logs in to PostgreSQL with a role of its own. */
  postgres: Record<ProcessName, string>;
  /** The address of Vault. The processes find their logins in their identity files (`writeIdentities`). */
  vault: string;
  /** The URL of OPA. */
  opa: string;
  /** The issuer URL of the OIDC provider. */
  issuer: string;
  clusters: Cluster[];
  /** By program name: the path of each program that a sandbox runs. */
  programs: Record<string, string>;
  /** The folder of Airlock's source code. The processes run this code. */
  checkout: string;
  /** The file with the trust phase of each scope. A change of the file takes effect without a restart. */
  phasesFile: string;
  /** The port of the HTTP API of `serve`. */
  port: number;
  timing: Timing;
  gatewayTargetUrls?: GatewayTargetUrls;
}

/** By target name: the URL that the gateway uses instead of `Cluster.url`, for example the URL of a proxy. */
export type GatewayTargetUrls = Readonly<Record<string, string>>;

/** Time limits of a stack. */
export interface Timing {
  /**
   * For each tier: the lifetime of a dossier, seconds. When the dossier has expired, nobody can decide on the dossier,
   * and no execution of its plan can begin.
   */
  dossierSeconds: { low: number; medium: number; high: number };
  /**
   * The target must match the predictions within this time after an execution, seconds. After an undo, the target must
   * match the state before the plan within this time.
   */
  verifySeconds: number;
}

/** The time limits of a stack whose caller sets none. */
export const defaultTiming: Timing = { dossierSeconds: { low: 3600, medium: 3600, high: 3600 }, verifySeconds: 60 };
