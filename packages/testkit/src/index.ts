// Columnar families from plain objects.
export { familyOf } from './family/family-of.ts';
export type { FamilySpec, NativeSpec, SeriesSpec } from './family/family-spec.ts';

// Contract suites: what every implementation of an interface must do.
export type { ContractCase } from './contracts/contract-case.ts';
export { type EncodedSample, type EncoderContract, encoderContract } from './contracts/encoder-contract.ts';

// Strict readers of exposition text.
export type { ExpositionExemplar, ExpositionFamily, ExpositionSample } from './exposition/exposition-family.ts';
export { parseOpenMetricsText, parsePrometheusText } from './exposition/parse-exposition.ts';
