/** Express 4 under its alias; what these tests call has the same types as in Express 5. */
declare module 'express4' {
  import express from 'express';
  export = express;
}
