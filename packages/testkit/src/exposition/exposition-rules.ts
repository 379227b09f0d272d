/** What differs between the text formats. */
export interface ExpositionRules {
  /** Words of a TYPE line, each with the suffixes that its samples may have; `''` is the family name itself. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** The type of a family without TYPE line. */
  readonly defaultType: string;
  /** Keywords of metadata lines, in their order. */
  readonly keywords: readonly string[];
  /** Escape sequences of HELP. */
  readonly helpEscapes: readonly string[];
  /** Whether a quote in HELP must be escaped, labels be canonical, groups be contiguous, and so on. */
  readonly isOpenMetrics: boolean;
}

/** Rules of Prometheus text 0.0.4. */
export const PROMETHEUS_RULES: ExpositionRules = {
  types: {
    counter: [''],
    gauge: [''],
    histogram: ['_bucket', '_sum', '_count'],
    summary: ['', '_sum', '_count'],
    untyped: [''],
  },
  defaultType: 'untyped',
  keywords: ['HELP', 'TYPE'],
  helpEscapes: ['\\\\', '\\n'],
  isOpenMetrics: false,
};

/** Rules of OpenMetrics text 1.0. */
export const OPEN_METRICS_RULES: ExpositionRules = {
  types: {
    counter: ['_total', '_created'],
    gauge: [''],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    gaugehistogram: ['_bucket', '_gsum', '_gcount'],
    summary: ['', '_sum', '_count', '_created'],
    info: ['_info'],
    stateset: [''],
    unknown: [''],
  },
  defaultType: 'unknown',
  keywords: ['TYPE', 'UNIT', 'HELP'],
  helpEscapes: ['\\\\', '\\n', '\\"'],
  isOpenMetrics: true,
};
