import type { Secret } from '../src/platform/secret.ts';
import type { KubernetesApi } from '../src/steps/kubernetes-api.ts';
import type { AdminApi } from './control-plane/admin-api.ts';

/** What a rehearsal needs besides the bundle. */
export interface SandboxTools {
  /**
   * The API server, with etcd and without controllers. A promise, because the start takes long. The start begins before
   * the runner reads the bundle.
   */
  apiServer: Promise<ApiServer>;
  /** Creates a client for the steps of the plan. The gateway uses the same implementation. */
  createKubernetesApi(access: { url: string; ca: string; token: Secret }): KubernetesApi & Disposable;
}

/** A running API server with its etcd. Disposal ends every program of the sandbox. */
export interface ApiServer extends AsyncDisposable {
  /** The URL of etcd's JSON gateway. */
  etcdUrl: string;
  /** The URL of the API server. */
  url: string;
  /** The CA certificate (PEM) that signed the API server's certificate. */
  ca: string;
  /** A client with the token of the sandbox's administrator. */
  admin: AdminApi;
  /** Creates a client that authenticates with this token. */
  connectAs(token: string): AdminApi;
  /** The API server's `gitVersion`, such as `v1.35.4`. */
  version: string;
  /**
   * Starts the controllers, the scheduler and KWOK.
   * @param stages The configuration of KWOK, from `renderStages`.
   */
  startControllers(stages: string): Promise<void>;
}
