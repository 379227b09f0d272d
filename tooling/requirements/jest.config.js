export { default } from '@bduf/jest-preset';
