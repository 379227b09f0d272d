import preset from '@bduf/jest-preset';

// What measures takes its time on a machine that others use, too. The limit is for what hangs.
export default { ...preset, testTimeout: 300_000 };
