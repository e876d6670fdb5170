import { inspect } from 'node:util';

const placeholder = '[secret]';

/** Hides a value in memory: it prints, logs and serialises as `[secret]`. Only `reveal` returns the value itself. */
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
