/** Who works together: an event stream follows the work of everybody, an MCP session is the work of one. */
export type SessionType = 'collaboration' | 'individual';

/** Is told that a session began. Returns a function that is called when it ends. Neither throws. */
export type SessionListener = (type: SessionType) => () => void;
