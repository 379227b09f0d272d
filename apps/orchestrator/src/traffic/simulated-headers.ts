/** Headers by which a service can tell simulated requests from those of people. */
export const SIMULATED_HEADERS: Readonly<Record<string, string>> = { 'X-Simulated-Traffic': 'bduf-orchestrator' };
