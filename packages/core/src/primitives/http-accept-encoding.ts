import { parseWeightedList } from './http-header-list.ts';

/**
 * Chooses a content coding by an `Accept-Encoding` header (RFC 9110 §12.5.3).
 *
 * @param acceptEncoding - The header; without one nothing is compressed.
 * @param supported - Codings the server has, the preferred one first.
 * @returns The coding of highest quality, the server's order deciding ties; `undefined` for no compression.
 */
export function negotiateEncoding<Coding extends string>(
  acceptEncoding: string | undefined,
  supported: readonly Coding[],
): Coding | undefined {
  const qualities = new Map(parseWeightedList(acceptEncoding ?? '').map(({ token, quality }) => [token, quality]));
  const qualityOf = (coding: string): number => qualities.get(coding) ?? qualities.get('*') ?? 0;
  // What is not named at all is as good as unwanted; only `identity` needs no mention.
  let best: Coding | undefined;
  let bestQuality = qualities.get('identity') ?? 0;
  for (const coding of supported) {
    const quality = qualityOf(coding);
    // A coding that is wanted as much as none at all is used: it saves bytes.
    if (quality === 0 || quality < bestQuality || (best !== undefined && quality === bestQuality)) continue;
    best = coding;
    bestQuality = quality;
  }
  return best;
}
