import { MetricsError } from '@bduf/metrics-core/interfaces';
import { checkFamilies } from './check-families.ts';
import type { ExpositionFamily } from './exposition-family.ts';
import { type ExpositionRules, OPEN_METRICS_RULES, PROMETHEUS_RULES } from './exposition-rules.ts';
import { FamilyBuilder } from './family-builder.ts';
import { LineScanner } from './line-scanner.ts';
import { readSample, takeMetricName } from './sample-line.ts';

/**
 * Parses Prometheus text 0.0.4, more strictly than scrapers do: one space between tokens, no comments or blank lines,
 * metadata first and once, no interleaved families, no series twice, consistent histograms and summaries.
 *
 * @throws MetricsError `METRICS_ERR_EXPOSITION_INVALID` at the first fault.
 */
export function parsePrometheusText(text: string): readonly ExpositionFamily[] {
  return parse(text, PROMETHEUS_RULES);
}

/**
 * Parses OpenMetrics text 1.0 with every rule of the specification, those that other parsers overlook included:
 * canonical `le` and `quantile`, no series twice, no interleaved series, exemplars inside their bucket.
 *
 * @throws MetricsError `METRICS_ERR_EXPOSITION_INVALID` at the first fault.
 */
export function parseOpenMetricsText(text: string): readonly ExpositionFamily[] {
  const ending = '# EOF\n';
  if (!text.endsWith(ending)) throw invalid('An OpenMetrics document must end in "# EOF" and a line feed.');
  return parse(text.slice(0, -ending.length), OPEN_METRICS_RULES);
}

function parse(text: string, rules: ExpositionRules): readonly ExpositionFamily[] {
  if (text !== '' && !text.endsWith('\n')) throw invalid('The last line must end in a line feed.');
  const builders: FamilyBuilder[] = [];
  for (const [index, content] of text.split('\n').slice(0, -1).entries()) {
    const line = new LineScanner(content, index + 1);
    if (line.tryTake('# ')) readMetadata(line, builders, rules);
    else addSample(line, builders, rules);
  }
  const families = builders.map((builder) => builder.build());
  checkFamilies(families, rules);
  return families;
}

function readMetadata(line: LineScanner, builders: FamilyBuilder[], rules: ExpositionRules): void {
  const keyword = line.takeMatch(/[A-Z]+(?= )/y, rules.keywords.join(' or '));
  if (!rules.keywords.includes(keyword)) line.fail(`unknown keyword ${keyword}`);
  line.take(' ');
  const name = takeMetricName(line);
  line.take(' ');
  const current = builders.at(-1);
  const family = current?.name === name ? current : beginFamily(line, name, builders, rules);
  family.addMetadata(line, keyword, line.takeRest());
}

function addSample(line: LineScanner, builders: FamilyBuilder[], rules: ExpositionRules): void {
  const sample = readSample(line);
  const current = builders.at(-1);
  const family = current?.owns(sample.name) ? current : beginFamily(line, sample.name, builders, rules);
  if (sample.exemplar !== undefined && !rules.isOpenMetrics) line.fail('this format has no exemplars');
  family.addSample(sample);
}

function beginFamily(
  line: LineScanner,
  name: string,
  builders: FamilyBuilder[],
  rules: ExpositionRules,
): FamilyBuilder {
  if (builders.some((builder) => builder.name === name)) line.fail(`"${name}" appears in two places`);
  const family = new FamilyBuilder(name, rules);
  builders.push(family);
  return family;
}

function invalid(message: string): MetricsError {
  return new MetricsError('METRICS_ERR_EXPOSITION_INVALID', message);
}
