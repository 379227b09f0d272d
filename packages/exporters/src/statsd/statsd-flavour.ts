/** How a flavour of StatsD writes a metric. */
export interface StatsdFlavour {
  /** What stands between a name and the value, and after the type: `name<path>:value|type<tags>`. */
  readonly labelsInName: boolean;
  /** One label as part of the name or as tag, with what separates it from the one before. */
  readonly renderLabel: (name: string, value: string, isFirst: boolean) => string;
  /** Whether a negative value of a gauge would be taken for a difference. */
  readonly signMeansDifference: boolean;
}

/** StatsD as Etsy made it: no tags, so label values become parts of the dotted name, in the order of the definition. */
export const PLAIN_STATSD: StatsdFlavour = {
  labelsInName: true,
  renderLabel: (_name, value) => `.${value === '' ? '_' : value.replaceAll(/[^a-zA-Z0-9_-]/g, '_')}`,
  signMeansDifference: true,
};

/** DogStatsD, with tags. What would end a tag or the datagram's line becomes `_`. */
export const DOGSTATSD: StatsdFlavour = {
  labelsInName: false,
  renderLabel: (name, value, isFirst) => `${isFirst ? '|#' : ','}${name}:${value.replaceAll(/[|,\n\r]/g, '_')}`,
  signMeansDifference: false,
};
