export { BACKEND_NAMES } from './provisioning/catalog.mjs';
export { provision } from './provisioning/provision.mjs';
export { MissingBackendError, requireBackends } from './policy/require-backends.mjs';
export { pollUntil } from './running/poll-until.mjs';
export { stopAll } from './running/live.mjs';
export { start } from './servers/start.mjs';
export { openMetricsJudge } from './judges/openmetrics-judge.mjs';
export { promtoolCheckMetrics, promtoolCheckRules, promtoolTestRules } from './judges/promtool.mjs';
