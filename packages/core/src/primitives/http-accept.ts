import { type WeightedElement, parseWeightedList } from './http-header-list.ts';

/** How exactly a range names what it accepts. */
const Specificity = { ANYTHING: 0, ANY_SUBTYPE: 1, TYPE: 2 } as const;

interface Match {
  readonly quality: number;
  readonly specificity: number;
  /** Parameters on which range and offer agree. */
  readonly agreements: number;
  /** Where in the header the range stands. */
  readonly position: number;
}

/**
 * Chooses what to answer with, by an `Accept` header (RFC 9110 §12.5.1).
 *
 * The highest quality wins; then the range that names a type over one with `*`; then the order of the header; then the
 * order of the offers. A range accepts an offer when each parameter that both have is the same, so `version=1.0.0`
 * chooses among offers with a version, and a parameter nobody offers (`escaping=allow-utf-8`) is not held against them.
 *
 * @param accept - The header; `undefined` accepts everything.
 * @param offers - Media types with parameters, such as `text/plain; version=0.0.4`, the preferred one first.
 * @returns The index of the chosen offer, or -1 when the client accepts none.
 */
export function negotiateMediaType(accept: string | undefined, offers: readonly string[]): number {
  const ranges = parseWeightedList(accept ?? '*/*');
  let chosen = -1;
  let best: Match | undefined;
  for (const [index, offer] of offers.entries()) {
    const [parsed] = parseWeightedList(offer);
    const match = parsed === undefined ? undefined : bestRange(ranges, parsed);
    if (match === undefined || match.quality === 0 || (best !== undefined && !isBetterOffer(match, best))) continue;
    chosen = index;
    best = match;
  }
  return chosen;
}

/** The range that speaks about an offer most exactly; its quality is the offer's. */
function bestRange(ranges: readonly WeightedElement[], offer: WeightedElement): Match | undefined {
  let best: Match | undefined;
  for (const [position, range] of ranges.entries()) {
    const match = matchOf(range, offer, position);
    if (match !== undefined && (best === undefined || isMoreExact(match, best))) best = match;
  }
  return best;
}

function matchOf(range: WeightedElement, offer: WeightedElement, position: number): Match | undefined {
  const specificity = specificityOf(range.token, offer.token);
  if (specificity === undefined) return undefined;
  let agreements = 0;
  for (const [name, value] of range.parameters) {
    const offered = offer.parameters.get(name);
    if (offered === undefined) continue;
    if (offered.toLowerCase() !== value.toLowerCase()) return undefined;
    agreements++;
  }
  return { quality: range.quality, specificity, agreements, position };
}

function specificityOf(range: string, offer: string): number | undefined {
  if (range === offer) return Specificity.TYPE;
  if (range === '*/*' || range === '*') return Specificity.ANYTHING;
  return range.endsWith('/*') && offer.startsWith(range.slice(0, -1)) ? Specificity.ANY_SUBTYPE : undefined;
}

function isMoreExact(match: Match, than: Match): boolean {
  if (match.specificity !== than.specificity) return match.specificity > than.specificity;
  return match.agreements > than.agreements;
}

function isBetterOffer(match: Match, than: Match): boolean {
  if (match.quality !== than.quality) return match.quality > than.quality;
  if (match.specificity !== than.specificity) return match.specificity > than.specificity;
  return match.position < than.position;
}
