#!/usr/bin/env node
// Prints the backends that are available as JSON: {name: {path, version} | null}. Progress goes to stderr.
// Usage: node provision.mjs [--retry] [names…]      Without names: all of them. Exit code 0 also when one is missing.
import { BACKEND_NAMES, isBackendName } from './src/provisioning/catalog.mjs';
import { provision } from './src/provisioning/provision.mjs';

const words = process.argv.slice(2).filter((word) => word !== '--retry');
const unknown = words.filter((word) => !isBackendName(word));
if (unknown.length > 0) {
  console.error(`Unknown backend ${unknown.join(', ')}. Known: ${BACKEND_NAMES.join(', ')}.`);
  process.exit(2);
}

const names = words.length > 0 ? words.filter(isBackendName) : BACKEND_NAMES;
const found = await provision(names, { log: (line) => console.error(line), retry: process.argv.includes('--retry') });
const summary = names.map((name) => {
  const backend = found[name];
  return [name, backend === null ? null : { path: backend.path, version: backend.version }];
});
console.log(JSON.stringify(Object.fromEntries(summary)));
