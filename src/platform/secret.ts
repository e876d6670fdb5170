import { inspect } from 'node:util';

const placeholder = '[secret]';

/** A value in memory (not a Kubernetes Secret) that prints, logs and serialises as `[secret]`. Only `reveal` returns it. */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return placeholder;
  }

  toJSON(): string {
    return placeholder;
  }

  [inspect.custom](): string {
    return placeholder;
  }
}
