// Run in a package after its CommonJS copy is compiled: tells Node that dist/cjs is not ESM.
import { writeFileSync } from 'node:fs';

writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs' })}\n`);
