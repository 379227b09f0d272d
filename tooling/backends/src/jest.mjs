export { describeWithBackends } from './policy/describe-with-backends.mjs';
