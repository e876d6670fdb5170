import type { Secret } from '../src/platform/secret.ts';
import type { KubernetesApi } from '../src/steps/kubernetes-api.ts';
import type { AdminApi } from './control-plane/admin-api.ts';

/** What the rehearsal is given by whoever starts programs. */
export interface SandboxTools {
  /** etcd and the API server; nothing else runs yet. Starts before the bundle is read, because it takes longest. */
  apiServer: Promise<ApiServer>;
  /** The Kubernetes client that the gateway uses too. */
  kubernetes(access: { url: string; ca: string; token: Secret }): KubernetesApi & Disposable;
}

/** A running API server. Disposing it ends everything that was started. */
export interface ApiServer extends AsyncDisposable {
  etcdUrl: string;
  url: string;
  /** PEM that its certificate verifies against. */
  ca: string;
  /** Under the sandbox's own admin. */
  admin: AdminApi;
  /** Under another token. */
  connectAs(token: string): AdminApi;
  /** `gitVersion`. */
  version: string;
  /** Controllers, scheduler, and KWOK with these Stages. */
  startControllers(stages: string): Promise<void>;
}
