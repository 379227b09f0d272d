import { decompilePattern, type PatternAlternative, splitAlternatives } from './compiled-pattern.ts';
import { probePattern } from './probed-pattern.ts';
import type { LayerShape } from './router-shape.ts';

/** How a layer matches the beginning of a path. */
export interface MountMatch {
  /** The layer's pattern as text; the empty string for a mount of any path. */
  readonly template: string;
  /** The part of the path that it takes. */
  readonly consumed: string;
}

const ANY_PATH: MountMatch = { template: '', consumed: '' };

/** Texts of compiled patterns, which never change. */
const decompiled = new WeakMap<RegExp, readonly PatternAlternative[]>();

/** Matches a mount against the path that its router sees; `undefined` when it does not match. */
export function matchMount(layer: LayerShape, path: string): MountMatch | undefined {
  if (layer.slash === true || layer.regexp?.fast_slash === true) return ANY_PATH;
  if (layer.regexp !== undefined) return matchCompiled(layer.regexp, layer.keys ?? [], path);
  const at = matcherIndex(layer, path);
  const matcher = layer.matchers?.[at];
  const match = matcher?.(path);
  if (matcher === undefined || match === undefined || match === false) return undefined;
  return { template: mountText(layer, at) ?? probePattern(matcher, path), consumed: match.path };
}

/** The patterns of a mount as text, without a path to match; none where the router (2.0 to 2.2) did not keep them. */
export function mountTexts({ slash, rawPath, regexp, keys = [] }: LayerShape): readonly string[] {
  if (slash === true || regexp?.fast_slash === true) return [''];
  if (regexp !== undefined) return alternativesOf(regexp, keys).map(({ template }) => template);
  return rawPath === undefined ? [] : [rawPath].flat(Infinity).map(String);
}

/**
 * The one of several patterns of a route that matched.
 *
 * @param patterns - What the route was registered with.
 * @param layer - The layer of the route in its router.
 * @param path - The path that the router sees.
 */
export function matchedPattern(patterns: readonly unknown[], layer: LayerShape, path: string): unknown {
  const flat = patterns.flat(Infinity);
  const at = layer.regexp === undefined ? matcherIndex(layer, path) : alternativeIndex(layer.regexp, path);
  return flat[at] ?? flat.map(String).join(',');
}

function mountText({ rawPath }: LayerShape, at: number): string | undefined {
  if (rawPath === undefined) return undefined;
  return String(Array.isArray(rawPath) ? rawPath[at] : rawPath);
}

function matchCompiled(regexp: RegExp, keys: NonNullable<LayerShape['keys']>, path: string): MountMatch | undefined {
  for (const alternative of alternativesOf(regexp, keys)) {
    const consumed = alternative.regexp.exec(path)?.[0];
    if (consumed !== undefined) return { template: alternative.template, consumed };
  }
  return undefined;
}

function alternativesOf(regexp: RegExp, keys: NonNullable<LayerShape['keys']>): readonly PatternAlternative[] {
  let alternatives = decompiled.get(regexp);
  if (alternatives === undefined) {
    alternatives = decompilePattern({ regexp, keys });
    decompiled.set(regexp, alternatives);
  }
  return alternatives;
}

function matcherIndex({ matchers = [] }: LayerShape, path: string): number {
  return matchers.findIndex((matcher) => matcher(path) !== false);
}

function alternativeIndex({ source, flags }: RegExp, path: string): number {
  return splitAlternatives(source).findIndex((alternative) => new RegExp(alternative, flags).test(path));
}
