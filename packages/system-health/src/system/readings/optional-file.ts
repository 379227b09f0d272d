import type { SystemReadings } from './system-readings.ts';

/** A file that a kernel may lack. Once it was missing it is not looked for again, since a failing call costs the most. */
export class OptionalFile {
  readonly #readings: SystemReadings;
  readonly #path: string;
  #isMissing = false;

  constructor(readings: SystemReadings, path: string) {
    this.#readings = readings;
    this.#path = path;
  }

  /** Its text, or `undefined`. */
  read(): string | undefined {
    if (this.#isMissing) return undefined;
    const text = this.#readings.readText(this.#path);
    this.#isMissing = text === undefined;
    return text;
  }

  /** The number it holds alone, or `undefined` when it holds none (`max`). */
  readNumber(): number | undefined {
    const text = this.read()?.trim();
    return text === undefined || text === '' || !Number.isFinite(Number(text)) ? undefined : Number(text);
  }
}
