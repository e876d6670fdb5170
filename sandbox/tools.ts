import type { Secret } from '../src/platform/secret.ts';
import type { KubernetesApi } from '../src/steps/kubernetes-api.ts';
import type { AdminApi } from './control-plane/admin-api.ts';

/** What the rehearsal needs from outside: a running API server and a Kubernetes client. */
export interface SandboxTools {
  /**
   * etcd and the API server, without controllers. A promise, because the two programs start before the bundle is read:
   * their start takes longer than anything else.
   */
  apiServer: Promise<ApiServer>;
  /** Creates a Kubernetes client. The gateway uses the same implementation. */
  kubernetes(access: { url: string; ca: string; token: Secret }): KubernetesApi & Disposable;
}

/** A running API server. Disposing it ends every program of the sandbox. */
export interface ApiServer extends AsyncDisposable {
  etcdUrl: string;
  url: string;
  /** The CA certificate in PEM that signed the API server's certificate. */
  ca: string;
  /** A client with the token of the sandbox's administrator. */
  admin: AdminApi;
  /** A client that authenticates with this token. */
  connectAs(token: string): AdminApi;
  /** `gitVersion` of the API server. */
  version: string;
  /**
   * Starts the controllers, the scheduler and KWOK. `stages` is the configuration of KWOK: the rules by which KWOK
   * changes the status of pods and nodes.
   */
  startControllers(stages: string): Promise<void>;
}
