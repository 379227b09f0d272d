import type { SampleWindow } from './sample-window.ts';

/**
 * A function of the samples in a window.
 *
 * @returns Its value; `undefined` when the window does not hold enough samples.
 */
export type WindowKernel = (window: SampleWindow, parameter: number) => number | undefined;
