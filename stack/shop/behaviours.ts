/**
 * What a container of the shop does when it runs. This is the target's truth: it drives the simulated kubelets of
 * embedded targets, and nothing under src/ or sandbox/ may read it, or predicted = actual would mean nothing.
 */
export type Behaviour =
  | { does: 'serve'; startMs: number; readyMs: number }
  | { does: 'crash'; startMs: number; afterMs: number; exitCode: number }
  | { does: 'not-pulled' };

const registry = 'registry.shop.example';

/** The image of one release of one workload. */
export function image(workload: string, release: string): string {
  return `${registry}/${workload}:${release}`;
}

/** A pod that carries it hangs: its containers run and answer nothing, until the pod is made anew. */
export const hangsAnnotation = 'shop.example/hangs';

/** The release of each workload that exits right after its start. */
export const crashing = {
  web: image('web', '1.5.0'),
  cart: image('cart', '2.2.0'),
  catalog: image('catalog', '1.0.0'),
};
/** A release of `web` that was announced and never pushed. */
export const missingWeb = image('web', '1.5.1');

/** Every image that does not simply serve. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  ...Object.fromEntries(
    Object.values(crashing).map((name) => [name, { does: 'crash', startMs: 200, afterMs: 600, exitCode: 1 } as const]),
  ),
  [missingWeb]: { does: 'not-pulled' },
  [image('cart', '2.1.0')]: { does: 'serve', startMs: 200, readyMs: 600 },
  [image('catalog', '0.9.1')]: { does: 'serve', startMs: 200, readyMs: 800 },
};

/** What every other image does. */
export const otherwise: Extract<Behaviour, { does: 'serve' }> = { does: 'serve', startMs: 200, readyMs: 400 };
